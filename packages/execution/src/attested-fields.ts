import { isSha256, type Sha256 } from "@parmanasystems/canonical";
import { type DecisionOutcome, isPolicyId, isPolicyVersion } from "@parmanasystems/governance";
import { isExecutionId, parseRuntimeProvenance, type RuntimeProvenance } from "@parmanasystems/provenance";
import { ExecutionError } from "./errors.js";
import { isDecisionOutcome, isKeyId, isParty, isText, isTime } from "./grammar.js";
import type { MemberReader } from "./member-reader.js";

export type ExecutionState = "completed" | "pending_override";

/** Everything that is signed about one execution. */
export interface AttestedFields {
  readonly execution_id: string;
  readonly execution_fingerprint: Sha256;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly decision: DecisionOutcome;
  readonly rule_id: string;
  readonly action: string;
  readonly reason: string;
  readonly execution_state: ExecutionState;
  /** RFC 3339 UTC with milliseconds. */
  readonly issuedAt: string;
  /** The authenticated caller. */
  readonly requester?: string;
  /** The party meant to act on the decision. */
  readonly audience?: string;
  /** sha256 of the canonical parameters of the action that was proposed. */
  readonly actionHash?: Sha256;
  readonly provenance: RuntimeProvenance;
  /** Key id of the runtime that signed. */
  readonly keyId: string;
}

export const requiredNames = [
  "execution_id",
  "execution_fingerprint",
  "policyId",
  "policyVersion",
  "decision",
  "rule_id",
  "action",
  "reason",
  "execution_state",
  "issuedAt",
  "provenance",
  "keyId",
] as const;

export const optionalNames = ["requester", "audience", "actionHash"] as const;

/** Binds an attestation to its caller, its audience and the very action; none of it enters the fingerprint. */
export type BoundFields = Pick<AttestedFields, "requester" | "audience" | "actionHash">;

/** Reads and checks every field; what is malformed goes to the reader's `refuse`. @throws INV-021; ProvenanceError INV-030 to INV-033 */
export function readAttestedFields(members: MemberReader): AttestedFields {
  const fields: AttestedFields = {
    execution_id: members.required("execution_id", isExecutionId, "an execution id"),
    execution_fingerprint: members.required("execution_fingerprint", isSha256, "a sha256 hash"),
    policyId: members.required("policyId", isPolicyId, "a policy id"),
    policyVersion: members.required("policyVersion", isPolicyVersion, "a semantic version"),
    decision: members.required("decision", isDecisionOutcome, "approved, rejected or pending_override"),
    rule_id: members.required("rule_id", isText, "the id of a rule"),
    action: members.required("action", isText, "the action of a rule"),
    reason: members.required("reason", isText, "the reason of a rule"),
    execution_state: members.required("execution_state", isExecutionState, "completed or pending_override"),
    issuedAt: members.required("issuedAt", isTime, "a UTC time with milliseconds"),
    ...readBoundFields(members),
    provenance: readProvenance(members),
    keyId: members.required("keyId", isKeyId, "a key id"),
  };
  if (fields.execution_state === executionStateOf(fields.decision)) return fields;
  throw new ExecutionError("INV-021", "The attestation's execution_state must follow from its decision.");
}

/** @throws ProvenanceError INV-030 to INV-033 */
export function readProvenance(members: MemberReader): RuntimeProvenance {
  // The parameter is typed for callers who hold JSON; whatever this is, it is checked.
  return parseRuntimeProvenance(members.raw("provenance") as RuntimeProvenance);
}

/** The optional fields, without those that are absent. */
export function readBoundFields(members: MemberReader): BoundFields {
  const requester = members.optional("requester", isParty, "1 to 256 printable characters");
  const audience = members.optional("audience", isParty, "1 to 256 printable characters");
  const actionHash = members.optional("actionHash", isSha256, "a sha256 hash");
  return {
    ...(requester !== undefined && { requester }),
    ...(audience !== undefined && { audience }),
    ...(actionHash !== undefined && { actionHash }),
  };
}

export function executionStateOf(decision: DecisionOutcome): ExecutionState {
  return decision === "pending_override" ? "pending_override" : "completed";
}

function isExecutionState(value: unknown): value is ExecutionState {
  return value === "completed" || value === "pending_override";
}
