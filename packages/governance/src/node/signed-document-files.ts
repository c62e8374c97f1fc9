import { sha256 } from "@parmanasystems/canonical";
import { lstat, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { readFileSafely } from "./read-file-safely.js";
import { syncDirectory, writeNewFile } from "./write-file-atomically.js";

const MAX_SIGNATURE_BYTES = 64 * 1024;
const MAX_LEFT_BYTES = 8 * 1024 * 1024;
const MAX_ATTEMPTS = 100;
const RETRY_MS = 10;
/** What a document says that lies beside the signature of another version of it. */
const MISMATCH: readonly string[] = ["TRUST-017", "TRUST-031", "TRUST-032"];

/** A document and the detached signature file beside it. */
export interface SignedPaths {
  readonly documentPath: string;
  readonly signaturePath: string;
}

/** `trust-root.json` is signed by `trust-root.sig`, unless another path is given. */
export function signedPathsOf(documentPath: string, signaturePath?: string): SignedPaths {
  return { documentPath, signaturePath: signaturePath ?? `${documentPath.replace(/\.json$/, "")}.sig` };
}

/** An opened document with the exact bytes it was opened from. */
export interface OpenedDocument<Value> {
  readonly value: Value;
  readonly signed: SignedDocument;
}

export interface DocumentTerms {
  readonly maxBytes: number;
  readonly noun: string;
}

/**
 * Reads a document with its signature and opens it. A writer that is between its two renames, or crashed there,
 * does no harm: the signature is the new one already, and the document that belongs to it lies complete in
 * X.json.next. A mismatch is final once it was read twice.
 * @throws GovernanceError TRUST-001 to -006, and what `open` throws
 */
export async function openSignedDocument<Value>(
  paths: SignedPaths,
  terms: DocumentTerms,
  open: (signed: SignedDocument) => Value | Promise<Value>,
): Promise<OpenedDocument<Value>> {
  let before: SignedDocument | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const signed = await readSignedDocument(paths, terms);
    try {
      return Object.freeze({ value: await open(signed), signed });
    } catch (error) {
      const mismatch = error instanceof GovernanceError && MISMATCH.includes(error.code);
      if (!mismatch || attempt === MAX_ATTEMPTS || isSame(before, signed)) throw error;
    }
    const changing = await readNext(paths, terms);
    if (changing !== undefined) {
      try {
        return Object.freeze({ value: await open(changing), signed: changing });
      } catch (error) {
        if (!(error instanceof GovernanceError)) throw error;
      }
    }
    before = signed;
    await sleep(RETRY_MS);
  }
}

/**
 * Replaces a document and its signature. Two renames cannot be one step, so the new files are complete on
 * disk before the first:
 *
 *   write X.sig.next, fsync → write X.json.next, fsync → rename X.sig.next → rename X.json.next → fsync directory
 *
 * The first rename is the moment of change: from then on `openSignedDocument` finds the document that belongs
 * to the signature. After a crash `recoverSignedDocument` tells by what is left. Both .next files: nothing
 * was replaced, drop them. X.json.next alone: the second rename is still to do.
 * @throws GovernanceError TRUST-052
 */
export async function writeSignedDocument(paths: SignedPaths, signed: SignedDocument): Promise<void> {
  const { documentPath, signaturePath } = paths;
  try {
    await writeNewFile(next(signaturePath), signed.signature, { mode: 0o644 });
    await writeNewFile(next(documentPath), signed.document, { mode: 0o644 });
    await syncDirectories(paths);
    await rename(next(signaturePath), signaturePath);
    await rename(next(documentPath), documentPath);
    await syncDirectories(paths);
  } catch (cause) {
    throw new GovernanceError(
      "TRUST-052",
      `The file ${documentPath} and its signature could not be replaced.`,
      { cause },
    );
  }
}

/**
 * Ends what a crashed `writeSignedDocument` left. To be called under the directory's lock, before the pair is
 * read for a change. Where neither the old document nor the new one verifies, both are left for a person: what
 * could not be opened today, for want of a key or a setting, may be the only copy.
 * @param opens whether a pair verifies; only such a pair is put into place
 * @throws GovernanceError TRUST-001 to -006, TRUST-052
 */
export async function recoverSignedDocument(
  paths: SignedPaths,
  opens: (signed: SignedDocument) => boolean | Promise<boolean>,
): Promise<void> {
  const { documentPath, signaturePath } = paths;
  const documentLeft = await exists(next(documentPath));
  const signatureLeft = await exists(next(signaturePath));
  if (!documentLeft && !signatureLeft) return;
  const candidate = { documentPath: next(documentPath), signaturePath };
  const halfDone = documentLeft && !signatureLeft && (await exists(signaturePath));
  const terms = { maxBytes: MAX_LEFT_BYTES, noun: "The new document" };
  const finish = halfDone && (await opens(await readSignedDocument(candidate, terms)));
  if (halfDone && !finish) {
    const verifies = (await exists(documentPath)) && (await opens(await readSignedDocument(paths, terms)));
    if (!verifies) {
      throw new GovernanceError(
        "TRUST-052",
        `A change of ${documentPath} was cut short, and neither that file nor ${next(documentPath)} verifies: nothing is touched.`,
      );
    }
  }
  await endChange(paths, finish);
}

/** Drops what a crashed `writeSignedDocument` left, for a pair that is about to be replaced anyway. @throws GovernanceError TRUST-052 */
export async function discardUnfinished(paths: SignedPaths): Promise<void> {
  await endChange(paths, false);
}

async function endChange(paths: SignedPaths, finish: boolean): Promise<void> {
  const { documentPath, signaturePath } = paths;
  try {
    if (finish) await rename(next(documentPath), documentPath);
    // The document first: were it left alone, the next recovery would take the pair for half done.
    await rm(next(documentPath), { force: true });
    await rm(next(signaturePath), { force: true });
    await syncDirectories(paths);
  } catch (cause) {
    throw new GovernanceError("TRUST-052", `The unfinished change of ${documentPath} could not be ended.`, {
      cause,
    });
  }
}

/** Exact bytes, nothing opened. @throws GovernanceError TRUST-001 to -006 */
export async function readSignedDocument(paths: SignedPaths, terms: DocumentTerms): Promise<SignedDocument> {
  const document = await readFileSafely(paths.documentPath, terms);
  const noun = `The signature of ${terms.noun.replace(/^The /, "the ")},`;
  const signature = await readFileSafely(paths.signaturePath, { maxBytes: MAX_SIGNATURE_BYTES, noun });
  return Object.freeze({ document, signature });
}

async function readNext(paths: SignedPaths, terms: DocumentTerms): Promise<SignedDocument | undefined> {
  try {
    return await readSignedDocument({ ...paths, documentPath: next(paths.documentPath) }, terms);
  } catch (error) {
    if (error instanceof GovernanceError) return undefined;
    throw error;
  }
}

function isSame(left: SignedDocument | undefined, right: SignedDocument): boolean {
  if (left === undefined) return false;
  return (
    sha256(left.document) === sha256(right.document) && sha256(left.signature) === sha256(right.signature)
  );
}

/** The names that a crash may leave beside the pair. */
export function unfinishedNames(...names: readonly string[]): readonly string[] {
  return names.map(next);
}

function next(path: string): string {
  return `${path}.next`;
}

async function syncDirectories({ documentPath, signaturePath }: SignedPaths): Promise<void> {
  for (const directory of new Set([dirname(documentPath), dirname(signaturePath)])) {
    await syncDirectory(directory);
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
