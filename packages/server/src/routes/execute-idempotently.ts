import { ParmanaError } from "@parmanasystems/canonical";
import { type ExecutionAttestation, executionFingerprint } from "@parmanasystems/execution";
import type { ExecutionRequest } from "@parmanasystems/execution-runtime";
import { normalizeGovernedSignals } from "@parmanasystems/provenance";
import type { Caller } from "../authentication/caller.js";
import { ServerError } from "../errors.js";
import { idempotentExecutionId } from "../http/idempotency-key.js";
import type { ServerRecords } from "../server-options.js";

interface Parts {
  readonly records: ServerRecords;
  readonly execute: (wanted: ExecutionRequest) => Promise<ExecutionAttestation>;
}

export interface IdentifiedRequest extends ExecutionRequest {
  readonly executionId: string;
}

/** The request under the id that stands for caller and key. @throws ServerError HTTP-010 */
export function underKey(wanted: ExecutionRequest, { name }: Caller, key: string): IdentifiedRequest {
  if (wanted.executionId !== undefined)
    throw new ServerError("HTTP-010", "Send either an Idempotency-Key or an execution_id.");
  return { ...wanted, executionId: idempotentExecutionId(name, key) };
}

/**
 * Executes under the id that stands for a key. What was attested under it is the answer to the same request, also where the policy
 * would no longer be executed, and to no other.
 * @throws ServerError HTTP-011, and what the runtime throws
 */
export async function executeIdempotently(
  { records, execute }: Parts,
  wanted: IdentifiedRequest,
): Promise<{ readonly attestation: ExecutionAttestation; readonly replayed: boolean }> {
  const { executionId } = wanted;
  const before = await records.attestation(executionId);
  if (before !== undefined) return replay(before, wanted);
  try {
    return { attestation: await execute(wanted), replayed: false };
  } catch (error) {
    if (!isSameExecution(error, executionId)) throw error;
    // Another request with the key was between the look and the reservation.
    const meanwhile = await records.attestation(executionId);
    if (meanwhile === undefined) throw error;
    return replay(meanwhile, wanted);
  }
}

function isSameExecution(error: unknown, executionId: string): boolean {
  return (
    ParmanaError.isInstance(error) &&
    (error.code === "INV-013" || error.code === "INV-015") &&
    error.details["executionId"] === executionId
  );
}

function replay(attestation: ExecutionAttestation, wanted: ExecutionRequest) {
  const { policyId, policyVersion, audience, actionHash } = wanted;
  const signals = normalizeGovernedSignals(wanted.signals).values;
  const same =
    attestation.execution_fingerprint === executionFingerprint({ policyId, policyVersion, signals }) &&
    attestation.requester === wanted.requester &&
    attestation.audience === audience &&
    attestation.actionHash === actionHash;
  if (same) return { attestation, replayed: true };
  throw new ServerError("HTTP-011", "The Idempotency-Key was used before for another request.", {
    details: { executionId: attestation.execution_id },
  });
}
