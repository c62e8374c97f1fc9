import type { SeenVersion, VersionedSubject, VersionMemory } from "./ports.js";

/** Remembers as long as the object lives; a ledger remembers for good. */
export class MemoryVersions implements VersionMemory {
  readonly #seen = new Map<VersionedSubject, SeenVersion>();

  async highest(subject: VersionedSubject): Promise<SeenVersion | undefined> {
    return this.#seen.get(subject);
  }

  async remember(subject: VersionedSubject, seen: SeenVersion): Promise<void> {
    const known = this.#seen.get(subject);
    if (known === undefined || known.version < seen.version)
      this.#seen.set(subject, Object.freeze({ ...seen }));
  }
}
