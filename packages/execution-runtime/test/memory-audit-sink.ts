import { sha256 } from "@parmanasystems/canonical";
import { attestationHash } from "@parmanasystems/execution";
import {
  type AttestedEntry,
  type AuditReceipt,
  type AuditRecord,
  type AuditSink,
  RuntimeError,
} from "../src/index.js";

/** A log in memory with the uniqueness that every log must have. For tests of the runtime only. */
export class MemoryAuditSink implements AuditSink {
  readonly records: AuditRecord[] = [];

  events(): string[] {
    return this.records.map(({ event }) => event);
  }

  async append(record: AuditRecord): Promise<AuditReceipt> {
    const { event, executionId, fingerprint, identity } = record;
    const query = identity === "fingerprint" ? { executionId, fingerprint } : { executionId };
    if (event === "attested" && (await this.findAttested(query)) !== undefined) {
      throw new RuntimeError("INV-013", "The identity is attested already.");
    }
    this.records.push(record);
    return { seq: this.records.length - 1, leafHash: sha256(String(this.records.length)) };
  }

  findAttested(query: { executionId: string; fingerprint?: string }): Promise<AttestedEntry | undefined> {
    for (const [seq, { attestation, executionId, fingerprint, identity }] of this.records.entries()) {
      if (attestation === null) continue;
      const sameFacts = identity === "fingerprint" && fingerprint === query.fingerprint;
      if (executionId === query.executionId || sameFacts) {
        const { decision } = attestation;
        return Promise.resolve({ seq, executionId, attestationHash: attestationHash(attestation), decision });
      }
    }
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
