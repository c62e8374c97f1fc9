import { parseTimestamp } from "@parmanasystems/canonical";
import { EntryTimes } from "../entry-time.js";
import { checkpointOf } from "../audit/audit-storage.js";
import { requireNotCut, requireSameHead, requireSameRoot } from "../audit/issue-checkpoint.js";
import { checkEntry, entryWithBodies } from "../check-entry.js";
import { requireCounted, selectCountedRows } from "../counted-rows.js";
import { requireSameEdge, TAIL } from "../integrity.js";
import { LoggedVersions } from "../logged-versions.js";
import { blob, integer } from "../row.js";
import { subjects } from "../seen-version.js";
import { damaged } from "../stored-entry.js";
import { frontierAt, type TreeQuestion } from "../tree/tree-question.js";
import { hashesOf, selectHashes, selectLatestCheckpoint } from "./queries.js";
import { selectVersions, versionRows } from "./seen-version-rows.js";
import type { PostgresSession } from "./session.js";

/**
 * The quick check of an opening: the counters fit the log, the last entries, their leaf hashes, unique keys, bodies
 * and evidence fit each other, the versions seen are those that the log recorded, and the log continues its last
 * checkpoint. Older entries are a matter of verifying the whole log.
 * @throws LedgerError SYS-013, naming the position
 */
export async function checkTail(session: PostgresSession, s: string): Promise<void> {
  const [state] = await session.rows({ text: selectCountedRows(`${s}.`) });
  const counters = requireCounted(state);
  const entries = integer(counters, "entries");
  const from = Math.max(0, entries - TAIL);
  const { columns, tables } = entryWithBodies(`${s}.`);
  const rows = await session.rows({
    text: `SELECT ${columns} FROM ${tables} WHERE log.seq >= $1 ORDER BY log.seq`,
    values: [from],
  });
  const times = new EntryTimes();
  const followed = new LoggedVersions();
  for (const [index, row] of rows.entries()) {
    if (integer(row, "seq") !== from + index) damaged(from + index, "the entry is missing");
    const { entry } = checkEntry(row);
    times.follow(from + index, parseTimestamp(entry.time));
    followed.follow(entry);
  }
  const versions = await session.rows(selectVersions(s));
  for (const subject of subjects) {
    const { seen, logged } = versionRows(versions, subject);
    followed.requireKnown(subject, seen, logged);
  }
  const ask = async <Answer>({ runs, answer }: TreeQuestion<Answer>): Promise<Answer> =>
    answer(hashesOf(runs.length, runs.length === 0 ? [] : await session.rows(selectHashes(s, runs))));
  requireSameEdge(await ask(frontierAt(entries)), blob(counters, "frontier"));
  const [latest] = await session.rows(selectLatestCheckpoint(s));
  if (latest === undefined) return;
  const checkpoint = checkpointOf(latest);
  requireSameHead(checkpoint);
  requireNotCut(entries, checkpoint);
  requireSameRoot(await ask(frontierAt(checkpoint.size)), checkpoint);
}
