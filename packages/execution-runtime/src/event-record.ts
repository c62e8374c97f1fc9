import type { EventRecord, ExecutionIdentity } from "./ports.js";

/** The record of something that happened to an identity without attesting it. */
export function eventRecord(
  event: EventRecord["event"],
  { executionId, fingerprint, identity }: ExecutionIdentity,
  code: string | null,
): EventRecord {
  return {
    event,
    executionId,
    fingerprint,
    identity,
    decision: null,
    code,
    attestation: null,
    evidence: null,
  };
}
