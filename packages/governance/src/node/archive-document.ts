import { sha256 } from "@parmanasystems/canonical";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { readFileSafely } from "./read-file-safely.js";
import { exists, type SignedPaths, signedPathsOf } from "./signed-document-files.js";
import { writeFileAtomically } from "./write-file-atomically.js";

/** Where a former version lies: `trust-root.json` has `trust-root.1.json` and `trust-root.1.sig` beside it. */
export function archivedPathsOf(documentPath: string, version: number): SignedPaths {
  return signedPathsOf(`${documentPath.replace(/\.json$/, "")}.${version}.json`);
}

/**
 * Keeps the pair in force under its version's name, before another takes its place. Doing it again changes nothing; a
 * document of other content is never overwritten, since it is evidence.
 * @throws GovernanceError TRUST-001 to -006, TRUST-051, TRUST-052
 */
export async function archiveDocument(
  documentPath: string,
  version: number,
  signed: SignedDocument,
): Promise<void> {
  const archived = archivedPathsOf(documentPath, version);
  await requireSame(archived.documentPath, signed.document);
  await writeFileAtomically(archived.documentPath, signed.document, { mode: 0o644 });
  await writeFileAtomically(archived.signaturePath, signed.signature, { mode: 0o644 });
}

async function requireSame(path: string, document: Uint8Array): Promise<void> {
  if (!(await exists(path))) return;
  const found = await readFileSafely(path, {
    maxBytes: document.length,
    noun: "The archived document",
  }).catch((error: unknown) => {
    // Longer than the document, so another one.
    if (error instanceof GovernanceError && error.code === "TRUST-005") return undefined;
    throw error;
  });
  if (found !== undefined && sha256(found) === sha256(document)) return;
  throw new GovernanceError("TRUST-051", `The file ${path} holds another document and is never overwritten.`);
}
