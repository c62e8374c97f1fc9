import type { AuditQuery } from "@parmanasystems/audit-db";
import { entryJson, entryRow } from "../audit-report.js";
import { readCount, readDecision, readEvent, readInstant, readPolicyTerm } from "../audit-terms.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { columns, type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";

export interface AuditListOptions extends JsonOption {
  /** An id, or id@version. */
  readonly policy?: string;
  readonly decision?: string;
  readonly event?: string;
  /** Of an error, such as INV-013. */
  readonly code?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  /** Where the page before ended. */
  readonly cursor?: string;
}

const LIMIT = 1_000;

/** `parmana audit list`: entries of the log, newest first. */
export async function auditListCommand(
  home: Home,
  options: AuditListOptions,
  output: Output,
): Promise<ExitCode> {
  const { limit = "50", cursor, json } = options;
  const search = {
    ...readQuery(options),
    limit: readCount(limit, "--limit", 1, LIMIT),
    cursor: cursor === undefined ? undefined : readCount(cursor, "--cursor", 0, Number.MAX_SAFE_INTEGER),
  };
  const page = await withHomeLedger(home, ({ audit }) => audit.search(search));
  const { entries, cursor: next } = page;
  print(output, json, { entries: entries.map(entryJson), cursor: next }, [
    ...(entries.length === 0 ? ["No entry of the log is like that."] : columns(entries.map(entryRow))),
    ...(next === null ? [] : [`There may be older ones: --cursor ${String(next)}`]),
  ]);
  return exitCodes.done;
}

function readQuery({ policy, decision, event, code, since, until }: AuditListOptions): AuditQuery {
  return {
    ...(policy === undefined ? {} : readPolicyTerm(policy)),
    decision: decision === undefined ? undefined : readDecision(decision),
    event: event === undefined ? undefined : readEvent(event),
    code,
    since: since === undefined ? undefined : readInstant(since, "--since"),
    until: until === undefined ? undefined : readInstant(until, "--until"),
  };
}
