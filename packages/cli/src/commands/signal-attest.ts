import { formatTimestamp, isSha256, type JsonObject } from "@parmanasystems/canonical";
import { isPolicyId } from "@parmanasystems/governance";
import { checkPolicyDirectory } from "@parmanasystems/governance/node";
import { attestSignal, type GovernedSignal, normalizeGovernedSignals } from "@parmanasystems/provenance";
import type { Signer } from "@parmanasystems/signing";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { resolvePolicy } from "../policy-reference.js";
import { readSigners, type SignerOptions } from "../signers.js";
import {
  type GivenSignals,
  readSignals,
  type SignalsOptions,
  typeSignals,
  typeSignalsFor,
} from "../signals-input.js";

export interface SignalAttestOptions extends SignalsOptions, SignerOptions {
  readonly source: string;
  readonly policy?: string;
  readonly observedAt?: string;
  readonly executionId?: string;
  readonly subject?: string;
  readonly evidenceHash?: string;
}

/** `parmana signal attest`: facts, signed by their source for one execution or about one subject. */
export async function signalAttestCommand(
  home: Home,
  options: SignalAttestOptions,
  output: Output,
): Promise<ExitCode> {
  const { source, observedAt = formatTimestamp(Date.now()), evidenceHash } = options;
  const named = readNamed(options);
  if (!isPolicyId(source)) {
    throw new CliError("CLI-001", "--source must be 1 to 64 lower-case letters, digits and hyphens.");
  }
  if (evidenceHash !== undefined && !isSha256(evidenceHash)) {
    throw new CliError("CLI-001", "--evidence-hash must be sha256: followed by 64 lower-case hex digits.");
  }
  const signals = await readTyped(home, options.policy, readSignals(options));
  const { values, provenance } = normalizeGovernedSignals(signals);
  const [stated] = Object.keys(provenance);
  if (stated !== undefined) {
    throw new CliError(
      "CLI-001",
      `The signal ${stated} has provenance already; a source signs plain values.`,
    );
  }
  const signer = await readSigner(options, home);
  const governed: [string, GovernedSignal][] = [];
  for (const [signal, value] of Object.entries(values)) {
    const observed = { signal, value, source, observedAt, evidenceHash, ...named };
    governed.push([signal, await attestSignal(observed, signer)]);
  }
  print(output, true, Object.fromEntries(governed), []);
  return exitCodes.done;
}

/** @throws CliError CLI-031 */
function readNamed({ executionId, subject }: SignalAttestOptions) {
  if (executionId !== undefined && subject === undefined) return { executionId };
  if (subject !== undefined && executionId === undefined) return { subject };
  throw new CliError("CLI-031", "Name what the facts are for: either --execution-id or --subject.");
}

/** A wrong type would be signed and then refused by every policy, so nothing is guessed. @throws CliError CLI-030 */
async function readTyped(home: Home, policy: string | undefined, given: GivenSignals): Promise<JsonObject> {
  if (given.typed.size === 0) return given.json;
  if (policy === undefined) {
    throw new CliError("CLI-030", "--signal is read as a policy declares it, and --policy names none.");
  }
  if (policy.includes("@")) return typeSignals(home, await resolvePolicy(home, policy), given);
  return typeSignalsFor(await checkPolicyDirectory(policy), given);
}

/** Of several keys of the home, the one that came into force last. */
async function readSigner(options: SignalAttestOptions, home: Home): Promise<Signer> {
  const { key = [], signerCommand = [] } = options;
  if (key.length + signerCommand.length > 1) {
    throw new CliError("CLI-001", "A source signs with one key: name one --key or one --signer-command.");
  }
  const [signer] = await readSigners(options, `source:${options.source}`, home);
  if (signer !== undefined) return signer;
  throw new CliError("CLI-020", `No key may sign for the source ${options.source}.`);
}
