/** Versions before 5 were never released, and are refused. */
export const SCHEMA_VERSION = 5;

/** Word for word in every ledger, so that no other program's tables are taken for one. */
export const APPLICATION = "parmana/ledger";

const versionTable = (s: string) => `CREATE TABLE ${s}.ledger_version (
  application TEXT PRIMARY KEY CHECK (application = '${APPLICATION}'),
  version INTEGER NOT NULL
)`;

// The frontier is the right edge of the tree over the log: 32 bytes for each of its complete subtrees, largest first.
const counters = (s: string) => `CREATE TABLE ${s}.counters (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entries BIGINT NOT NULL CHECK (entries >= 0),
  fencing BIGINT NOT NULL CHECK (fencing >= 0),
  frontier BYTEA NOT NULL CHECK (octet_length(frontier) % 32 = 0)
)`;

const functions = (s: string) => [
  `CREATE FUNCTION ${s}.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$`,
  `CREATE FUNCTION ${s}.refuse_gaps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE lowest BIGINT; highest BIGINT; rows BIGINT;
BEGIN
  SELECT min(seq), max(seq), count(*) INTO lowest, highest, rows FROM added;
  IF rows > 0 AND (lowest < 0 OR highest - lowest + 1 <> rows OR highest <> (SELECT max(seq) FROM ${s}.log)
    OR (lowest > 0 AND NOT EXISTS (SELECT FROM ${s}.log WHERE seq = lowest - 1))) THEN
    RAISE EXCEPTION 'the log has no gaps';
  END IF;
  RETURN NULL;
END $$`,
];

// Reservations, and the ends that leave nothing in the log or can still change. An attested identity moves to the log.
const replay = (s: string) => [
  `CREATE TABLE ${s}.replay (
  fencing BIGINT PRIMARY KEY,
  execution_key BYTEA NOT NULL CHECK (octet_length(execution_key) = 32),
  execution_id TEXT NOT NULL,
  fingerprint BYTEA NOT NULL CHECK (octet_length(fingerprint) = 32),
  identity TEXT NOT NULL CHECK (identity IN ('fingerprint', 'execution')),
  state TEXT NOT NULL,
  lease_expires_at BIGINT NOT NULL,
  attestation_hash BYTEA CHECK (octet_length(attestation_hash) = 32)
)`,
  `CREATE UNIQUE INDEX replay_execution ON ${s}.replay (execution_key)`,
  `CREATE UNIQUE INDEX replay_fingerprint ON ${s}.replay (fingerprint) WHERE identity = 'fingerprint' AND state <> 'failed'`,
];

// The two partial indexes make the log the final arbiter: an identity is attested once, for ever.
const log = (s: string) => [
  `CREATE TABLE ${s}.log (
  seq BIGINT PRIMARY KEY,
  entry BYTEA NOT NULL,
  leaf_hash BYTEA NOT NULL CHECK (octet_length(leaf_hash) = 32),
  attested_execution BYTEA CHECK (octet_length(attested_execution) = 32),
  attested_fingerprint BYTEA CHECK (octet_length(attested_fingerprint) = 32)
)`,
  `CREATE UNIQUE INDEX log_attested_execution ON ${s}.log (attested_execution) WHERE attested_execution IS NOT NULL`,
  `CREATE UNIQUE INDEX log_attested_fingerprint ON ${s}.log (attested_fingerprint) WHERE attested_fingerprint IS NOT NULL`,
  `CREATE TRIGGER log_insert AFTER INSERT ON ${s}.log REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ${s}.refuse_gaps()`,
  ...refusing(s, "log", "UPDATE OR DELETE OR TRUNCATE", "the log is append-only"),
  `ALTER TABLE ${s}.log ENABLE ALWAYS TRIGGER log_insert`,
];

// Nodes of the tree over the log (RFC 6962), of every fourth level. Level 0 are the leaf hashes of the log itself.
const tree = (s: string) => [
  `CREATE TABLE ${s}.tree (
  level INTEGER NOT NULL,
  position BIGINT NOT NULL,
  hash BYTEA NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, position)
)`,
  ...refusing(s, "tree", "UPDATE OR DELETE OR TRUNCATE", "the tree is append-only"),
];

// What the log was signed to be, at growing sizes: one root for each.
const checkpoints = (s: string) => [
  `CREATE TABLE ${s}.checkpoints (
  size BIGINT PRIMARY KEY,
  root BYTEA NOT NULL CHECK (octet_length(root) = 32),
  note TEXT NOT NULL
)`,
  ...checkpointGuards(s),
];

/** Signature lines come behind what is there: a note that gained some begins with what it was. */
function checkpointGuards(s: string): string[] {
  return [
    `CREATE TRIGGER checkpoints_update BEFORE UPDATE ON ${s}.checkpoints FOR EACH ROW
WHEN (NEW.size <> OLD.size OR NEW.root <> OLD.root OR left(NEW.note, length(OLD.note)) <> OLD.note)
EXECUTE FUNCTION ${s}.refuse('checkpoints only gain signatures')`,
    `ALTER TABLE ${s}.checkpoints ENABLE ALWAYS TRIGGER checkpoints_update`,
    ...refusing(s, "checkpoints", "DELETE OR TRUNCATE", "checkpoints are append-only"),
  ];
}

