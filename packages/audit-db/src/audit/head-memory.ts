/**
 * Where a signer keeps the last head that it signed: outside the ledger, so that whoever can write the ledger cannot make
 * it sign a second root for one size. One for each log, shared by all that sign it.
 */
export interface HeadMemory {
  /** The note that was remembered last; undefined when there never was one. */
  latest(): Promise<string | undefined>;
  /**
   * Puts the note in the place of the one that `latest` gave, atomically, and durably when it resolves. False, and nothing
   * happens, when another took that place in the meantime.
   */
  replace(previous: string | undefined, note: string): Promise<boolean>;
}

/** Remembers nothing: the ledger alone says what was signed. */
export const unsafeNoHeads: HeadMemory = Object.freeze({
  latest: () => Promise.resolve(undefined),
  replace: () => Promise.resolve(true),
});
