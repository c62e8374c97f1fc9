import { sha256 } from "@parmanasystems/canonical";
import { attestationHash, resolutionHash } from "@parmanasystems/execution";
import {
  type AttestedEntry,
  type AuditReceipt,
  type AuditRecord,
  type AuditSink,
  type ResolvedEntry,
  RuntimeError,
} from "../src/index.js";

interface AttestedQuery {
  readonly executionId: string;
  readonly fingerprint?: string;
}

/** A log in memory with the uniqueness that every log must have. For tests of the runtime only. */
export class MemoryAuditSink implements AuditSink {
  readonly records: AuditRecord[] = [];

  events(): string[] {
    return this.records.map(({ event }) => event);
  }

  // Without an await, which is what makes it one atomic step.
  async append(record: AuditRecord): Promise<AuditReceipt> {
    const { event, executionId, fingerprint, identity } = record;
    const query = identity === "fingerprint" ? { executionId, fingerprint } : { executionId };
    if (event === "attested" && this.#attested(query) !== undefined) {
      throw new RuntimeError("INV-013", "The identity is attested already.");
    }
    if (event === "override_resolved" && this.#resolved(executionId) !== undefined) {
      throw new RuntimeError("INV-019", "The override has ended already.");
    }
    this.records.push(record);
    return { seq: this.records.length - 1, leafHash: sha256(String(this.records.length)) };
  }

  async findAttested(query: AttestedQuery): Promise<AttestedEntry | undefined> {
    return this.#attested(query);
  }

  async findResolved(executionId: string): Promise<ResolvedEntry | undefined> {
    return this.#resolved(executionId);
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  #attested(query: AttestedQuery): AttestedEntry | undefined {
    for (const [seq, record] of this.records.entries()) {
      if (record.event !== "attested") continue;
      const { attestation, executionId, fingerprint, identity } = record;
      const sameFacts = identity === "fingerprint" && fingerprint === query.fingerprint;
      if (executionId !== query.executionId && !sameFacts) continue;
      return {
        seq,
        executionId,
        attestationHash: attestationHash(attestation),
        decision: attestation.decision,
      };
    }
    return undefined;
  }

  #resolved(id: string): ResolvedEntry | undefined {
    for (const [seq, record] of this.records.entries()) {
      if (record.event !== "override_resolved" || record.executionId !== id) continue;
      const { attestation, decision, code, executionId } = record;
      const hash = attestation === null ? null : resolutionHash(attestation);
      return { seq, executionId, attestationHash: hash, decision, code };
    }
    return undefined;
  }
}
