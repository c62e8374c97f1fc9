import { type InForce, signatureNeeds, type SignatureProposal } from "@parmanasystems/governance";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { readProposal } from "../proposal-files.js";
import { requireComplete } from "../proposal-hand-out.js";
import { installProposal } from "../proposal-installation.js";
import { describeForSigner, proposalJson } from "../proposal-report.js";
import { readInForce } from "./trust-sign.js";

export interface TrustInstallOptions {
  /** Where the files of a bundle lie. */
  readonly source?: string;
  readonly json?: boolean;
}

/** `parmana trust install`: puts a proposal in force once enough have signed it. */
export async function trustInstallCommand(
  home: Home,
  file: string,
  { source, json }: TrustInstallOptions,
  output: Output,
): Promise<ExitCode> {
  const proposal = readProposal(file);
  const inForce = await readInForce(home, proposal);
  // Doing it again ends what a crash left undone.
  const again = isInForce(proposal, inForce);
  const needs = again ? [] : signatureNeeds(proposal, inForce.trustRoot);
  requireComplete(needs);
  const report = describeForSigner(proposal, inForce);
  const installed = await installProposal(home, proposal, { source, now: Date.now(), output });
  print(output, json, { ...proposalJson(proposal, needs, inForce), installed }, [
    ...report,
    `Installed ${installed}`,
  ]);
  return exitCodes.done;
}

function isInForce({ content }: SignatureProposal, { trustRoot }: InForce): boolean {
  return content.kind === "trust-root" && content.value.hash === trustRoot?.hash;
}
