import { expectObject, type JsonValue, type ObjectShape, shorten } from "@parmanasystems/canonical";
import { optionalNames, requiredNames } from "./attested-fields.js";
import { ExecutionError } from "./errors.js";
import { MemberReader, type Refuse } from "./member-reader.js";
import { HASH_PREFIX, NAME_PREFIX, PREDICATE_TYPE, STATEMENT_TYPE } from "./statement.js";

/** One kind of Statement about an execution: the name of its predicate, and the closed form of that. */
export interface StatementForm {
  readonly predicateType: string;
  readonly predicate: ObjectShape;
}

const statementShape = { required: ["_type", "subject", "predicateType", "predicate"] };
const subjectShape = { required: ["name", "digest"] };
const digestShape = { required: ["sha256"] };

/** What is signed about an execution, but for the subject of the Statement. */
export function predicateShape(required: readonly string[], optional: readonly string[]): ObjectShape {
  const beside = ["execution_id", "execution_fingerprint"];
  return { required: required.filter((name) => !beside.includes(name)), optional };
}

export const attestationForm: StatementForm = {
  predicateType: PREDICATE_TYPE,
  predicate: predicateShape(requiredNames, optionalNames),
};

/**
 * Turns a Statement back into the flat fields that it was made of, by name only: whether each is well-formed, and
 * whether the Statement is the one of these fields, is for the caller to check.
 * @throws INV-027
 */
export function flattenStatement(
  statement: JsonValue,
  form: StatementForm,
): Readonly<Record<string, unknown>> {
  const members = new MemberReader(statement, statementShape, refuseAt(""));
  members.required("_type", isConstant(STATEMENT_TYPE), STATEMENT_TYPE);
  members.required("predicateType", isConstant(form.predicateType), form.predicateType);
  const [subject] = members.required("subject", isOneSubject, "an array of one subject");
  const { name, hash } = readSubject(subject);
  const predicate = expectObject(members.raw("predicate"), form.predicate, refuseAt("/predicate"));
  return {
    ...predicate,
    execution_id: name.slice(NAME_PREFIX.length),
    execution_fingerprint: `${HASH_PREFIX}${hash}`,
  };
}

function readSubject(subject: unknown): { name: string; hash: string } {
  const members = new MemberReader(subject, subjectShape, refuseAt("/subject/0"));
  const name = members.required("name", isSubjectName, `a name that starts with "${NAME_PREFIX}"`);
  const digest = new MemberReader(members.raw("digest"), digestShape, refuseAt("/subject/0/digest"));
  return { name, hash: digest.required("sha256", isString, "64 hexadecimal digits") };
}

function isConstant<Text extends string>(text: Text): (value: unknown) => value is Text {
  return (value): value is Text => value === text;
}

function isOneSubject(value: unknown): value is readonly [unknown] {
  return Array.isArray(value) && value.length === 1;
}

function isSubjectName(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(NAME_PREFIX);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function refuseAt(place: string): Refuse {
  return ({ pointer, expected }) => {
    throw new ExecutionError(
      "INV-027",
      `The payload is no Statement of an execution at ${shorten(place + pointer)}: expected ${expected}.`,
      { details: { pointer: `${place}${pointer}` } },
    );
  };
}
