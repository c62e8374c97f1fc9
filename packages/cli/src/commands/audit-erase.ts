import { formatTimestamp } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import { readInstant } from "../audit-terms.js";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { type Output, print } from "../output.js";
import { countOf } from "../policy-terms.js";
import type { JsonOption } from "../program-options.js";

export interface AuditEraseOptions extends JsonOption {
  /** Of every execution that was attested before. */
  readonly before?: string;
  readonly yes?: boolean;
}

type Which = { readonly executionId: string } | { readonly before: number };

/** `parmana audit erase`: erases signals, never entries of the log, and leaves a record of each. @throws CliError CLI-054, CLI-053 */
export async function auditEraseCommand(
  home: Home,
  executionId: string | undefined,
  options: AuditEraseOptions,
  output: Output,
): Promise<ExitCode> {
  const which = readWhich(executionId, options);
  return withHomeLedger(home, async (ledger) => {
    if (
      "executionId" in which &&
      !(await ledger.audit.timeline(which.executionId)).some(({ entry }) => entry.event === "attested")
    )
      throw new CliError("CLI-054", `The log holds no attestation of the execution "${which.executionId}".`);
    await requireWanted(which, options, output);
    const erased = await ledger.audit.eraseEvidence(which, (done) =>
      output.progress?.(`Erasing evidence ${String(done)}`),
    );
    output.progress?.("");
    print(output, options.json, { erased }, [
      erased === 0
        ? "No evidence was stored, so nothing was erased."
        : `Erased the evidence of ${countOf(erased, "execution")}; the log says so, and keeps the attestations.`,
    ]);
    return exitCodes.done;
  });
}

function readWhich(executionId: string | undefined, { before }: AuditEraseOptions): Which {
  if ((executionId === undefined) === (before === undefined))
    throw new CliError("CLI-001", "Name an execution or --before, one of the two.");
  if (before !== undefined) return { before: readInstant(before, "--before") };
  if (executionId !== undefined && isExecutionId(executionId)) return { executionId };
  throw new CliError("CLI-054", `No execution can be called "${String(executionId)}".`);
}

async function requireWanted(which: Which, { yes }: AuditEraseOptions, output: Output): Promise<void> {
  if (yes === true) return;
  const whose =
    "before" in which
      ? `every execution attested before ${formatTimestamp(which.before)}`
      : `the execution ${which.executionId}`;
  const agreed = await output.ask?.(
    `Erase the signals of ${whose} for good? Nobody can decide again on them.`,
  );
  if (agreed === true) return;
  throw new CliError("CLI-053", `The evidence of ${whose} was not erased.`);
}
