import { expectObject, isSha256, type Sha256 } from "@parmanasystems/canonical";
import { type BoundFields, isExecutionId, isParty } from "@parmanasystems/execution";
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
export interface RequestSnapshot {
  readonly executionId: string | undefined;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly signals: NormalizedSignals;
  readonly bound: BoundFields;
}

const shape = {
  required: ["policyId", "policyVersion", "signals"],
  // A misspelt executionId must not silently become a fresh one: it is what a retry is recognised by.
  optional: ["executionId", "requester", "audience", "actionHash"],
};

/** @throws RuntimeError INV-016; ProvenanceError VAL-020 to VAL-029 for signals that are not plain data */
export function snapshotRequest(request: ExecutionRequest): RequestSnapshot {
  // Own members only: what Object.prototype carries must not become a signed requester (threat 3).
  const members = expectObject(request as unknown, shape, refuse);
  const optional = (name: string) => (Object.hasOwn(members, name) ? members[name] : undefined);
  const { policyId, policyVersion } = members;
  const executionId = optional("executionId");
  const requester = optional("requester");
  const audience = optional("audience");
  const actionHash = optional("actionHash");
  if (executionId !== undefined && !isExecutionId(executionId)) {
    return refuse({ pointer: "/executionId", expected: "1 to 128 of the characters A-Z a-z 0-9 . _ : -" });
  }
  if (typeof policyId !== "string") return refuse({ pointer: "/policyId", expected: "a string" });
  if (typeof policyVersion !== "string") return refuse({ pointer: "/policyVersion", expected: "a string" });
  if (requester !== undefined && !isParty(requester))
    return refuse({ pointer: "/requester", expected: PARTY });
  if (audience !== undefined && !isParty(audience)) return refuse({ pointer: "/audience", expected: PARTY });
  if (actionHash !== undefined && !isSha256(actionHash))
    return refuse({ pointer: "/actionHash", expected: "a sha256 hash" });
  return {
    executionId,
    policyId,
    policyVersion,
    signals: normalizeGovernedSignals(members["signals"]),
    bound: {
      ...(requester === undefined ? {} : { requester }),
      ...(audience === undefined ? {} : { audience }),
      ...(actionHash === undefined ? {} : { actionHash }),
    },
  };
}

const PARTY = "1 to 256 printable characters";

function refuse({ pointer, expected }: { readonly pointer: string; readonly expected: string }): never {
  throw new RuntimeError("INV-016", `The request must have at "${pointer}": ${expected}.`, {
    details: { pointer },
  });
}
