import { type JsonValue, ParmanaError } from "@parmanasystems/canonical";
import { type EvidenceBundle, parseEvidenceBundle } from "@parmanasystems/verifier";
import { CliError } from "./errors.js";
import { nameOfInput } from "./parse-file.js";
import type { FileSource } from "./presented-file.js";

const TYPES = "parmana/evidence-bundle/";

/** One of any version: whether this one can be read is for the parser to say. */
export function isEvidenceBundle(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && value.type.startsWith(TYPES);
}

/** @throws CliError CLI-006 */
export function readEvidenceBundle({ path, bytes }: FileSource): EvidenceBundle {
  try {
    return parseEvidenceBundle(bytes);
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw new CliError("CLI-006", `${nameOfInput(path)} is no evidence bundle: ${cause.message}`, { cause });
  }
}
