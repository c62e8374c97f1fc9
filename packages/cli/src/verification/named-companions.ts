import type { RequiredLevel } from "@parmanasystems/verifier";
import { CliError } from "../errors.js";
import { type Home, requireHome } from "../home.js";
import type { Output } from "../output.js";
import { readInput } from "../read-input.js";
import { logProofBeside } from "./companions.js";
import type { CompanionSource } from "./judge.js";

/** The files that belong to the one file to verify. */
export interface CompanionOptions {
  readonly evidence?: string;
  /** The attestation that a resolution ends. */
  readonly original?: string;
  /** The votes that a resolution counted. */
  readonly votes?: string;
  /** The log proof; when absent, the one that lies beside the file to verify. */
  readonly logProof?: string;
  readonly unsafeTrustOnFirstUse?: boolean;
}

/** What the options name, and the log proof that lies beside the file. @throws CliError CLI-001, CLI-002, CLI-004 */
export function namedCompanions(
  home: Home,
  path: string,
  options: CompanionOptions,
  output: Output,
): CompanionSource {
  const { evidence, original, votes, logProof, unsafeTrustOnFirstUse } = options;
  return {
    ofBundle: () => {
      if ((evidence ?? original ?? votes ?? logProof) !== undefined)
        throw new CliError(
          "CLI-001",
          "An evidence bundle has everything in it: leave out --evidence, --original, --votes and --log-proof.",
        );
    },
    of: ({ kind }) => {
      if (unsafeTrustOnFirstUse === true)
        throw new CliError("CLI-001", "--unsafe-trust-on-first-use is for evidence bundles; this is none.");
      if (kind === "resolution" && evidence !== undefined)
        throw new CliError("CLI-001", "--evidence goes with an attestation; a resolution has --votes.");
      if (kind === "attestation" && (original ?? votes) !== undefined)
        throw new CliError(
          "CLI-001",
          "--original and --votes go with a resolution; an attestation has --evidence.",
        );
      requireHome(home);
      const found = logProof === undefined ? logProofBeside(path) : undefined;
      if (found !== undefined) output.note(`Log proof: ${found}, found beside the file.`);
      return {
        evidence: fileOf(evidence),
        original: fileOf(original),
        votes: fileOf(votes),
        logProof: fileOf(logProof ?? found),
        demands: levelOf(options),
      };
    },
  };
}

function levelOf({ evidence, votes, logProof }: CompanionOptions): RequiredLevel {
  if ((evidence ?? votes) !== undefined) return "L4";
  return logProof === undefined ? "L2" : "L3";
}

function fileOf(path: string | undefined): Uint8Array | undefined {
  return path === undefined ? undefined : readInput(path);
}
