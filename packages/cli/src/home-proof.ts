import type { ProvenStatement, SqliteLedger } from "@parmanasystems/audit-db";
import {
  type ExecutionAttestation,
  isExecutionId,
  type ResolutionAttestation,
} from "@parmanasystems/execution";
import { parseLogProof } from "@parmanasystems/verifier";
import { readCount } from "./audit-terms.js";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";
import { issueCheckpoint, sizeOf } from "./log-checkpoint.js";
import type { Output } from "./output.js";

/** A statement of a runtime with the proof (C2SP tlog-proof) that the log has it. */
interface Proven<Statement> {
  readonly statement: Statement;
  readonly logProof: string;
}

export interface ProvenExecution {
  readonly attestation: Proven<ExecutionAttestation>;
  /** How its override ended, where somebody signed it. */
  readonly resolution: Proven<ResolutionAttestation> | undefined;
}

/** What was signed about an execution, all of it proved under one checkpoint. @throws CliError CLI-001, CLI-054, CLI-050 */
export async function proveExecution(
  home: Home,
  ledger: SqliteLedger,
  { executionId, size }: Omit<ToProve, "of">,
  output: Output,
): Promise<ProvenExecution> {
  const attestation = isExecutionId(executionId) ? await ledger.attestation(executionId) : undefined;
  if (attestation === undefined) throw nothingToProve({ executionId, of: "attestation" });
  const ended = await ledger.resolution(executionId);
  const prove = (of: ProvenStatement, least = size) =>
    proveInHome(home, ledger, { executionId, of, size: least }, output);
  // The later entry first: the checkpoint that covers it covers the other.
  const resolution =
    ended === undefined ? undefined : { statement: ended, logProof: await prove("resolution") };
  const covering = resolution === undefined ? size : sizeOf(parseLogProof(resolution.logProof).checkpoint);
  const logProof = await prove("attestation", covering);
  return { attestation: { statement: attestation, logProof }, resolution };
}

export interface ToProve {
  readonly executionId: string;
  readonly of: ProvenStatement;
  /** Under the first checkpoint of at least so many entries that covers it; the latest when absent. */
  readonly size?: number | undefined;
}

/** What --size asks for. @throws CliError CLI-001 */
export function readSize(size: string | undefined): number | undefined {
  return size === undefined ? undefined : readCount(size, "--size", 0, Number.MAX_SAFE_INTEGER);
}

/** The proof that the log has it; signs a checkpoint where none covers it. @throws CliError CLI-001, CLI-054, CLI-050 */
export async function proveInHome(
  home: Home,
  ledger: SqliteLedger,
  toProve: ToProve,
  output: Output,
): Promise<string> {
  const { executionId, of, size } = toProve;
  const recorded =
    isExecutionId(executionId) &&
    (await (of === "attestation" ? ledger.findAttested({ executionId }) : ledger.findResolved(executionId)));
  if (recorded === false || recorded === undefined) throw nothingToProve(toProve);
  const entries = await ledger.audit.size();
  if (size !== undefined && size > entries)
    throw new CliError("CLI-001", `--size must be at most the size of the log, ${String(entries)}.`);
  const covered = await ledger.audit.proof(executionId, { of, size });
  if (covered !== undefined) return covered;
  const note = await issueCheckpoint(home, ledger);
  output.note(`No checkpoint covered it yet, so one was signed, of ${String(sizeOf(note))} entries.`);
  const logProof = await ledger.audit.proof(executionId, { of, size });
  if (logProof === undefined) throw new TypeError("A checkpoint does not cover an entry before it.");
  return logProof;
}

function nothingToProve({ executionId, of }: ToProve): CliError {
  const what = of === "attestation" ? "attestation of" : "end of an override of";
  return new CliError("CLI-054", `The log holds no ${what} the execution "${executionId}".`);
}
