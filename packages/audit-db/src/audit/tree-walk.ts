import type { Frontier } from "../tree/frontier.js";
import { brokenNode, type StoredNode } from "../tree/stored-nodes.js";
import type { AuditStorage } from "./audit-storage.js";

/** Grows the tree again from leaves that were hashed again, and compares every node that the ledger stores of it. */
export class TreeWalk {
  readonly #storage: Pick<AuditStorage, "hashes">;
  #frontier: Frontier;
  #completed: StoredNode[] = [];

  constructor(storage: Pick<AuditStorage, "hashes">, from: Frontier) {
    this.#storage = storage;
    this.#frontier = from;
  }

  get frontier(): Frontier {
    return this.#frontier;
  }

  append(leafHash: Uint8Array): void {
    this.#frontier = this.#frontier.append([leafHash], this.#completed);
  }

  /** @throws LedgerError SYS-013 where a stored node is not that of the leaves appended since the last time */
  async checkNodes(): Promise<void> {
    const nodes = this.#completed;
    this.#completed = [];
    if (nodes.length === 0) return;
    const runs = nodes.map(({ level, position }) => ({ level, first: position, count: 1 }));
    const stored = await this.#storage.hashes(runs);
    for (const [index, { level, position, hash }] of nodes.entries()) {
      const found = stored[index]?.[0];
      if (found !== undefined && Buffer.from(hash).equals(found)) continue;
      brokenNode({ level, position });
    }
  }
}
