import { decodeUtf8, encodeUtf8 } from "@parmanasystems/canonical";
import { decodeBase64, encodeBase64 } from "@parmanasystems/signing";
import { VerifierError } from "../errors.js";
import { MAX_LOG_PROOF_BYTES } from "../limits.js";
import { readCount, readRoot } from "./checkpoint.js";
import { isCount, readHashes } from "./tree-hash.js";

/** A `.tlog-proof` file taken apart: C2SP tlog-proof@v1. Nothing in it is verified yet. Frozen. */
export interface LogProof {
  /** The leaf data of the entry. C2SP leaves its meaning to the application; the inclusion proof vouches for it here. */
  readonly extra?: Uint8Array;
  /** Position of the entry, from 0 on. */
  readonly index: number;
  /** From the leaf's sibling up to the root's child. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, a note, word for word. */
  readonly checkpoint: string;
}

const HEADER = "c2sp.org/tlog-proof@v1";
// Header, extra and index, and one line more than the longest proof, which readHashes then refuses.
const MAX_LINES = 68;

/** Reads the one spelling. The checkpoint is for `parseNote`. @throws VerifierError INV-061, INV-084 */
export function parseLogProof(file: Uint8Array | string): LogProof {
  const text = readText(file);
  const end = text.indexOf("\n\n");
  if (end === -1) throw malformed("an empty line before its checkpoint");
  const [header, ...lines] = text.slice(0, end).split("\n", MAX_LINES);
  if (header !== HEADER) throw malformed(`${HEADER} in its first line`);
  const entry = textAfter("extra ", lines[0]);
  const extra = entry === undefined ? undefined : readExtra(entry);
  const [position, ...path] = entry === undefined ? lines : lines.slice(1);
  const index = readCount(textAfter("index ", position));
  if (index === undefined) throw malformed("an index of 0 to 2^53 - 1 without leading zeros");
  const hashes = readHashes(path.map((line) => readRoot(line)));
  if (hashes === undefined) throw malformed("at most 64 hashes of 32 bytes in strict base64, one a line");
  const checkpoint = text.slice(end + 2);
  if (checkpoint === "") throw malformed("a checkpoint");
  return Object.freeze({ ...(extra && { extra }), index, hashes: Object.freeze(hashes), checkpoint });
}

/** The file that `parseLogProof` reads back. @throws VerifierError INV-060 */
export function formatLogProof({ extra, index, hashes, checkpoint }: LogProof): string {
  if (extra !== undefined && (!(extra instanceof Uint8Array) || extra.length === 0))
    throw misuse("extra must be bytes, or left out");
  if (!isCount(index)) throw misuse("index must be a whole number from 0 to 2^53 - 1");
  const list = readHashes(hashes);
  if (list === undefined) throw misuse("hashes must be at most 64 hashes of 32 bytes");
  if (typeof checkpoint !== "string" || checkpoint === "") throw misuse("checkpoint must be a signed note");
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]),
    `index ${String(index)}`,
    ...list.map(encodeBase64),
  ];
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

function readText(file: unknown): string {
  if (typeof file === "string" && file.length > MAX_LOG_PROOF_BYTES) throw tooLong();
  const bytes = typeof file === "string" ? inUtf8(() => encodeUtf8(file)) : file;
  if (!(bytes instanceof Uint8Array)) throw malformed("the form of bytes or a text");
  if (bytes.length > MAX_LOG_PROOF_BYTES) throw tooLong();
  return inUtf8(() => decodeUtf8(bytes));
}

function inUtf8<Content>(convert: () => Content): Content {
  try {
    return convert();
  } catch (cause) {
    throw new VerifierError("INV-084", "A log proof must be valid UTF-8.", { cause });
  }
}

function textAfter(prefix: string, line: string | undefined): string | undefined {
  return line?.startsWith(prefix) === true ? line.slice(prefix.length) : undefined;
}

function readExtra(text: string): Uint8Array {
  if (text === "") throw malformed("no extra line, or one with data in it");
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw new VerifierError("INV-084", "A log proof's extra line must be strict base64.", { cause });
  }
}

function tooLong(): VerifierError {
  return new VerifierError(
    "INV-061",
    `The log proof is too long: at most ${MAX_LOG_PROOF_BYTES} bytes are read.`,
  );
}

function malformed(expected: string): VerifierError {
  return new VerifierError("INV-084", `A log proof must have ${expected}.`);
}

function misuse(problem: string): VerifierError {
  return new VerifierError("INV-060", `The log proof's ${problem}.`);
}
