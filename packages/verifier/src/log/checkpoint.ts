import { decodeBase64, encodeBase64 } from "@parmanasystems/signing";
import { VerifierError } from "../errors.js";
import { emptyRoot, isCount, isHash, sameHash } from "./tree-hash.js";

/** The head of a log at one size: C2SP tlog-checkpoint. Frozen. */
export interface Checkpoint {
  /** The log's identity, and the name of its key. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  readonly rootHash: Uint8Array;
  /** Lines that the log added; nothing here reads them. */
  readonly extensions: readonly string[];
}

// One line of text without controls.
const LINE = /^[^\p{Cc}\p{Cs}]+$/u;
// The stricter form that C2SP recommends, and that a key name must have.
const ORIGIN = /^[^\p{White_Space}\p{Cc}\p{Cs}+]{1,255}$/u;
// 44 characters are 32 bytes.
const ROOT_LENGTH = 44;

/** Reads the text of a checkpoint's note, whose signatures say nothing yet. @throws VerifierError INV-084 */
export function parseCheckpoint(noteText: string): Checkpoint {
  if (typeof noteText !== "string" || !noteText.endsWith("\n"))
    throw malformed("a text that ends in a newline");
  const [origin, size, root, ...extensions] = noteText.slice(0, -1).split("\n");
  if (origin === undefined || !LINE.test(origin)) throw malformed("an origin in its first line");
  const rootHash = readRoot(root);
  const leaves = readCount(size);
  if (leaves === undefined)
    throw malformed("a size of 0 to 2^53 - 1 without leading zeros in its second line");
  if (rootHash === undefined) throw malformed("a root hash of 32 bytes in strict base64 in its third line");
  if (!extensions.every((line) => LINE.test(line))) throw malformed("no empty line");
  requireEmptyRoot(leaves, rootHash);
  return Object.freeze({ origin, size: leaves, rootHash, extensions: Object.freeze(extensions) });
}

/** The text that a log signs. @throws VerifierError INV-060 */
export function formatCheckpoint({
  origin,
  size,
  rootHash,
}: Pick<Checkpoint, "origin" | "size" | "rootHash">): string {
  if (typeof origin !== "string" || !ORIGIN.test(origin))
    throw misuse("origin must be 1 to 255 characters without spaces, controls and plus");
  if (!isCount(size)) throw misuse("size must be a whole number from 0 to 2^53 - 1");
  if (!isHash(rootHash)) throw misuse("rootHash must be 32 bytes");
  requireEmptyRoot(size, rootHash);
  return `${origin}\n${String(size)}\n${encodeBase64(rootHash)}\n`;
}

/** A decimal number in its one spelling; undefined for anything else. */
export function readCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const count = Number(text);
  return isCount(count) ? count : undefined;
}

/** A hash in strict base64; undefined for anything else. */
export function readRoot(text: string | undefined): Uint8Array | undefined {
  if (text?.length !== ROOT_LENGTH) return undefined;
  try {
    const hash = decodeBase64(text);
    return isHash(hash) ? hash : undefined;
  } catch {
    return undefined;
  }
}

function requireEmptyRoot(size: number, rootHash: Uint8Array): void {
  if (size === 0 && !sameHash(rootHash, emptyRoot())) throw malformed("the root of the empty tree at size 0");
}

function malformed(expected: string): VerifierError {
  return new VerifierError("INV-084", `A checkpoint must have ${expected}.`);
}

function misuse(problem: string): VerifierError {
  return new VerifierError("INV-060", `The checkpoint's ${problem}.`);
}
