import { isSha256, type Sha256 } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import { columns, type Output, print } from "../output.js";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome, requireRelease } from "../home.js";
import { openHomeRuntime } from "../home-runtime.js";
import { resolvePolicy } from "../policy-reference.js";
import { openResultFiles, type ResultFiles } from "../result-files.js";
import { readSignals, type SignalsOptions, typeSignals } from "../signals-input.js";

export interface ExecuteOptions extends SignalsOptions {
  readonly executionId?: string;
  readonly requester?: string;
  readonly audience?: string;
  readonly actionHash?: string;
  /** A directory for attestation.json and evidence.json. */
  readonly out?: string;
  readonly json?: boolean;
}

/** `parmana execute`: one governed decision, attested and recorded in the ledger of the home. */
export async function executeCommand(
  home: Home,
  policy: string,
  options: ExecuteOptions,
  output: Output,
): Promise<ExitCode> {
  const given = readSignals(options);
  requireHome(home);
  requireRelease(home);
  const reference = await resolvePolicy(home, policy);
  const signals = await typeSignals(home, reference, given);
  const { runtime, ledger } = await openHomeRuntime(home, output);
  let files: ResultFiles | undefined;
  try {
    files = options.out === undefined ? undefined : openResultFiles(options.out);
    const { executionId, requester, audience, actionHash } = options;
    const attestation = await runtime.execute({
      ...reference,
      signals,
      ...(executionId === undefined ? {} : { executionId }),
      ...(requester === undefined ? {} : { requester }),
      ...(audience === undefined ? {} : { audience }),
      ...(actionHash === undefined ? {} : { actionHash: readHash(actionHash) }),
    });
    // Printed first: it is decided, and whatever happens to the files, this is the answer.
    print(output, options.json, attestation, describeAttestation(attestation));
    files?.write([
      `${JSON.stringify(attestation, undefined, 2)}\n`,
      (await ledger.evidence(attestation.execution_id)) ?? "",
    ]);
    if (options.out !== undefined) output.note(`Wrote attestation.json and evidence.json to ${options.out}`);
    return EXIT_CODES[attestation.decision];
  } finally {
    files?.discard();
    await runtime.close();
  }
}

const EXIT_CODES = {
  approved: exitCodes.done,
  rejected: exitCodes.rejected,
  pending_override: exitCodes.pendingOverride,
} as const;

function readHash(text: string): Sha256 {
  if (isSha256(text)) return text;
  throw new CliError("CLI-001", "--action-hash must be sha256: followed by 64 lower-case hex digits.");
}

function describeAttestation(attestation: ExecutionAttestation): string[] {
  return [
    `${attestation.decision.toUpperCase()}: ${attestation.reason}`,
    ...columns([
      ["execution", attestation.execution_id],
      ["policy", `${attestation.policyId}@${attestation.policyVersion}, rule ${attestation.rule_id}`],
      ["action", attestation.action],
      ["fingerprint", attestation.execution_fingerprint],
      ["issued", attestation.issuedAt],
      ["signed by", attestation.keyId],
    ]),
    ...(attestation.decision === "pending_override"
      ? [`It waits for people: parmana review show ${attestation.execution_id}`]
      : []),
  ];
}
