import { existsSync, writeFileSync } from "node:fs";
import { encodeProposal, parseProposal, type SignatureProposal } from "@parmanasystems/governance";
import { writeFileAtomically } from "@parmanasystems/governance/node";
import { CliError, reasonOf } from "./errors.js";
import { readInput } from "./read-input.js";

/** @throws CliError CLI-004; GovernanceError TRUST-040 */
export function readProposal(path: string): SignatureProposal {
  return parseProposal(readInput(path));
}

/** A new file: what is there already may hold signatures. @throws CliError CLI-004 */
export function writeNewProposal(path: string, proposal: SignatureProposal): void {
  try {
    writeFileSync(path, encodeProposal(proposal), { flag: "wx" });
  } catch (cause) {
    throw new CliError("CLI-004", `The proposal ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

/** To be asked before anything else is written. @throws CliError CLI-004 */
export function requireFree(path: string): void {
  if (existsSync(path)) {
    throw new CliError("CLI-004", `The proposal ${path} cannot be written: it exists already.`);
  }
}

/** In place of the same proposal with fewer signatures. @throws GovernanceError TRUST-052 */
export async function replaceProposal(path: string, proposal: SignatureProposal): Promise<void> {
  await writeFileAtomically(path, encodeProposal(proposal), { mode: 0o644 });
}
