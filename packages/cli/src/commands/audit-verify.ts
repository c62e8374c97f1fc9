import {
  type KeptCheckpoint,
  type LogReport,
  openLedger,
  type SqliteLedger,
  type VerifyLogOptions,
} from "@parmanasystems/audit-db";
import type { TrustRoot } from "@parmanasystems/governance";
import { readTrustRoot } from "@parmanasystems/governance/node";
import { readInstant } from "../audit-terms.js";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { requireLedger } from "../home-ledger.js";
import { columns, type Output, print } from "../output.js";
import { countOf } from "../policy-terms.js";
import type { JsonOption } from "../program-options.js";
import { withProgress } from "../progress.js";
import { readNote, rememberedCheckpoint } from "../remembered-checkpoint.js";
import { readWitnesses, type WitnessOptions, witnessPolicyOf } from "../witness-options.js";

export interface AuditVerifyOptions extends JsonOption, WitnessOptions {
  /** A file with a checkpoint that was kept elsewhere. */
  readonly remembered?: string;
  /** Since when it was kept there: what it covers is older. */
  readonly rememberedSince?: string;
  /** Only what came after the remembered checkpoint. */
  readonly incremental?: boolean;
}

/** `parmana audit verify`: reads the log again and names the first position that does not hold. */
export async function auditVerifyCommand(
  home: Home,
  options: AuditVerifyOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const own = rememberedCheckpoint(home);
  const kept = readKept(options);
  const terms = readWitnesses(options);
  const witnesses = terms === undefined ? undefined : witnessPolicyOf(terms);
  const remembered = [own, kept].flatMap((note) => note ?? []);
  if (options.incremental === true && remembered.length === 0)
    throw new CliError(
      "CLI-001",
      "--incremental starts at a checkpoint, and none is remembered; name one with --remembered.",
    );
  if (remembered.length > 0) requireLedger(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  // Not through the door of the home: what does not continue its checkpoint is to be reported, not refused.
  const ledger = openLedger(home.ledger);
  try {
    const report = await verify(
      ledger,
      { incremental: options.incremental, trustRoot, remembered, witnesses },
      output,
    );
    print(output, options.json, report, describeReport(report, remembered.length > 0));
    return report.verdict === "intact" ? exitCodes.done : exitCodes.refused;
  } finally {
    await ledger.close();
  }
}

/** @throws CliError CLI-001, CLI-004 */
function readKept({ remembered, rememberedSince }: AuditVerifyOptions): string | KeptCheckpoint | undefined {
  if (remembered === undefined) {
    if (rememberedSince === undefined) return undefined;
    throw new CliError("CLI-001", "--remembered-since goes with --remembered, the checkpoint that was kept.");
  }
  const note = readNote(remembered);
  if (rememberedSince === undefined) return note;
  return { note, since: readInstant(rememberedSince, "--remembered-since") };
}

interface Terms extends Pick<VerifyLogOptions, "incremental" | "witnesses"> {
  readonly remembered: readonly (string | KeptCheckpoint)[];
  readonly trustRoot: TrustRoot;
}

async function verify(
  ledger: SqliteLedger,
  { trustRoot, ...terms }: Terms,
  output: Output,
): Promise<LogReport> {
  // Without a runtime role the trust root says nothing about who may attest.
  const judged = trustRoot.roles.has("runtime") ? { trustRoot } : {};
  return withProgress(output, "Verifying entries", (onProgress) =>
    ledger.audit.verify({ ...judged, ...terms, onProgress }),
  );
}

function describeReport(report: LogReport, continues: boolean): string[] {
  const { verdict, from, to, rootHash, attestations, checkpoints, signatures, problem } = report;
  const rows = columns([
    ["entries", from === to ? "none" : `${String(from)} to ${String(to - 1)} hold`],
    ["attestations", String(attestations)],
    ["checkpoints", countOf(checkpoints, "checkpoint")],
    ["signatures", signatures === "checked" ? "checked" : "not checked: the trust root has no runtime role"],
    ["root", rootHash],
  ]);
  if (problem === undefined) {
    const more = continues ? ", and it continues the remembered checkpoint" : "";
    return [`${verdict.toUpperCase()}: the log holds${more}`, ...rows];
  }
  if (verdict === "unproven") {
    return [
      "UNPROVEN: everything fits together, but not all of it is proven",
      `  ${problem.detail}`,
      ...rows,
    ];
  }
  const place = problem.seq === null ? "" : ` from position ${String(problem.seq)} on`;
  return [`${verdict.toUpperCase()}: the log does not hold${place}`, `  ${problem.detail}`, ...rows];
}
