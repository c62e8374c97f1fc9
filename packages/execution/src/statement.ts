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
  readonly _type: "https://in-toto.io/Statement/v1";
  readonly subject: readonly [ExecutionSubject];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: ExecutionPredicate;
}

export const NAME_PREFIX = "execution:";
export const HASH_PREFIX = "sha256:";

/** The Statement of the fields of an attestation, its members in canonical order, which spares canonicalize the sorting. */
export function statementOf(fields: AttestedFields): ExecutionStatement {
  const actionHash = own(fields, "actionHash");
  const audience = own(fields, "audience");
  const requester = own(fields, "requester");
  return {
    _type: STATEMENT_TYPE,
    predicate: {
      action: fields.action,
      ...(actionHash !== undefined && { actionHash }),
      ...(audience !== undefined && { audience }),
      decision: fields.decision,
      execution_state: fields.execution_state,
      issuedAt: fields.issuedAt,
      keyId: fields.keyId,
      policyId: fields.policyId,
      policyVersion: fields.policyVersion,
      provenance: fields.provenance,
      reason: fields.reason,
      ...(requester !== undefined && { requester }),
      rule_id: fields.rule_id,
    },
    predicateType: PREDICATE_TYPE,
    subject: [
      {
        digest: { sha256: fields.execution_fingerprint.slice(HASH_PREFIX.length) },
        name: `${NAME_PREFIX}${fields.execution_id}`,
      },
    ],
  };
}

/** What is optional must not be found on a polluted Object.prototype. */
function own<Name extends keyof AttestedFields>(
  fields: AttestedFields,
  name: Name,
): AttestedFields[Name] | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
