import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import { VerifierError } from "./errors.js";

/** A signed statement is at most 3.5 KB; pretty-printed and base64-coded it stays far below this. */
export const MAX_ATTESTATION_BYTES = 65_536;
/** Trust root, index, manifests, evidence: the packages that parse them set narrower limits, some only after hashing. */
export const MAX_DOCUMENT_BYTES = 4_194_304;
/** A checkpoint with signatures, which a signed note limits to as much, and some kilobytes of hashes. */
export const MAX_LOG_PROOF_BYTES = 1_048_576;
const MAX_SIGNATURE_BYTES = 65_536;
const MAX_BUNDLE_FILES = 1_024;
const MAX_BUNDLE_BYTES = 16_777_216;

/** @throws VerifierError INV-061 before any byte is looked at */
export function requireSize(bytes: Uint8Array, maxBytes: number, what: string): Uint8Array {
  if (bytes.byteLength > maxBytes) {
    throw new VerifierError(
      "INV-061",
      `${what} is ${bytes.byteLength} bytes long, and at most ${maxBytes} are read.`,
    );
  }
  return bytes;
}

/** @throws VerifierError INV-061 */
export function requireDocumentSize({ document, signature }: SignedDocument, what: string): SignedDocument {
  requireSize(document, MAX_DOCUMENT_BYTES, what);
  requireSize(signature, MAX_SIGNATURE_BYTES, `the signature of ${what}`);
  return { document, signature };
}

/** @throws VerifierError INV-061 */
export function requireBundleSize(content: BundleContent): BundleContent {
  requireSize(content.manifest, MAX_DOCUMENT_BYTES, "the bundle manifest");
  requireSize(content.signature, MAX_SIGNATURE_BYTES, "the signature of the bundle manifest");
  if (content.files.size > MAX_BUNDLE_FILES) {
    throw new VerifierError(
      "INV-061",
      `the bundle has ${content.files.size} files, and at most ${MAX_BUNDLE_FILES} are read.`,
    );
  }
  let total = 0;
  for (const bytes of content.files.values()) total += bytes.byteLength;
  if (total > MAX_BUNDLE_BYTES)
    throw new VerifierError(
      "INV-061",
      `the files of the bundle are ${total} bytes long, and at most ${MAX_BUNDLE_BYTES} are read.`,
    );
  return content;
}
