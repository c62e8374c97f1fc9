import { RuntimeError, type RuntimeErrorCode } from "./errors.js";
import type { SeenVersion, VersionedSubject, VersionMemory } from "./ports.js";

/** Remembers for the life of the process; a ledger remembers for good. */
export class MemoryVersions implements VersionMemory {
  readonly #seen = new Map<VersionedSubject, SeenVersion>();

  async highest(subject: VersionedSubject): Promise<SeenVersion | undefined> {
    return this.#seen.get(subject);
  }

  async remember(subject: VersionedSubject, seen: SeenVersion): Promise<void> {
    const known = this.#seen.get(subject);
    if (known === undefined || known.version < seen.version) this.#seen.set(subject, Object.freeze({ ...seen }));
  }
}

const CODES = {
  "trust-root": { rollback: "TRUST-060", equivocation: "TRUST-061", noun: "trust root" },
  "policy-index": { rollback: "POL-060", equivocation: "POL-061", noun: "policy index" },
} as const satisfies Record<
  VersionedSubject,
  { rollback: RuntimeErrorCode; equivocation: RuntimeErrorCode; noun: string }
>;

/**
 * Accepts a document only if nothing newer, and nothing different of the same version, was ever accepted.
 * @throws RuntimeError TRUST-060, TRUST-061, POL-060, POL-061
 */
export async function acceptVersion(
  memory: VersionMemory,
  subject: VersionedSubject,
  offered: SeenVersion,
): Promise<void> {
  const seen = await memory.highest(subject);
  const { rollback, equivocation, noun } = CODES[subject];
  if (seen !== undefined && offered.version < seen.version) {
    throw new RuntimeError(
      rollback,
      `The ${noun} has version ${String(offered.version)}, but version ${String(seen.version)} was accepted before.`,
    );
  }
  if (seen !== undefined && offered.version === seen.version && offered.hash !== seen.hash) {
    throw new RuntimeError(
      equivocation,
      `The ${noun} of version ${String(offered.version)} differs from the one accepted before under that version.`,
    );
  }
  await memory.remember(subject, { version: offered.version, hash: offered.hash });
}
