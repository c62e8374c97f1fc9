/** Step up with the statements that lead there from the step before. */
export const SCHEMA_VERSION = 1;

/** Word for word in every ledger, so that no other program's tables are taken for one. */
export const APPLICATION = "parmana/ledger";

const versionTable = (s: string) => `CREATE TABLE ${s}.ledger_version (
  application TEXT PRIMARY KEY CHECK (application = '${APPLICATION}'),
  version INTEGER NOT NULL
)`;

const counters = (s: string) => `CREATE TABLE ${s}.counters (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entries BIGINT NOT NULL CHECK (entries >= 0),
  fencing BIGINT NOT NULL CHECK (fencing >= 0)
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

// Signals may be personal data: evidence can be deleted, never exchanged.
const evidence = (s: string) => [
  `CREATE TABLE ${s}.evidence (seq BIGINT PRIMARY KEY, body BYTEA NOT NULL)`,
  ...refusing(s, "evidence", "UPDATE OR TRUNCATE", "evidence can be erased, not changed"),
];

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
  PRIMARY KEY (execution_id, position),
  UNIQUE (execution_id, approver)
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
    ...attestations(s),
    ...evidence(s),
    ...resolutions(s),
    ...reviews(s),
    ...seenVersions(s),
    `INSERT INTO ${s}.counters (id, entries, fencing) VALUES (1, 0, 0)`,
    `INSERT INTO ${s}.ledger_version (application, version) VALUES ('${APPLICATION}', ${String(SCHEMA_VERSION)})`,
  ];
}

/** Without one of these the database would let history be rewritten, or an identity be consumed twice. */
export const GUARDS: readonly string[] = [
  "attestations_pkey",
  "attestations_refuse",
  "evidence_pkey",
  "evidence_refuse",
  "log_attested_execution",
  "log_attested_fingerprint",
  "log_insert",
  "log_pkey",
  "log_refuse",
  "replay_execution",
  "replay_fingerprint",
  "replay_pkey",
  "resolutions_pkey",
  "resolutions_refuse",
  "resolutions_seq_key",
  "review_votes_execution_id_approver_key",
  "review_votes_refuse",
  "seen_versions_refuse",
  "seen_versions_update",
];
