/** "PRMN" in ASCII; `file` and sqlite3 show it, and no other program's database is taken for a ledger. */
export const APPLICATION_ID = 0x50524d4e;

/** Stored as user_version. Versions before 6 were never released, and are refused. */
export const SCHEMA_VERSION = 6;

// Every statement is stored verbatim in sqlite_schema, and compared with this list whenever a ledger is opened.
// Rows are refused by conditions of the triggers too, because INSERT OR REPLACE deletes without firing DELETE triggers.

// The frontier is the right edge of the tree over the log: 32 bytes for each of its complete subtrees, largest first.
const counters = `CREATE TABLE counters (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entries INTEGER NOT NULL CHECK (entries >= 0),
  fencing INTEGER NOT NULL CHECK (fencing >= 0),
  frontier BLOB NOT NULL CHECK (length(frontier) % 32 = 0)
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

// Nodes of the tree over the log (RFC 6962), of every fourth level. Level 0 are the leaf hashes of the log itself.
const tree = [
  `CREATE TABLE tree (
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID`,
  `CREATE TRIGGER tree_insert BEFORE INSERT ON tree
WHEN EXISTS (SELECT 1 FROM tree WHERE level = NEW.level AND position = NEW.position)
BEGIN SELECT raise(ABORT, 'the tree is append-only'); END`,
  "CREATE TRIGGER tree_update BEFORE UPDATE ON tree BEGIN SELECT raise(ABORT, 'the tree is append-only'); END",
  "CREATE TRIGGER tree_delete BEFORE DELETE ON tree BEGIN SELECT raise(ABORT, 'the tree is append-only'); END",
];

/** Signature lines come behind what is there: a note that gained some begins with what it was. */
const checkpointsUpdate = `CREATE TRIGGER checkpoints_update BEFORE UPDATE ON checkpoints
WHEN NEW.size IS NOT OLD.size OR NEW.root IS NOT OLD.root OR substr(NEW.note, 1, length(OLD.note)) IS NOT OLD.note
BEGIN SELECT raise(ABORT, 'checkpoints only gain signatures'); END`;

// What the log was signed to be, at growing sizes: one root for each.
const checkpoints = [
  `CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL
) STRICT`,
  `CREATE TRIGGER checkpoints_insert BEFORE INSERT ON checkpoints
WHEN NEW.size IS NULL OR NEW.size <= (SELECT coalesce(max(size), -1) FROM checkpoints)
BEGIN SELECT raise(ABORT, 'checkpoints grow'); END`,
  checkpointsUpdate,
  "CREATE TRIGGER checkpoints_delete BEFORE DELETE ON checkpoints BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END",
];

// What people search entries by. It says nothing that the entries and bodies do not say; verifying the log compares them.
// An attested execution is found by the index of the log.
const catalogue = [
  `CREATE TABLE catalogue (
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  event TEXT NOT NULL,
  execution_id TEXT CHECK ((execution_id IS NULL) = (event = 'attested')),
  policy_id TEXT,
  policy_version TEXT,
  decision TEXT,
  code TEXT
) STRICT`,
  "CREATE INDEX catalogue_time ON catalogue (time)",
  "CREATE INDEX catalogue_policy ON catalogue (policy_id, seq) WHERE policy_id IS NOT NULL",
  "CREATE INDEX catalogue_execution ON catalogue (execution_id, seq) WHERE execution_id IS NOT NULL",
  "CREATE INDEX catalogue_versions ON catalogue (event, seq) WHERE event IN ('trust_root_changed', 'policy_index_changed')",
  `CREATE TRIGGER catalogue_insert BEFORE INSERT ON catalogue
WHEN EXISTS (SELECT 1 FROM catalogue WHERE seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'the catalogue is append-only'); END`,
  "CREATE TRIGGER catalogue_update BEFORE UPDATE ON catalogue BEGIN SELECT raise(ABORT, 'the catalogue is append-only'); END",
  "CREATE TRIGGER catalogue_delete BEFORE DELETE ON catalogue BEGIN SELECT raise(ABORT, 'the catalogue is append-only'); END",
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

// Signals may be personal data: evidence can be erased, never exchanged. What was erased names the entry that says so.
const evidence = [
  `CREATE TABLE evidence (
  seq INTEGER PRIMARY KEY,
  body BLOB,
  erased_by INTEGER,
  CHECK ((body IS NULL) = (erased_by IS NOT NULL))
) STRICT`,
  "CREATE UNIQUE INDEX evidence_erased ON evidence (erased_by) WHERE erased_by IS NOT NULL",
  `CREATE TRIGGER evidence_insert BEFORE INSERT ON evidence
WHEN NEW.body IS NULL OR EXISTS (SELECT 1 FROM evidence WHERE seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'evidence can be erased, not changed'); END`,
  `CREATE TRIGGER evidence_update BEFORE UPDATE ON evidence
WHEN OLD.body IS NULL OR NEW.body IS NOT NULL OR NEW.seq IS NOT OLD.seq
  OR NOT EXISTS (SELECT 1 FROM log WHERE seq = NEW.erased_by)
BEGIN SELECT raise(ABORT, 'evidence can be erased, not changed'); END`,
  "CREATE TRIGGER evidence_delete BEFORE DELETE ON evidence BEGIN SELECT raise(ABORT, 'evidence is erased by an entry of the log'); END",
];

// One row for each override that ended, so that each ends once; bodies where the end was signed.
const resolutions = [
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

// An approver may have several votes, of which one counts: those that do not are in nobody's way, and stay.
const reviews = [
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
  seal TEXT NOT NULL,
  PRIMARY KEY (execution_id, position)
) STRICT`,
  `CREATE TRIGGER review_votes_insert BEFORE INSERT ON review_votes
WHEN EXISTS (SELECT 1 FROM review_votes WHERE execution_id = NEW.execution_id AND position = NEW.position)
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
  ...tree,
  ...checkpoints,
  ...catalogue,
  ...attestations,
  ...evidence,
  ...resolutions,
  ...reviews,
  ...seenVersions,
];
