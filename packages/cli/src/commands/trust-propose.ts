import { runtimeVersion } from "@parmanasystems/execution-runtime";
import type { PolicyName, SignatureProposal, TrustRoot } from "@parmanasystems/governance";
import {
  type IndexChange,
  measureRuntimeFiles,
  proposeIndexChange,
  proposePolicyBundle,
  proposePolicyIndex,
  proposeRelease,
  readPolicyIndex,
  readTrustRoot,
  runtimePackageRoots,
  type SigningTerms,
} from "@parmanasystems/governance/node";
import { LocalSigner, type Signer } from "@parmanasystems/signing";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { openIndex } from "../expiry-notes.js";
import { type Home, requireHome } from "../home.js";
import { homeKeys } from "../home-keys.js";
import { DAY_MS, INDEX_DAYS } from "../lifetimes.js";
import type { Output } from "../output.js";
import { judgePolicy, type PolicyGateOptions } from "../policy-gate.js";
import { resolvePolicy } from "../policy-reference.js";
import { handOut, type HandOutOptions } from "../proposal-hand-out.js";
import { requireMemory, seenVersion } from "../seen-versions.js";
import { readNamedSigners, type SignerOptions } from "../signers.js";

export interface TrustProposeOptions extends SignerOptions, HandOutOptions, PolicyGateOptions {}

/** What is signed by a role other than root, and what it is made of. */
export type ProposalSubject =
  | { readonly kind: "bundle"; readonly directory: string }
  | { readonly kind: "index" }
  | { readonly kind: IndexChange; readonly policy: string }
  | { readonly kind: "release" };

/** `parmana trust propose`: a document that parties on several machines are to sign. */
export async function trustProposeCommand(
  home: Home,
  subject: ProposalSubject,
  options: TrustProposeOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  if (subject.kind === "bundle") await judgePolicy(subject.directory, options, output);
  const now = Date.now();
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const role = subject.kind === "release" ? "release" : "policy";
  const signers = await signersAtHand(home, role, now, options);
  const proposal = await propose(home, subject, { trustRoot, signers, now });
  const policyIndex = await openIndex(home, trustRoot);
  const source = subject.kind === "bundle" ? { source: subject.directory } : {};
  await handOut(home, proposal, { inForce: { trustRoot, policyIndex }, options, output, now, ...source });
  return exitCodes.done;
}

async function propose(
  home: Home,
  subject: ProposalSubject,
  terms: SigningTerms,
): Promise<SignatureProposal> {
  const { policiesRootPath } = home.environment;
  const expiresAt = Math.min(terms.now + INDEX_DAYS * DAY_MS, terms.trustRoot.expiresAt);
  switch (subject.kind) {
    case "bundle":
      return proposePolicyBundle({ ...terms, sourceDir: subject.directory });
    case "index":
      return proposePolicyIndex({ ...terms, policiesRootPath, expiresAt });
    case "publish":
    case "deprecate":
    case "revoke": {
      // What is to be published is not listed yet.
      const name =
        subject.kind === "publish" ? readName(subject.policy) : await resolvePolicy(home, subject.policy);
      await requireMemoryOf(home, terms.trustRoot);
      const remembered = await seenVersion(home, "policy-index");
      return proposeIndexChange(subject.kind, { ...terms, ...name, policiesRootPath, expiresAt, remembered });
    }
    case "release": {
      const packages = await runtimePackageRoots(import.meta.url);
      return proposeRelease({ ...terms, runtimeVersion, files: await measureRuntimeFiles(packages) });
    }
  }
}

/** @throws CliError CLI-001 without a version; whether id and version are spelled as such, the index says */
function readName(text: string): PolicyName {
  const at = text.indexOf("@");
  if (at === -1) throw new CliError("CLI-001", "Name the version to publish: <policyId>@<policyVersion>.");
  return { policyId: text.slice(0, at), policyVersion: text.slice(at + 1) };
}

async function requireMemoryOf(home: Home, trustRoot: TrustRoot): Promise<void> {
  const { value: index } = await readPolicyIndex(home.environment.policiesRootPath, trustRoot);
  requireMemory(home, index);
}

/** Nobody at all may be at hand: then the others sign. */
async function signersAtHand(
  home: Home,
  role: string,
  now: number,
  options: SignerOptions,
): Promise<readonly Signer[]> {
  const named = await readNamedSigners(options);
  if (named.length > 0) return named;
  return (await homeKeys(home, role, now)).map((key) => new LocalSigner(key));
}
