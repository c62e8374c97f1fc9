import type { AuditEvent, AuditRecord, ReplayIdentity } from "./ports.js";
import type { Sha256 } from "@parmanasystems/canonical";

interface Identified {
  readonly executionId: string;
  readonly fingerprint: Sha256;
  readonly identity: ReplayIdentity;
}

/** A record of something that happened to an identity without attesting it. */
export function eventRecord(
  event: Exclude<AuditEvent, "attested">,
  { executionId, fingerprint, identity }: Identified,
  code: string | null,
): AuditRecord {
  return { event, executionId, fingerprint, identity, decision: null, code, attestation: null, evidence: null };
}
