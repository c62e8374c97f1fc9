import type { AuditStorage } from "../audit/audit-storage.js";
import { readCheckpoint, requireContinuation, requireSameHead } from "../audit/issue-checkpoint.js";
import type { TreeReader } from "../audit/tree-reader.js";
import { LedgerError } from "../errors.js";
import { TileDirectory } from "./tile-directory.js";
import { TileWalk } from "./tile-walk.js";

export interface ExportTilesOptions {
  /** Start after the checkpoint that the directory has: whatever is under it was exported and compared before. */
  readonly incremental?: boolean | undefined;
  readonly onProgress?: ((exported: number, total: number) => void) | undefined;
}

/** What an export did. */
export interface TilesReport {
  /** Entries under the checkpoint that was exported. */
  readonly size: number;
  readonly rootHash: Uint8Array;
  /** Files that are new, the checkpoint left aside. */
  readonly written: number;
  /** Files that were there, with the same bytes. */
  readonly kept: number;
}

/**
 * Writes the log as it is under its latest checkpoint (C2SP tlog-tiles). Memory stays the same however long the log is.
 * @throws LedgerError SYS-013, SYS-016, SYS-036, SYS-037, SYS-039; what the file system throws
 */
export async function exportStoredTiles(
  storage: AuditStorage,
  tree: TreeReader,
  path: string,
  { incremental = false, onProgress }: ExportTilesOptions,
): Promise<TilesReport> {
  const checkpoint = await storage.latestCheckpoint();
  if (checkpoint === undefined)
    throw new LedgerError("SYS-016", "The log has no checkpoint yet, and tiles are exported under one.");
  requireSameHead(checkpoint);
  await requireContinuation(await storage.counters(), tree, checkpoint);
  const directory = new TileDirectory(path);
  const { origin } = readCheckpoint(checkpoint.note);
  const before = await exportedSize(directory, origin, storage, tree);
  const from = incremental ? Math.max(0, before) : 0;
  await new TileWalk({ storage, directory, checkpoint, from, onProgress }).run();
  // Another process may have exported more in the meantime.
  if ((await exportedSize(directory, origin, storage, tree)) < checkpoint.size)
    await directory.finish(checkpoint.note);
  const { size, rootHash } = checkpoint;
  return Object.freeze({ size, rootHash, written: directory.written, kept: directory.kept });
}

/** How far the directory is; -1 without a checkpoint. @throws LedgerError SYS-036, SYS-037 when it is of another log */
async function exportedSize(
  directory: TileDirectory,
  origin: string,
  storage: AuditStorage,
  tree: TreeReader,
): Promise<number> {
  const note = await directory.checkpoint();
  if (note === undefined) return -1;
  const head = readCheckpoint(note);
  if (head.origin !== origin)
    throw new LedgerError(
      "SYS-037",
      `The tiles are of the log ${head.origin}, and the ledger is ${origin}.`,
      {
        details: { exported: head.origin, origin },
      },
    );
  await requireContinuation(await storage.counters(), tree, head);
  return head.size;
}
