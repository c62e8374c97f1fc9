import { parseStrict } from "@parmanasystems/canonical";
import { type AuditStorage, checkpointOf, type StoredCheckpoint } from "./audit/audit-storage.js";
import { type AuditQuery, conditionsOf } from "./audit/audit-query.js";
import { erasureRecord } from "./audit-record.js";
import { executionKey } from "./execution-key.js";
import { logged } from "./check-entry.js";
import { selectCountedRows } from "./counted-rows.js";
import { LedgerError } from "./errors.js";
import { blob, integer, isRow, type Row, text } from "./row.js";
import { SeenVersionTable } from "./seen-version-table.js";
import type { SqliteParts } from "./sqlite-parts.js";
import { runReader } from "./sqlite-tree.js";
import { storedEntry } from "./stored-entry.js";

/** Positions that one search looks at, at the most. */
const SEARCH_WINDOW = 100_000;

/** The audit log in the tables of an SQLite ledger. */
export function sqliteAuditStorage({ database, commit, log, read }: SqliteParts): AuditStorage {
  const one = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: (string | number | Uint8Array)[]): Row | undefined => {
      const row = statement.get(...values);
      return isRow(row) ? row : undefined;
    };
  };
  const counters = one("SELECT entries, frontier FROM counters WHERE id = 1");
  const readRuns = runReader(database);
  const integrity = one("PRAGMA integrity_check(1)");
  const nodes = one("SELECT count(*) AS nodes FROM tree");
  const latest = one("SELECT size, root, note FROM checkpoints ORDER BY size DESC LIMIT 1");
  const nextCheckpoint = one(
    "SELECT size, root, note FROM checkpoints WHERE size >= ? ORDER BY size LIMIT 1",
  );
  const addCheckpoint = database.prepare(
    "INSERT INTO checkpoints (size, root, note) SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM checkpoints WHERE size >= ?1)",
  );
  const extendCheckpoint = database.prepare("UPDATE checkpoints SET note = ? WHERE size = ? AND note = ?");
  const counted = one(selectCountedRows(""));
  const versions = new SeenVersionTable(database);
  const loggedAt = one(`${logged("")} WHERE log.seq = ?`);
  const nextAbout = one("SELECT seq FROM catalogue WHERE execution_id = ? AND seq > ? ORDER BY seq LIMIT 1");
  const evidence = one("SELECT count(*) AS evidence FROM evidence WHERE erased_by IS NULL");
  const nextHolder = one(
    "SELECT log.seq, entry, leaf_hash FROM evidence JOIN catalogue ON catalogue.seq = evidence.seq JOIN log ON log.seq = evidence.seq " +
      "WHERE evidence.seq > ? AND erased_by IS NULL AND time < ? ORDER BY evidence.seq LIMIT 1",
  );
  const holdsEvidence = one("SELECT seq FROM evidence WHERE seq = ? AND body IS NOT NULL");
  const eraseEvidence = database.prepare("UPDATE evidence SET body = NULL, erased_by = ? WHERE seq = ?");

  const findIn = (query: AuditQuery, before: number, limit: number) => {
    const least = Math.max(0, before - SEARCH_WINDOW);
    const values: (string | number)[] = [least];
    const conditions = conditionsOf(query, values, (nth) => `?${String(nth)}`);
    const last = values.length + 1;
    const next = one(
      `SELECT seq FROM catalogue WHERE seq >= ?1 AND seq < ?${String(last)}${conditions} ORDER BY seq DESC LIMIT 1`,
    );
    const seqs: number[] = [];
    let row = next(...values, before);
    for (; row !== undefined && seqs.length < limit; row = next(...values, seqs.at(-1) ?? 0))
      seqs.push(integer(row, "seq"));
    return { seqs, lookedFrom: least };
  };

  return {
    counters: async () =>
      read(() => {
        const row = counters();
        if (row === undefined) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
        return { entries: integer(row, "entries"), frontier: blob(row, "frontier") };
      }),
    hashes: async (runs) => read(() => readRuns(runs)),
    countedRows: async () => read(() => required(counted())),
    versions: async (subject) => read(() => versions.rows(subject)),
    nodeCount: async () => read(() => integer(required(nodes()), "nodes")),
    latestCheckpoint: async () => read(() => optionalCheckpoint(latest())),
    checkpoints: async (leastSize, limit) =>
      read(() => {
        let from = leastSize;
        return collect(limit, () => {
          const found = optionalCheckpoint(nextCheckpoint(from));
          from = (found?.size ?? 0) + 1;
          return found;
        });
      }),
    addCheckpoint: ({ size, rootHash, note }) =>
      commit.submit(() => {
        addCheckpoint.run(size, rootHash, note);
      }),
    extendCheckpoint: ({ size, note: before }, note) =>
      commit.submit(() => {
        extendCheckpoint.run(note, size, before);
      }),
    attestedEntry: async (executionId) => read(() => log.attested(executionKey(executionId))),
    endedEntry: async (executionId) => read(() => log.ended(executionKey(executionId))),
    entries: async (from, limit) => read(() => log.entries(from, limit)),
    logged: async (from, limit) => {
      // Other work of the process gets its turn between the chunks.
      await new Promise((resolve) => setImmediate(resolve));
      return read(() => collect(limit, (index) => loggedAt(from + index)));
    },
    find: async (query, before, limit) => read(() => findIn(query, before, limit)),
    positionsAbout: async (executionId) =>
      read(() => {
        let last = -1;
        return collect(Infinity, () => {
          const row = nextAbout(executionId, last);
          if (row === undefined) return undefined;
          last = integer(row, "seq");
          return last;
        });
      }),
    statistics: async () => read(() => rowsOf(required(one(STATISTICS)()))),
    evidenceCount: async () => read(() => integer(required(evidence()), "evidence")),
    withEvidence: async ({ after, before, limit }) =>
      read(() => {
        let last = after;
        return collect(limit, () => {
          const row = nextHolder(last, before);
          if (row === undefined) return undefined;
          const stored = storedEntry(row);
          last = stored.seq;
          return stored;
        });
      }),
    eraseEvidence: ({ seq, entry }) =>
      commit.submit((transaction) => {
        if (holdsEvidence(seq) === undefined) return false;
        const record = log.append(transaction, erasureRecord(entry));
        // Overwrites what it removes, in this file and in the write-ahead log.
        database.exec("PRAGMA secure_delete = ON");
        eraseEvidence.run(record.seq, seq);
        return true;
      }),
    brokenIndex: async () => {
      const found = text(read(() => integrity()) ?? {}, "integrity_check");
      return Promise.resolve(found === "ok" ? undefined : found);
    },
    scrub: async () => {
      read(() => {
        database.exec("PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE)");
      });
    },
  };
}

const STATISTICS = `SELECT json_group_array(json_object('event', event, 'policy_id', policy_id, 'policy_version', policy_version,
'decision', decision, 'code', code, 'count', count, 'first', first, 'last', last)) AS rows FROM (
SELECT event, policy_id, policy_version, decision, code, count(*) AS count, min(time) AS first, max(time) AS last
FROM catalogue GROUP BY event, policy_id, policy_version, decision, code)`;

function rowsOf(row: Row): readonly Row[] {
  const rows = parseStrict(text(row, "rows"), { maxBytes: 64 * 1024 * 1024 });
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

function optionalCheckpoint(row: Row | undefined): StoredCheckpoint | undefined {
  return row === undefined ? undefined : checkpointOf(row);
}

/** What the question answers for 0, 1, 2, …, until it has no answer. */
function collect<Answer>(limit: number, question: (index: number) => Answer | undefined): Answer[] {
  const answers: Answer[] = [];
  for (let index = 0; index < limit; index += 1) {
    const answer = question(index);
    if (answer === undefined) break;
    answers.push(answer);
  }
  return answers;
}

function required(row: Row | undefined): Row {
  if (row === undefined)
    throw new LedgerError("SYS-013", "The ledger answers a question about itself with nothing.");
  return row;
}
