import type { SqliteLedger } from "@parmanasystems/audit-db";
import { type ExecutionAttestation, isExecutionId } from "@parmanasystems/execution";
import { entryJson, entryRow } from "../audit-report.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { CliError } from "../errors.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { sizeOf } from "../log-checkpoint.js";
import { columns, type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { describeResolution } from "../review-report.js";

/** `parmana audit show`: the life of one execution. @throws CliError CLI-054 */
export async function auditShowCommand(
  home: Home,
  executionId: string,
  { json }: JsonOption,
  output: Output,
): Promise<ExitCode> {
  const found = await withHomeLedger(home, (ledger) => lifeOf(ledger, executionId));
  const { attestation, resolution, position, checkpoint, evidence, timeline } = found;
  const covered = position !== null && checkpoint !== null && position < checkpoint;
  const shown = { executionId, attestation, resolution, position, covered, checkpoint, evidence };
  print(output, json, { ...shown, timeline: timeline.map(entryJson) }, [
    attestation === null
      ? `${executionId} was not attested`
      : `${attestation.decision.toUpperCase()}: ${attestation.reason}`,
    ...(attestation === null ? [] : describeAttested(attestation)),
    ...(position === null
      ? []
      : columns([
          ["position", String(position)],
          ["checkpoint", describeCheckpoint(checkpoint, covered)],
          ["evidence", evidence ? "stored" : "erased, or never stored"],
        ])),
    ...(resolution === null ? [] : describeResolution(resolution)),
    "Timeline:",
    ...columns(timeline.map(entryRow)),
  ]);
  return exitCodes.done;
}

async function lifeOf(ledger: SqliteLedger, executionId: string) {
  const timeline = isExecutionId(executionId) ? await ledger.audit.timeline(executionId) : [];
  if (timeline.length === 0)
    throw new CliError("CLI-054", `Nothing in the log is about the execution "${executionId}".`);
  const note = await ledger.audit.latestCheckpoint();
  return {
    timeline,
    attestation: (await ledger.attestation(executionId)) ?? null,
    resolution: (await ledger.resolution(executionId)) ?? null,
    evidence: (await ledger.evidence(executionId)) !== undefined,
    position: timeline.find(({ entry }) => entry.event === "attested")?.seq ?? null,
    checkpoint: note === undefined ? null : sizeOf(note),
  };
}

function describeAttested(attestation: ExecutionAttestation): string[] {
  const { execution_id, policyId, policyVersion, rule_id, action, requester, issuedAt, keyId } = attestation;
  return columns([
    ["execution", execution_id],
    ["policy", `${policyId}@${policyVersion}, rule ${rule_id}`],
    ["action", action],
    ...(requester === undefined ? [] : [["requester", requester] as const]),
    ["issued", issuedAt],
    ["signed by", keyId],
  ]);
}

function describeCheckpoint(size: number | null, covered: boolean): string {
  if (size === null) return "none was signed yet";
  const entries = `the latest, of ${String(size)} entries,`;
  return covered ? `${entries} covers it` : `${entries} does not cover it yet`;
}
