import { LedgerError } from "../errors.js";
import type { Row } from "../row.js";

/**
 * What every session is told; $1 is the time-out in milliseconds.
 *
 * - synchronous_commit: an answer means that it is on the disk. Where the server is told to wait for its standbys too, it does.
 * - lock_timeout: nobody waits for another node for ever. idle_in_transaction_session_timeout: a node that was stopped while
 *   it had the lock loses it.
 * - statement_timeout: none, since it would also cut short a COMMIT that waits for a standby, and let it pass for done.
 * - enable_seqscan, jit: every question is answered from an index, also while the statistics are older than the tables.
 * - search_path: no object of another schema is ever meant.
 */
export const SESSION_SETTINGS = `SELECT
  set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
  set_config('lock_timeout', $1, false),
  set_config('idle_in_transaction_session_timeout', $1, false),
  set_config('statement_timeout', '0', false),
  set_config('enable_seqscan', 'off', false),
  set_config('jit', 'off', false),
  set_config('search_path', 'pg_catalog', false)`;

/** What the server says about itself and this session. */
export const SERVER_STATE =
  "SELECT current_setting('synchronous_commit') AS synchronous_commit, current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS recovering";

/** Asked whenever a session is opened: after a failover it may be another server. @throws LedgerError SYS-033, SYS-034 */
export function requireUsableServer(server: Row | undefined): void {
  if (server?.["recovering"] !== false) {
    throw new LedgerError(
      "SYS-033",
      "The PostgreSQL server is a standby or still recovering, so it cannot be written.",
    );
  }
  const { synchronous_commit: synchronousCommit, fsync, encoding } = server;
  if (fsync !== "on" || (synchronousCommit !== "on" && synchronousCommit !== "remote_apply")) {
    throw new LedgerError(
      "SYS-034",
      `The ledger needs fsync on and synchronous_commit on, but the server has ${String(fsync)} and ${String(synchronousCommit)}.`,
    );
  }
  if (encoding !== "UTF8") {
    throw new LedgerError(
      "SYS-034",
      `The ledger needs a database with the encoding UTF8, not ${String(encoding)}.`,
    );
  }
}
