import type { AuditCount, AuditStatistics } from "@parmanasystems/audit-db";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { columns, type Output, print } from "../output.js";
import { countOf } from "../policy-terms.js";
import type { JsonOption } from "../program-options.js";

/** `parmana audit stats`: what the log holds, counted. */
export async function auditStatsCommand(home: Home, { json }: JsonOption, output: Output): Promise<ExitCode> {
  const statistics = await withHomeLedger(home, ({ audit }) => audit.statistics());
  print(output, json, statistics, describe(statistics));
  return exitCodes.done;
}

function describe({ entries, checkpointed, evidence, first, last, counts }: AuditStatistics): string[] {
  return [
    `${entries === 1 ? "1 entry" : `${String(entries)} entries`} in the log`,
    ...columns([
      ["from", first ?? "no entry yet"],
      ["to", last ?? "no entry yet"],
      ["checkpoint", checkpointed === null ? "none was signed yet" : `of ${String(checkpointed)} of them`],
      ["evidence", `of ${countOf(evidence, "execution")}`],
    ]),
    ...(counts.length === 0 ? [] : ["How often:", ...columns(counts.map(countRow))]),
  ];
}

function countRow({ count, event, decision, code, policyId, policyVersion }: AuditCount): readonly string[] {
  const policy = policyId === null ? "" : `${policyId}@${policyVersion ?? "?"}`;
  return [String(count), event, decision ?? code ?? "", policy];
}
