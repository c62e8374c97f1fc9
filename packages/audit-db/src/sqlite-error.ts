/** Primary result codes of SQLite (sqlite.org/rescode.html) that the ledger tells apart. */
export const resultCode = {
  error: 1,
  busy: 5,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const;

/** The primary result code of an error that SQLite raised, else undefined. */
export function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const extended: unknown = Reflect.get(error, "errcode");
  // The low byte of an extended code is its primary code.
  return typeof extended === "number" ? extended & 0xff : undefined;
}
