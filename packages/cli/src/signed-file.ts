import { existsSync } from "node:fs";
import type { SignedDocument } from "@parmanasystems/governance";
import { archivedPathsOf } from "@parmanasystems/governance/node";
import { readInput } from "./read-input.js";

/** As the runtime looks for it: the signature beside the document, with the ending .sig. @throws CliError CLI-004 */
export function signedFile(
  path: string,
  signaturePath = `${path.replace(/\.json$/, "")}.sig`,
): SignedDocument {
  return { document: readInput(path), signature: readInput(signaturePath) };
}

export function signedFileIfPresent(path: string, signaturePath?: string): SignedDocument | undefined {
  return existsSync(path) ? signedFile(path, signaturePath) : undefined;
}

/** The index of that version, where a later one has taken its place. @throws CliError CLI-004 */
export function formerIndex(path: string, version: number): readonly SignedDocument[] {
  const { documentPath, signaturePath } = archivedPathsOf(path, version);
  const former = signedFileIfPresent(documentPath, signaturePath);
  return former === undefined ? [] : [former];
}
