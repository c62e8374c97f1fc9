import {
  GovernanceError,
  type InForce,
  isComplete,
  type SignatureNeed,
  signatureNeeds,
  type SignatureProposal,
} from "@parmanasystems/governance";
import type { Home } from "./home.js";
import { type Output, print } from "./output.js";
import { requireFree, writeNewProposal } from "./proposal-files.js";
import { installProposal } from "./proposal-installation.js";
import { describeForSigner, describeNeeds, proposalJson } from "./proposal-report.js";

/** What becomes of a new proposal. */
export interface HandOutOptions {
  /** Put it in force at once; every signature must be at hand. */
  readonly install?: boolean;
  /** Where the proposal is written otherwise. */
  readonly out?: string;
  readonly json?: boolean;
}

export interface HandOutTerms {
  readonly inForce: InForce;
  readonly options: HandOutOptions;
  readonly output: Output;
  readonly now: number;
  /** Where the files of a bundle lie. */
  readonly source?: string;
}

/**
 * Writes a proposal for those who have yet to sign it, or puts it in force where nobody has to.
 * @param prepare what is to be written before either, once nothing can be refused any more
 * @throws GovernanceError TRUST-032 when it is to be installed and signatures are missing; CliError CLI-004
 */
export async function handOut(
  home: Home,
  proposal: SignatureProposal,
  { inForce, options, output, now, source }: HandOutTerms,
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const needs = signatureNeeds(proposal, inForce.trustRoot);
  const install = options.install === true;
  const out = options.out ?? proposalName(proposal);
  if (install) requireComplete(needs);
  else requireFree(out);
  const report = describeForSigner(proposal, inForce);
  const json = proposalJson(proposal, needs, inForce);
  await prepare();
  if (install) {
    const done = await installProposal(home, proposal, { source, now, output });
    print(output, options.json, { ...json, installed: done }, [...report, `Installed ${done}`]);
    return;
  }
  writeNewProposal(out, proposal);
  print(output, options.json, { ...json, proposal: out }, [
    ...report,
    ...describeNeeds(needs),
    `Wrote ${out}`,
    isComplete(needs)
      ? `Next: parmana trust install ${out}`
      : `Next: each of them runs parmana trust sign ${out}, then parmana trust install ${out}`,
  ]);
}

/** @throws GovernanceError TRUST-032 */
export function requireComplete(needs: readonly SignatureNeed[]): void {
  if (isComplete(needs)) return;
  throw new GovernanceError("TRUST-032", `Signatures are missing. ${describeNeeds(needs).join(" ")}`);
}

function proposalName({ content }: SignatureProposal): string {
  switch (content.kind) {
    case "trust-root":
      return `trust-root-${String(content.value.version)}.proposal.json`;
    case "policy-index":
      return `policy-index-${String(content.value.version)}.proposal.json`;
    case "policy-bundle":
      return `${content.value.policyId}-${content.value.policyVersion}.proposal.json`;
    case "release-manifest":
      return "release.proposal.json";
  }
}
