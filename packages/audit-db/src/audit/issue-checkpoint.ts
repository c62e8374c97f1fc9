import { type NoteSigner, parseNote, signNote } from "@parmanasystems/signing";
import { formatCheckpoint, parseCheckpoint } from "@parmanasystems/verifier";
import { LedgerError } from "../errors.js";
import type { Frontier } from "../tree/frontier.js";
import type { StoredCheckpoint } from "./audit-storage.js";
import type { TreeReader } from "./tree-reader.js";

/** A size and root that somebody signed. */
export interface TreeHead {
  readonly size: number;
  readonly rootHash: Uint8Array;
}

/** Signs what the log is now. The signer's name is the log's origin. @throws as `signNote` */
export async function signHead(head: TreeHead, signer: NoteSigner): Promise<string> {
  return signNote(formatCheckpoint({ origin: signer.name, ...head }), [signer]);
}

/** What a note says, its signatures left alone. @throws LedgerError SYS-036 */
export function readCheckpoint(note: string | Uint8Array): TreeHead & { readonly origin: string } {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (cause) {
    throw new LedgerError("SYS-036", "What was given as a checkpoint is none.", { cause });
  }
}

/** A log may grow, and do nothing else. @throws LedgerError SYS-037 */
export async function requireContinuation(
  { entries }: { readonly entries: number },
  tree: TreeReader,
  head: TreeHead,
): Promise<Frontier> {
  requireNotCut(entries, head);
  const frontier = await tree.frontier(head.size);
  requireSameRoot(frontier, head);
  return frontier;
}

/** @throws LedgerError SYS-037 */
export function requireNotCut(entries: number, { size }: TreeHead): void {
  if (size <= entries) return;
  throw new LedgerError(
    "SYS-037",
    `A checkpoint says that the log has ${String(size)} entries, and it has ${String(entries)}: it was cut, or is another one.`,
    { details: { seq: entries, size, entries } },
  );
}

/** @throws LedgerError SYS-037 */
export function requireSameRoot(frontier: Frontier, { size, rootHash }: TreeHead): void {
  if (Buffer.from(rootHash).equals(frontier.root())) return;
  throw new LedgerError(
    "SYS-037",
    `The first ${String(size)} entries of the log are not those that a checkpoint was signed over.`,
    { details: { size } },
  );
}

/** What is stored beside a note must be what the note says. @throws LedgerError SYS-013 */
export function requireSameHead({ size, rootHash, note }: StoredCheckpoint): void {
  const said = readCheckpoint(note);
  if (said.size === size && Buffer.from(said.rootHash).equals(rootHash)) return;
  throw new LedgerError("SYS-013", `The checkpoint of size ${String(size)} is not the one that was signed.`, {
    details: { size },
  });
}
