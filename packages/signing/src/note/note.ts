import { decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from "@parmanasystems/canonical";
import { decodeBase64, encodeBase64 } from "../base64.js";
import { byteLength, copyBytes, isBytes, joinBytes } from "../bytes.js";
import { SigningError } from "../errors.js";
import { requireKeyName } from "./key-name.js";
import { MAX_NOTE_BYTES, requireNoteText } from "./note-text.js";

export interface NoteSignature {
  readonly name: string;
  /** 8 lower-case hexadecimal digits: a hint, not a hash to rely on. */
  readonly keyId: string;
  /** What follows the key id: 64 bytes for Ed25519, 72 for a cosignature. */
  readonly signature: Uint8Array;
}

/** A C2SP signed note, taken apart. Its text means nothing before `verifyNote`. Frozen. */
export interface SignedNote {
  /** With the final newline: exactly what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** C2SP demands that 16 are accepted; a log key and its witnesses stay far below 64. */
const MAX_SIGNATURES = 64;
const KEY_ID_BYTES = 4;
const KEY_ID = /^[0-9a-f]{8}$/;
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/u;

/**
 * Reads the form, not the signatures: UTF-8, at most 1 MiB, text, one empty line, 1 to 64 signature lines by distinct keys.
 * @throws SIG-001 SIG-005 SIG-007 SIG-017 SIG-018
 */
export function parseNote(note: Uint8Array | string): SignedNote {
  const content = readContent(note);
  // The text may hold empty lines: C2SP separates it from the signatures by the last one.
  const separator = content.lastIndexOf("\n\n");
  if (separator === -1) throw malformed("an empty line between text and signatures");
  const text = requireNoteText(content.slice(0, separator + 1));
  const block = content.slice(separator + 2);
  if (!block.endsWith("\n")) throw malformed("a newline after every signature");
  // One more than allowed shows that there are too many, without splitting a megabyte of them.
  const lines = block.slice(0, -1).split("\n", MAX_SIGNATURES + 1);
  requireCount(lines.length);
  return Object.freeze({ text, signatures: requireDistinct(lines.map(readLine)) });
}

/** The note in its one spelling, which `parseNote` reads back. @throws SIG-005 SIG-007 SIG-010 SIG-017 SIG-018 */
export function formatNote({ text, signatures }: SignedNote): string {
  requireCount(signatures.length);
  const lines = requireDistinct(signatures).map(formatLine);
  const note = `${requireNoteText(text)}\n${lines.join("")}`;
  return readContent(note);
}

/** The signature as it stands in a note, newline included. @throws SIG-010 SIG-017 SIG-018 */
function formatLine({ name, keyId, signature }: NoteSignature): string {
  if (!KEY_ID.test(keyId)) throw malformed("a key id of 8 lower-case hexadecimal digits");
  if (!isBytes(signature) || byteLength(signature) === 0) {
    throw new SigningError("SIG-010", "The signature of a note must be a Uint8Array and not empty.");
  }
  return `\u2014 ${requireKeyName(name)} ${encodeBase64(joinBytes(decodeHex(keyId), signature))}\n`;
}

function readLine(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined) {
    throw malformed("signature lines of an em dash, a key name and base64, with single spaces between them");
  }
  const bytes = decodeBase64(encoded);
  if (bytes.length <= KEY_ID_BYTES) throw malformed("a key id of four bytes and a signature after it");
  return Object.freeze({
    name: requireKeyName(name),
    keyId: encodeHex(bytes.subarray(0, KEY_ID_BYTES)),
    signature: bytes.slice(KEY_ID_BYTES),
  });
}

function readContent(note: unknown): string {
  // Before a long text is encoded.
  if (typeof note === "string" && note.length > MAX_NOTE_BYTES) throw tooLong();
  const bytes = typeof note === "string" ? inUtf8(() => encodeUtf8(note)) : note;
  if (!isBytes(bytes)) throw new SigningError("SIG-010", "A signed note must be a Uint8Array or a text.");
  if (byteLength(bytes) > MAX_NOTE_BYTES) throw tooLong();
  return inUtf8(() => decodeUtf8(copyBytes(bytes)));
}

function inUtf8<Content>(convert: () => Content): Content {
  try {
    return convert();
  } catch (cause) {
    throw new SigningError("SIG-017", "A signed note must be valid UTF-8.", { cause });
  }
}

function tooLong(): SigningError {
  return new SigningError("SIG-017", `A signed note must be at most ${String(MAX_NOTE_BYTES)} bytes long.`);
}

function requireCount(count: number): void {
  if (count >= 1 && count <= MAX_SIGNATURES) return;
  throw new SigningError("SIG-007", `A signed note must have 1 to ${String(MAX_SIGNATURES)} signatures.`);
}

/** Name and key id together name a key; the same key twice leaves open which signature counts. */
function requireDistinct(signatures: readonly NoteSignature[]): readonly NoteSignature[] {
  const keys = new Set(signatures.map(({ name, keyId }) => `${name}+${keyId}`));
  if (keys.size === signatures.length) return Object.freeze(signatures);
  throw new SigningError("SIG-005", "No key may sign a note twice.");
}

function malformed(expected: string): SigningError {
  return new SigningError("SIG-017", `A signed note must have ${expected}.`);
}
