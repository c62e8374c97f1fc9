import { lstatSync } from "node:fs";
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
  return isPresent(path) ? signedFile(path, signaturePath) : undefined;
}

/** A link that leads nowhere is there, and so may be what must not be looked at: reading it says so. */
export function isPresent(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (cause) {
    return !(cause instanceof Error && "code" in cause && /^(?:ENOENT|ENOTDIR)$/.test(String(cause.code)));
  }
}

/** The index of that version, where a later one has taken its place. @throws CliError CLI-004 */
export function formerIndex(path: string, version: number): readonly SignedDocument[] {
  const { documentPath, signaturePath } = archivedPathsOf(path, version);
  const former = signedFileIfPresent(documentPath, signaturePath);
  return former === undefined ? [] : [former];
}
