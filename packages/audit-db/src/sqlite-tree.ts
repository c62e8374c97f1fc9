import type { SqliteDatabase } from "./driver.js";
import { blob, isRow } from "./row.js";
import type { NodeRun } from "./tree/stored-nodes.js";

/** Reads stored nodes of the tree, and leaves as those of level 0; a run ends where one is missing. */
export function runReader(
  database: SqliteDatabase,
): (runs: readonly NodeRun[]) => readonly (readonly Uint8Array[])[] {
  const leaf = database.prepare("SELECT leaf_hash AS hash FROM log WHERE seq = ?");
  const node = database.prepare("SELECT hash FROM tree WHERE level = ? AND position = ?");
  return (runs) =>
    runs.map(({ level, first, count }) => {
      const hashes: Uint8Array[] = [];
      for (let position = first; position < first + count; position += 1) {
        const row = level === 0 ? leaf.get(position) : node.get(level, position);
        if (!isRow(row)) break;
        hashes.push(blob(row, "hash"));
      }
      return hashes;
    });
}
