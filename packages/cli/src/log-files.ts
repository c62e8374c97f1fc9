import { decodeUtf8 } from "@parmanasystems/canonical";
import { decodeBase64 } from "@parmanasystems/signing";
import type { LogMaterial } from "@parmanasystems/verifier";
import { readInstant } from "./audit-terms.js";
import { CliError } from "./errors.js";
import { readInput } from "./read-input.js";
import { readWitnessPolicy, type WitnessOptions } from "./witness-options.js";

/** What log proofs are judged by. */
export interface LogOptions extends WitnessOptions {
  /** A checkpoint that was verified before, and kept. */
  readonly remembered?: string;
  /** Since when: what it covers is older. */
  readonly rememberedSince?: string;
  /** Hashes in base64, one a line, from that checkpoint to the one of the log proof. */
  readonly consistency?: string;
  readonly origin?: string;
}

/** Undefined where nothing was said about the log. @throws CliError CLI-001, CLI-004 */
export function readLogMaterial(options: LogOptions): LogMaterial | undefined {
  const { remembered, rememberedSince, consistency, origin } = options;
  const witnesses = readWitnessPolicy(options);
  if (consistency !== undefined && remembered === undefined)
    throw new CliError("CLI-001", "--consistency goes with --remembered, where the proof begins.");
  if (rememberedSince !== undefined && remembered === undefined)
    throw new CliError("CLI-001", "--remembered-since goes with --remembered, the checkpoint that was kept.");
  if ((remembered ?? origin ?? witnesses) === undefined) return undefined;
  return {
    origin,
    remembered: remembered === undefined ? undefined : readInput(remembered),
    rememberedAt:
      rememberedSince === undefined ? undefined : readInstant(rememberedSince, "--remembered-since"),
    consistency: consistency === undefined ? undefined : readHashes(consistency),
    witnesses,
  };
}

/** Whether there are too many, or of another length, is for the check to say. */
function readHashes(path: string): readonly Uint8Array[] {
  const bytes = readInput(path);
  try {
    const lines = decodeUtf8(bytes).split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines.map(decodeBase64);
  } catch (cause) {
    const expected = "hashes in base64, one a line";
    throw new CliError("CLI-004", `The file ${path} cannot be read as ${expected}.`, { cause });
  }
}
