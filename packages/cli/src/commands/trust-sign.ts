import { isSha256, sha256 } from "@parmanasystems/canonical";
import {
  type InForce,
  requireWantedSigner,
  signatureNeeds,
  type SignatureProposal,
  signProposal,
} from "@parmanasystems/governance";
import { readTrustRoot, requireManifestFiles } from "@parmanasystems/governance/node";
import { LocalSigner, type Signer } from "@parmanasystems/signing";
import { existsSync } from "node:fs";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { openIndex } from "../expiry-notes.js";
import { type Home, requireHome } from "../home.js";
import { wantedKeys } from "../home-keys.js";
import { type Output, print } from "../output.js";
import { judgePolicy, type PolicyGateOptions } from "../policy-gate.js";
import { readProposal, replaceProposal } from "../proposal-files.js";
import { describeForSigner, describeNeeds, proposalJson } from "../proposal-report.js";
import { readNamedSigners, type SignerOptions } from "../signers.js";

export interface TrustSignOptions extends SignerOptions, PolicyGateOptions {
  /** The hash of the document that is meant. */
  readonly hash?: string;
  /** Where the files of a bundle lie. */
  readonly source?: string;
  readonly json?: boolean;
}

/** `parmana trust sign`: shows what a proposal changes, and adds a signature to it. */
export async function trustSignCommand(
  home: Home,
  file: string,
  options: TrustSignOptions,
  output: Output,
): Promise<ExitCode> {
  const proposal = readProposal(file);
  const inForce = await readInForce(home, proposal);
  const { trustRoot } = inForce;
  // Refused before it is shown: what could never be installed needs nobody's signature.
  signatureNeeds(proposal, trustRoot);
  await requireFiles(proposal, options, output);
  for (const line of describeForSigner(proposal, inForce)) output.note(line);
  await requireMeant(proposal, options, output);
  const now = Date.now();
  const signers = await signersFor(home, proposal, inForce, options);
  for (const { keyId } of signers) requireWantedSigner(proposal, trustRoot, keyId, now);
  const signed = await signProposal(proposal, signers);
  // A signature that does not verify would spoil the others', so it is not written.
  const needs = signatureNeeds(signed, trustRoot);
  await replaceProposal(file, signed);
  print(output, options.json, proposalJson(signed, needs, inForce), [
    `Signed with ${signers.map(({ keyId }) => keyId).join(", ")}`,
    ...describeNeeds(needs),
  ]);
  return exitCodes.done;
}

/** What the proposal is compared with. Only version 1 of a trust root has nothing before it. @throws CliError CLI-002 */
export async function readInForce(home: Home, proposal: SignatureProposal): Promise<InForce> {
  const { content } = proposal;
  const first = content.kind === "trust-root" && content.value.version === 1;
  if (first && !existsSync(home.environment.trustRootPath)) return {};
  requireHome(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const policyIndex = content.kind === "policy-index" ? await openIndex(home, trustRoot) : undefined;
  return { trustRoot, policyIndex };
}

/**
 * A manifest is a list of hashes: who signs it must have the files, and judges the policy as its author did.
 * @throws CliError CLI-021; GovernanceError POL-001 to -039; PolicyAnalysisError POL-060 to -067
 */
async function requireFiles(
  { content }: SignatureProposal,
  options: TrustSignOptions,
  output: Output,
): Promise<void> {
  if (content.kind !== "policy-bundle") return;
  const { source } = options;
  if (source === undefined) {
    throw new CliError("CLI-021", "Name the folder of the policy that the bundle is made of with --source.");
  }
  await requireManifestFiles(source, content.value);
  await judgePolicy(source, options, output);
}

/** Shown is not agreed to: a person says yes, or whoever runs it states the hash. @throws CliError CLI-022 */
async function requireMeant(
  { document }: SignatureProposal,
  { hash }: TrustSignOptions,
  { ask }: Output,
): Promise<void> {
  const shown = sha256(document);
  if (hash !== undefined) {
    if (!isSha256(hash))
      throw new CliError("CLI-001", "--hash must be sha256: and 64 lower-case hex digits.");
    if (hash === shown) return;
    throw new CliError("CLI-022", `The document is ${shown}, and ${hash} is to be signed.`);
  }
  if ((await ask?.("Sign this?")) === true) return;
  throw new CliError("CLI-022", `The document ${shown} was not signed.`);
}

async function signersFor(
  home: Home,
  proposal: SignatureProposal,
  { trustRoot }: InForce,
  options: SignerOptions,
): Promise<readonly Signer[]> {
  const named = await readNamedSigners(options);
  if (named.length > 0) return named;
  const keys = await wantedKeys(home, proposal, trustRoot);
  if (keys.length > 0) return keys.map((key) => new LocalSigner(key));
  throw new CliError(
    "CLI-020",
    `No key in ${home.keys} is asked to sign this; name one with --key or --signer-command.`,
  );
}
