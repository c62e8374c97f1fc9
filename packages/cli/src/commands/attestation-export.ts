import { encodeUtf8, decodeUtf8 } from "@parmanasystems/canonical";
import {
  attestationPayload,
  resolutionPayload,
  toEnvelope,
  toResolutionEnvelope,
} from "@parmanasystems/execution";
import { CliError } from "../errors.js";
import { isEvidenceBundle, readEvidenceBundle } from "../evidence-bundle-input.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Output } from "../output.js";
import { parseFile, parsePresented } from "../parse-file.js";
import { type FileSource, type PresentedFile, presentFile } from "../presented-file.js";
import { readInput } from "../read-input.js";
import { writeNewFile } from "../write-new-file.js";

export interface AttestationExportOptions {
  readonly as: string;
  readonly out?: string;
}

/** `parmana attestation export`: the same attestation in another spelling. Nothing is verified. */
export function attestationExportCommand(
  path: string,
  { as: form, out }: AttestationExportOptions,
  output: Output,
): ExitCode {
  const bytes = spell(readStatement({ path, bytes: readInput(path) }), form);
  if (out === undefined) output.out(decodeUtf8(bytes).replace(/\n$/, ""));
  else {
    writeNewFile(out, bytes, 0o644);
    output.note(`Wrote ${out}; nothing was verified.`);
  }
  return exitCodes.done;
}

/** Of an evidence bundle, its attestation. @throws CliError CLI-006; CanonicalError */
function readStatement(source: FileSource): PresentedFile {
  const value = parsePresented(source.path, source.bytes);
  if (!isEvidenceBundle(value)) return presentFile(value, source);
  const inner = { path: `the attestation of ${source.path}`, bytes: readEvidenceBundle(source).attestation };
  return presentFile(parseFile(inner.path, inner.bytes), inner);
}

/** The statement to the byte as it was signed; the others as a file of one line. @throws CliError CLI-001 */
function spell(presented: PresentedFile, form: string): Uint8Array {
  const { kind, statement } = presented;
  switch (form) {
    case "statement":
      return kind === "resolution" ? resolutionPayload(statement) : attestationPayload(statement);
    case "envelope":
      return lineOf(kind === "resolution" ? toResolutionEnvelope(statement) : toEnvelope(statement));
    case "flat":
      return lineOf(statement);
    default:
      throw new CliError("CLI-001", "--as must be statement, envelope or flat.");
  }
}

function lineOf(value: object): Uint8Array {
  return encodeUtf8(`${JSON.stringify(value)}\n`);
}
