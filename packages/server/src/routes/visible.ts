import { ParmanaError } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import { type ExecutionRequest, RuntimeError } from "@parmanasystems/execution-runtime";
import type { Caller } from "../authentication/caller.js";
import type { ServerRecords } from "../server-options.js";

/** Who only evaluates sees what it asked for itself, of the policies that its credentials are for. */
export function maySee(
  { name, roles, policies }: Caller,
  { requester, policyId }: ExecutionAttestation,
): boolean {
  if (roles.has("auditor") || roles.has("operator") || roles.has("approver")) return true;
  return requester === name && (policies === null || policies.has(policyId));
}

const sentences: Readonly<Partial<Record<string, string>>> = {
  "INV-013": "Replay detected: the same facts were already executed.",
  "INV-014": "The same identity is being executed right now.",
};

/** A refusal names the execution that was there before. Whoever may not see that one is told no more than that there is one. */
export async function withoutForeign(
  error: unknown,
  records: ServerRecords,
  wanted: ExecutionRequest,
  caller: Caller,
): Promise<unknown> {
  if (!ParmanaError.isInstance(error)) return error;
  const { executionId, retryAfterMs } = error.details;
  const sentence = sentences[error.code];
  if (sentence === undefined || typeof executionId !== "string") return error;
  // A store that does not answer does not say whose it is.
  const found = await records.attestation(executionId).catch(() => undefined);
  if (found === undefined ? executionId === wanted.executionId : maySee(caller, found)) return error;
  return new RuntimeError(error.code === "INV-014" ? "INV-014" : "INV-013", sentence, {
    cause: error,
    details: retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}
