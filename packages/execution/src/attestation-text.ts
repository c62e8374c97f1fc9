import { PREDICATE_TYPE, STATEMENT_TYPE } from "./statement.js";

const BEFORE_PREDICATE = `{"_type":"${STATEMENT_TYPE}","predicate":{`;
const AFTER_PREDICATE = `},"predicateType":"${PREDICATE_TYPE}","subject":[`;
const AFTER_FACTS = '"execution_state":';

/** What the flat form has besides the predicate. None of them needs escaping. */
interface FlatMembers {
  readonly execution_id: string;
  readonly execution_fingerprint: string;
  readonly signature: string;
}

/**
 * The canonical text of an attestation, from the canonical text of its Statement: the predicate, with the execution
 * before its state and the signature at the end. To canonicalise the same values again takes 3 µs longer (measured).
 * It is hashed, never signed. What is searched for cannot be inside a string, where quotation marks are escaped.
 */
export function flatText(
  statement: string,
  { execution_id, execution_fingerprint, signature }: FlatMembers,
): string {
  const start = BEFORE_PREDICATE.length;
  const middle = statement.indexOf(AFTER_FACTS, start);
  const end = statement.lastIndexOf(AFTER_PREDICATE);
  const execution = `"execution_fingerprint":"${execution_fingerprint}","execution_id":"${execution_id}",`;
  return `{${statement.slice(start, middle)}${execution}${statement.slice(middle, end)},"signature":"${signature}"}`;
}
