import { type AuditStorage, checkpointOf } from "../audit/audit-storage.js";
import { conditionsOf } from "../audit/audit-query.js";
import { erasureRecord } from "../audit-record.js";
import { executionKey } from "../execution-key.js";
import { selectCountedRows } from "../counted-rows.js";
import { LedgerError } from "../errors.js";
import { blob, integer, type Row } from "../row.js";
import { keyedEntry, keyOfExecution, storedEntry } from "../stored-entry.js";
import { findBrokenIndex } from "./check-indexes.js";
import type { LedgerParts } from "./ledger-parts.js";
import {
  hashesOf,
  selectAttested,
  selectCheckpoints,
  selectEnded,
  selectEntries,
  selectHashes,
  selectLatestCheckpoint,
  selectLogged,
} from "./queries.js";
import { selectVersions, versionRows } from "./seen-version-rows.js";

/** Positions that one search looks at, at the most. */
const SEARCH_WINDOW = 100_000;

/** The audit log in the tables of a PostgreSQL ledger. */
export function postgresAuditStorage({ commit, reader, inspect, schema: s }: LedgerParts): AuditStorage {
  const rows = async (statement: Parameters<typeof reader.rows>[0][number]): Promise<readonly Row[]> =>
    (await reader.rows([statement]))[0] ?? [];
  const one = async (statement: string): Promise<Row> => {
    const [row] = await rows({ text: statement });
    if (row === undefined)
      throw new LedgerError("SYS-013", "The ledger answers a question about itself with nothing.");
    return row;
  };
  return {
    async counters() {
      const row = await one(`SELECT entries, frontier FROM ${s}.counters WHERE id = 1`);
      return { entries: integer(row, "entries"), frontier: blob(row, "frontier") };
    },
    hashes: async (runs) => hashesOf(runs.length, await rows(selectHashes(s, runs))),
    countedRows: () => one(selectCountedRows(`${s}.`)),
    nodeCount: async () => integer(await one(`SELECT count(*) AS nodes FROM ${s}.tree`), "nodes"),
    async versions(subject) {
      return versionRows(await rows(selectVersions(s)), subject);
    },
    async latestCheckpoint() {
      const [row] = await rows(selectLatestCheckpoint(s));
      return row === undefined ? undefined : checkpointOf(row);
    },
    checkpoints: async (leastSize, limit) =>
      (await rows(selectCheckpoints(s, leastSize, limit))).map(checkpointOf),
    addCheckpoint: ({ size, rootHash, note }) =>
      commit.submit({}, (batch) => {
        batch.alsoRun({
          name: "insert_checkpoint",
          text: `INSERT INTO ${s}.checkpoints (size, root, note) SELECT $1::bigint, $2::bytea, $3::text
WHERE NOT EXISTS (SELECT FROM ${s}.checkpoints WHERE size >= $1)`,
          values: [size, rootHash, note],
        });
      }),
    extendCheckpoint: ({ size, note: before }, note) =>
      commit.submit({}, (batch) => {
        batch.alsoRun({
          name: "extend_checkpoint",
          text: `UPDATE ${s}.checkpoints SET note = $1 WHERE size = $2 AND note = $3`,
          values: [note, size, before],
        });
      }),
    async attestedEntry(executionId) {
      const key = executionKey(executionId);
      const [row] = await rows(selectAttested(s, [key], []));
      return row === undefined ? undefined : keyedEntry(row, key, keyOfExecution);
    },
    async endedEntry(executionId) {
      const key = executionKey(executionId);
      const [row] = await rows(selectEnded(s, [key], []));
      return row === undefined ? undefined : keyedEntry(row, key, keyOfExecution);
    },
    entries: async (from, limit) => (await rows(selectEntries(s, from, limit))).map(storedEntry),
    logged: (from, limit) => rows(selectLogged(s, from, limit)),
    async find(query, before, limit) {
      const least = Math.max(0, before - SEARCH_WINDOW);
      const values: (string | number)[] = [least, before, limit];
      const conditions = conditionsOf(query, values, (nth) => `$${String(nth)}`);
      const found = await rows({
        text: `SELECT seq FROM ${s}.catalogue WHERE seq >= $1 AND seq < $2${conditions} ORDER BY seq DESC LIMIT $3`,
        values,
      });
      return { seqs: found.map((row) => integer(row, "seq")), lookedFrom: least };
    },
    positionsAbout: async (executionId) =>
      (
        await rows({
          name: "select_positions_about",
          text: `SELECT seq FROM ${s}.catalogue WHERE execution_id = $1 ORDER BY seq`,
          values: [executionId],
        })
      ).map((row) => integer(row, "seq")),
    statistics: () =>
      rows({
        text: `SELECT event, policy_id, policy_version, decision, code, count(*) AS count, min(time) AS first, max(time) AS last
FROM ${s}.catalogue GROUP BY event, policy_id, policy_version, decision, code`,
      }),
    evidenceCount: async () =>
      integer(
        await one(`SELECT count(*) AS evidence FROM ${s}.evidence WHERE erased_by IS NULL`),
        "evidence",
      ),
    withEvidence: async ({ after, before, limit }) =>
      (
        await rows({
          name: "select_with_evidence",
          text: `SELECT log.seq, entry, leaf_hash FROM ${s}.evidence JOIN ${s}.catalogue USING (seq) JOIN ${s}.log USING (seq)
WHERE evidence.seq > $1 AND erased_by IS NULL AND time < $2 ORDER BY evidence.seq LIMIT $3`,
          values: [after, Number.isFinite(before) ? Math.floor(before) : Number.MAX_SAFE_INTEGER, limit],
        })
      ).map(storedEntry),
    eraseEvidence: ({ seq, entry }) =>
      commit.submit({ executionId: entry.execution_id, evidence: seq }, ({ evidence, log }) => {
        if (!evidence.holds(seq)) return false;
        evidence.erase(seq, log.append(erasureRecord(entry)).seq);
        return true;
      }),
    brokenIndex: () => inspect((session) => findBrokenIndex(session, s)),
    // What deleted rows leave in files is the server's: VACUUM reuses it.
    scrub: () => Promise.resolve(),
  };
}