// What people search entries by. It says nothing that the entries and bodies do not say; verifying the log compares them.
// An attested execution is found by the index of the log.
const catalogue = (s: string) => [
  `CREATE TABLE ${s}.catalogue (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  event TEXT NOT NULL,
  execution_id TEXT CHECK ((execution_id IS NULL) = (event = 'attested')),
  policy_id TEXT,
  policy_version TEXT,
  decision TEXT,
  code TEXT
)`,
  `CREATE INDEX catalogue_time ON ${s}.catalogue (time)`,
  `CREATE INDEX catalogue_policy ON ${s}.catalogue (policy_id, seq) WHERE policy_id IS NOT NULL`,
  `CREATE INDEX catalogue_execution ON ${s}.catalogue (execution_id, seq) WHERE execution_id IS NOT NULL`,
  `CREATE INDEX catalogue_versions ON ${s}.catalogue (event, seq) WHERE event IN ('trust_root_changed', 'policy_index_changed')`,
  ...refusing(s, "catalogue", "UPDATE OR DELETE OR TRUNCATE", "the catalogue is append-only"),
];

const attestations = (s: string) => [
  `CREATE TABLE ${s}.attestations (
  seq BIGINT PRIMARY KEY,
  fencing BIGINT NOT NULL,
  lease_expires_at BIGINT NOT NULL,
  body BYTEA NOT NULL
)`,
  ...refusing(s, "attestations", "UPDATE OR DELETE OR TRUNCATE", "attestations are append-only"),
];

// One row for each override that ended, so that each ends once; bodies where the end was signed.
const resolutions = (s: string) => [
  `CREATE TABLE ${s}.resolutions (
  execution_key BYTEA PRIMARY KEY CHECK (octet_length(execution_key) = 32),
  seq BIGINT NOT NULL UNIQUE,
  body BYTEA,
  evidence BYTEA,
  CHECK ((body IS NULL) = (evidence IS NULL))
)`,
  ...refusing(s, "resolutions", "UPDATE OR DELETE OR TRUNCATE", "resolutions are append-only"),
];

// Signals may be personal data: evidence can be erased, never exchanged. What was erased names the entry that says so.
const evidence = (s: string) => [
  `CREATE TABLE ${s}.evidence (
  seq BIGINT PRIMARY KEY,
  body BYTEA,
  erased_by BIGINT,
  CHECK ((body IS NULL) = (erased_by IS NOT NULL))
)`,
  `CREATE UNIQUE INDEX evidence_erased ON ${s}.evidence (erased_by) WHERE erased_by IS NOT NULL`,
  `CREATE TRIGGER evidence_update BEFORE UPDATE ON ${s}.evidence FOR EACH ROW
WHEN (OLD.body IS NULL OR NEW.body IS NOT NULL OR NEW.seq <> OLD.seq)
EXECUTE FUNCTION ${s}.refuse('evidence can be erased, not changed')`,
  `ALTER TABLE ${s}.evidence ENABLE ALWAYS TRIGGER evidence_update`,
  ...refusing(s, "evidence", "DELETE OR TRUNCATE", "evidence is erased by an entry of the log"),
];

// An approver may have several votes, of which one counts: those that do not are in nobody's way, and stay.
const reviews = (s: string) => [
  `CREATE TABLE ${s}.review_tasks (
  execution_id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  position BIGINT GENERATED ALWAYS AS IDENTITY,
  state TEXT NOT NULL CHECK (state IN ('pending', 'resolved', 'expired')),
  claim_by TEXT,
  claim_until TEXT,
  CHECK ((claim_by IS NULL) = (claim_until IS NULL))
)`,
  `CREATE INDEX review_tasks_pending ON ${s}.review_tasks (created_at, position) WHERE state = 'pending'`,
  `CREATE TABLE ${s}.review_votes (
  execution_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  approver TEXT NOT NULL,
  body TEXT NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (execution_id, position)
)`,
  ...refusing(s, "review_votes", "UPDATE OR DELETE OR TRUNCATE", "a vote that was cast stays"),
];

const seenVersions = (s: string) => [
  `CREATE TABLE ${s}.seen_versions (
  subject TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  hash BYTEA NOT NULL CHECK (octet_length(hash) = 32)
)`,
  `CREATE TRIGGER seen_versions_update BEFORE UPDATE ON ${s}.seen_versions FOR EACH ROW
WHEN (NEW.version <= OLD.version OR NEW.subject <> OLD.subject)
EXECUTE FUNCTION ${s}.refuse('a seen version is never lowered')`,
  `ALTER TABLE ${s}.seen_versions ENABLE ALWAYS TRIGGER seen_versions_update`,
  ...refusing(s, "seen_versions", "DELETE OR TRUNCATE", "a seen version is never forgotten"),
];

/** Always enabled: also in a session that plays the part of a replica. */
function refusing(s: string, table: string, events: string, sentence: string): string[] {
  return [
    `CREATE TRIGGER ${table}_refuse BEFORE ${events} ON ${s}.${table} FOR EACH STATEMENT EXECUTE FUNCTION ${s}.refuse('${sentence}')`,
    `ALTER TABLE ${s}.${table} ENABLE ALWAYS TRIGGER ${table}_refuse`,
  ];
}

/** What a new ledger is made of, in the schema of this quoted name. */
export function schemaStatements(s: string): readonly string[] {
  return [
    versionTable(s),
    counters(s),
    ...functions(s),
    ...replay(s),
    ...log(s),
    ...tree(s),
    ...checkpoints(s),
    ...catalogue(s),
    ...attestations(s),
    ...evidence(s),
    ...resolutions(s),
    ...reviews(s),
    ...seenVersions(s),
    `INSERT INTO ${s}.counters (id, entries, fencing, frontier) VALUES (1, 0, 0, '')`,
    `INSERT INTO ${s}.ledger_version (application, version) VALUES ('${APPLICATION}', ${String(SCHEMA_VERSION)})`,
  ];
}
