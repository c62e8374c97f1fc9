import { isSha256, type Sha256 } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import { normalizeGovernedSignals, type NormalizedSignals } from "@parmanasystems/provenance";
import { RuntimeError } from "./errors.js";

/** What a caller proposes. */
export interface ExecutionRequest {
  /** The caller's identity of one attempt (`[A-Za-z0-9._:-]{1,128}`); a UUIDv7 is made when absent. */
  readonly executionId?: string;
  readonly policyId: string;
  readonly policyVersion: string;
  /** Facts: plain values, or governed signals `{ value, provenance }`. */
  readonly signals: Readonly<Record<string, unknown>>;
  /** The authenticated caller. Set by whoever authenticated it, never copied from its request. */
  readonly requester?: string;
  /** The party meant to act on the decision. */
  readonly audience?: string;
  /** sha256 of the canonical parameters of the very action proposed. */
  readonly actionHash?: Sha256;
}

/** A request read once and copied: the caller can change nothing any more. */
export interface ReadRequest {
  readonly executionId: string | undefined;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly signals: NormalizedSignals;
  readonly bound: { readonly requester?: string; readonly audience?: string; readonly actionHash?: Sha256 };
}

const MAX_PARTY_LENGTH = 256;

/** @throws RuntimeError INV-016; ProvenanceError for signals that are not plain data */
export function readRequest(request: ExecutionRequest): ReadRequest {
  const { executionId, policyId, policyVersion, signals, requester, audience, actionHash } = request;
  if (executionId !== undefined && !isExecutionId(executionId)) {
    throw malformed("executionId", "1 to 128 of the characters A-Z a-z 0-9 . _ : -");
  }
  if (typeof policyId !== "string") throw malformed("policyId", "a string");
  if (typeof policyVersion !== "string") throw malformed("policyVersion", "a string");
  if (requester !== undefined && !isParty(requester)) throw malformed("requester", "1 to 256 printable characters");
  if (audience !== undefined && !isParty(audience)) throw malformed("audience", "1 to 256 printable characters");
  if (actionHash !== undefined && !isSha256(actionHash)) throw malformed("actionHash", "a sha256 hash");
  return {
    executionId,
    policyId,
    policyVersion,
    signals: normalizeGovernedSignals(signals),
    bound: {
      ...(requester === undefined ? {} : { requester }),
      ...(audience === undefined ? {} : { audience }),
      ...(actionHash === undefined ? {} : { actionHash }),
    },
  };
}

function isParty(text: unknown): boolean {
  return typeof text === "string" && text.length <= MAX_PARTY_LENGTH && /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(text);
}

function malformed(member: string, expected: string): RuntimeError {
  return new RuntimeError("INV-016", `The request's ${member} must be ${expected}.`, { details: { member } });
}
