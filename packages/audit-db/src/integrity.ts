import { parseTimestamp } from "@parmanasystems/canonical";
import { checkpointOf } from "./audit/audit-storage.js";
import { requireNotCut, requireSameHead, requireSameRoot } from "./audit/issue-checkpoint.js";
import { checkEntry, entryWithBodies } from "./check-entry.js";
import { requireCounted, selectCountedRows } from "./counted-rows.js";
import type { SqliteDatabase } from "./driver.js";
import { EntryTimes } from "./entry-time.js";
import { LedgerError } from "./errors.js";
import { LoggedVersions } from "./logged-versions.js";
import { blob, integer, isRow } from "./row.js";
import { SeenVersionTable } from "./seen-version-table.js";
import { subjects } from "./seen-version.js";
import { runReader } from "./sqlite-tree.js";
import { damaged } from "./stored-entry.js";
import type { Frontier } from "./tree/frontier.js";
import { frontierAt, type TreeQuestion } from "./tree/tree-question.js";

/** Entries at the end of the log that are re-hashed whenever it is opened: about a millisecond. */
export const TAIL = 64;

/**
 * The quick check of an opening: the counters fit the log, the last entries, their leaf hashes, unique keys, bodies
 * and evidence fit each other, the versions seen are those that the log recorded, and the log continues its last
 * checkpoint. Older entries are a matter of verifying the whole log.
 * @throws LedgerError SYS-013, naming the position; SYS-037
 */
export function checkTail(database: SqliteDatabase): void {
  const counted = database.prepare(selectCountedRows("")).get();
  const counters = requireCounted(isRow(counted) ? counted : undefined);
  const entries = integer(counters, "entries");
  const { columns, tables } = entryWithBodies("");
  const stored = database.prepare(`SELECT ${columns} FROM ${tables} WHERE log.seq = ?`);
  const times = new EntryTimes();
  const logged = new LoggedVersions();
  for (let seq = Math.max(0, entries - TAIL); seq < entries; seq += 1) {
    const row = stored.get(seq);
    if (!isRow(row)) damaged(seq, "the entry is missing");
    const { entry } = checkEntry(row);
    times.follow(seq, parseTimestamp(entry.time));
    logged.follow(entry);
  }
  const versions = new SeenVersionTable(database);
  for (const subject of subjects) {
    const rows = versions.rows(subject);
    logged.requireKnown(subject, rows.seen, rows.logged);
  }
  const read = runReader(database);
  const ask = <Answer>({ runs, answer }: TreeQuestion<Answer>) => answer(read(runs));
  requireSameEdge(ask(frontierAt(entries)), blob(counters, "frontier"));
  const latest = database
    .prepare("SELECT size, root, note FROM checkpoints ORDER BY size DESC LIMIT 1")
    .get();
  if (!isRow(latest)) return;
  const checkpoint = checkpointOf(latest);
  requireSameHead(checkpoint);
  requireNotCut(entries, checkpoint);
  requireSameRoot(ask(frontierAt(checkpoint.size)), checkpoint);
}

/** @throws LedgerError SYS-013 */
export function requireSameEdge(frontier: Frontier, stored: Uint8Array): void {
  if (Buffer.from(stored).equals(frontier.bytes())) return;
  throw new LedgerError("SYS-013", "The right edge of the log's tree is not that of its entries.");
}
