/** "PRMN" in ASCII; `file` and sqlite3 show it, and no other program's database is taken for a ledger. */
export const APPLICATION_ID = 0x50524d4e;

/** Stored as user_version. A step up comes with the statements that lead there from the step before. */
export const SCHEMA_VERSION = 2;

// Every statement is stored verbatim in sqlite_schema, and compared with this list whenever a ledger is opened.
// Rows are refused by conditions of the triggers too, because INSERT OR REPLACE deletes without firing DELETE triggers.

const counters = `CREATE TABLE counters (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entries INTEGER NOT NULL CHECK (entries >= 0),
  fencing INTEGER NOT NULL CHECK (fencing >= 0)
) STRICT`;

// Reservations, and the ends that leave nothing in the log or can still change. An attested identity moves to the log
// and leaves this table, which stays small: its random index pages are then written once per execution instead of twice.
const replay = [
  `CREATE TABLE replay (
  fencing INTEGER PRIMARY KEY,
  execution_key BLOB NOT NULL CHECK (length(execution_key) = 32),
  execution_id TEXT NOT NULL,
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
  identity TEXT NOT NULL CHECK (identity IN ('fingerprint', 'execution')),
  state TEXT NOT NULL,
  lease_expires_at INTEGER NOT NULL,
  attestation_hash BLOB CHECK (length(attestation_hash) = 32)
) STRICT`,
  "CREATE UNIQUE INDEX replay_execution ON replay (execution_key)",
  "CREATE UNIQUE INDEX replay_fingerprint ON replay (fingerprint) WHERE identity = 'fingerprint' AND state <> 'failed'",
];

// The two partial indexes make the log the final arbiter: an identity is attested once, for ever.
const log = [
  `CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  entry BLOB NOT NULL,
  leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
  attested_execution BLOB CHECK (length(attested_execution) = 32),
  attested_fingerprint BLOB CHECK (length(attested_fingerprint) = 32)
) STRICT`,
  "CREATE UNIQUE INDEX log_attested_execution ON log (attested_execution) WHERE attested_execution IS NOT NULL",
  "CREATE UNIQUE INDEX log_attested_fingerprint ON log (attested_fingerprint) WHERE attested_fingerprint IS NOT NULL",
  `CREATE TRIGGER log_insert BEFORE INSERT ON log
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq) + 1, 0) FROM log)
  OR EXISTS (SELECT 1 FROM log WHERE attested_execution = NEW.attested_execution AND attested_execution IS NOT NULL)
  OR EXISTS (SELECT 1 FROM log WHERE attested_fingerprint = NEW.attested_fingerprint AND attested_fingerprint IS NOT NULL)
BEGIN SELECT raise(ABORT, 'the log has no gaps, and attests an identity once'); END`,
  "CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END",
  "CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END",
];

const attestations = [
  `CREATE TABLE attestations (
  seq INTEGER PRIMARY KEY,
  fencing INTEGER NOT NULL,
  lease_expires_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT`,
  `CREATE TRIGGER attestations_insert BEFORE INSERT ON attestations
WHEN EXISTS (SELECT 1 FROM attestations WHERE seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'attestations are append-only'); END`,
  "CREATE TRIGGER attestations_update BEFORE UPDATE ON attestations BEGIN SELECT raise(ABORT, 'attestations are append-only'); END",
  "CREATE TRIGGER attestations_delete BEFORE DELETE ON attestations BEGIN SELECT raise(ABORT, 'attestations are append-only'); END",
];

// Signals may be personal data: evidence can be deleted, never exchanged.
const evidence = [
  "CREATE TABLE evidence (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
  `CREATE TRIGGER evidence_insert BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'evidence can be erased, not changed'); END`,
  "CREATE TRIGGER evidence_update BEFORE UPDATE ON evidence BEGIN SELECT raise(ABORT, 'evidence can be erased, not changed'); END",
];

// One row for each override that ended, so that each ends once; bodies where the end was signed.
export const resolutions = [
  `CREATE TABLE resolutions (
  execution_key BLOB PRIMARY KEY CHECK (length(execution_key) = 32),
  seq INTEGER NOT NULL UNIQUE,
  body BLOB,
  evidence BLOB,
  CHECK ((body IS NULL) = (evidence IS NULL))
) STRICT`,
  `CREATE TRIGGER resolutions_insert BEFORE INSERT ON resolutions
WHEN EXISTS (SELECT 1 FROM resolutions WHERE execution_key = NEW.execution_key OR seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'an override is resolved once'); END`,
  "CREATE TRIGGER resolutions_update BEFORE UPDATE ON resolutions BEGIN SELECT raise(ABORT, 'resolutions are append-only'); END",
  "CREATE TRIGGER resolutions_delete BEFORE DELETE ON resolutions BEGIN SELECT raise(ABORT, 'resolutions are append-only'); END",
];

export const reviews = [
  `CREATE TABLE review_tasks (
  position INTEGER PRIMARY KEY,
  execution_id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'resolved', 'expired')),
  claim_by TEXT,
  claim_until TEXT,
  CHECK ((claim_by IS NULL) = (claim_until IS NULL))
) STRICT`,
  "CREATE INDEX review_tasks_pending ON review_tasks (created_at, position) WHERE state = 'pending'",
  `CREATE TABLE review_votes (
  execution_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  approver TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (execution_id, position),
  UNIQUE (execution_id, approver)
) STRICT`,
  `CREATE TRIGGER review_votes_insert BEFORE INSERT ON review_votes
WHEN EXISTS (SELECT 1 FROM review_votes WHERE execution_id = NEW.execution_id AND (approver = NEW.approver OR position = NEW.position))
BEGIN SELECT raise(ABORT, 'a vote that was cast stays'); END`,
  "CREATE TRIGGER review_votes_update BEFORE UPDATE ON review_votes BEGIN SELECT raise(ABORT, 'a vote that was cast stays'); END",
  "CREATE TRIGGER review_votes_delete BEFORE DELETE ON review_votes BEGIN SELECT raise(ABORT, 'a vote that was cast stays'); END",
];

const seenVersions = [
  `CREATE TABLE seen_versions (
  subject TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT`,
  `CREATE TRIGGER seen_versions_update BEFORE UPDATE ON seen_versions
WHEN NEW.version <= OLD.version OR NEW.subject <> OLD.subject
BEGIN SELECT raise(ABORT, 'a seen version is never lowered'); END`,
  "CREATE TRIGGER seen_versions_delete BEFORE DELETE ON seen_versions BEGIN SELECT raise(ABORT, 'a seen version is never forgotten'); END",
];

export const SCHEMA: readonly string[] = [
  counters,
  ...replay,
  ...log,
  ...attestations,
  ...evidence,
  ...resolutions,
  ...reviews,
  ...seenVersions,
];

/** The tables of version 1 that version 2 replaced. */
export const reviewTasks1 = [
  `CREATE TABLE review_tasks (
  execution_id TEXT PRIMARY KEY,
  policy_id TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  reason TEXT,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'settled'))
) STRICT`,
  "CREATE INDEX review_tasks_pending ON review_tasks (created_at) WHERE state = 'pending'",
];

/** What a ledger of version 1 is made of. */
export const SCHEMA_1: readonly string[] = [
  counters,
  ...replay,
  ...log,
  ...attestations,
  ...evidence,
  ...reviewTasks1,
  ...seenVersions,
];
