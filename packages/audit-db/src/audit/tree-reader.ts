import type { Frontier } from "../tree/frontier.js";
import { consistencyPath, frontierAt, inclusionPath, type TreeQuestion } from "../tree/tree-question.js";
import type { AuditStorage } from "./audit-storage.js";

/** Asks the stored nodes. Sizes and positions must be within the log. */
export class TreeReader {
  readonly #storage: Pick<AuditStorage, "hashes">;

  constructor(storage: Pick<AuditStorage, "hashes">) {
    this.#storage = storage;
  }

  frontier(size: number): Promise<Frontier> {
    return this.#ask(frontierAt(size));
  }

  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    return this.#ask(inclusionPath(index, size));
  }

  consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    return this.#ask(consistencyPath(oldSize, newSize));
  }

  async #ask<Answer>({ runs, answer }: TreeQuestion<Answer>): Promise<Answer> {
    return answer(runs.length === 0 ? [] : await this.#storage.hashes(runs));
  }
}
