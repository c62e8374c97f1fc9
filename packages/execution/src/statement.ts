import type { AttestedFields } from "./attested-fields.js";

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

/** Names the format of the predicate, in in-toto's way. */
export const PREDICATE_TYPE = "https://parmana.systems/attestation/execution/v1";

/** What is said about an execution; the execution itself is the subject of the Statement. */
export type ExecutionPredicate = Omit<AttestedFields, "execution_id" | "execution_fingerprint">;

/** One execution, by its id and by the digest of its facts. */
export interface ExecutionSubject {
  readonly name: `execution:${string}`;
  /** The fingerprint's 64 hexadecimal digits. */
  readonly digest: { readonly sha256: string };
}

/** An in-toto v1 Statement. */
export interface ExecutionStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly [ExecutionSubject];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: ExecutionPredicate;
}

export const NAME_PREFIX = "execution:";
export const HASH_PREFIX = "sha256:";

/** The Statement of the fields of an attestation. */
export function statementOf({
  execution_id,
  execution_fingerprint,
  ...predicate
}: AttestedFields): ExecutionStatement {
  const digest = { sha256: execution_fingerprint.slice(HASH_PREFIX.length) };
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: `${NAME_PREFIX}${execution_id}`, digest }],
    predicateType: PREDICATE_TYPE,
    predicate,
  };
}
