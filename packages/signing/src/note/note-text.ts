import { SigningError } from "../errors.js";

/** Of a whole note, in bytes of UTF-8. */
export const MAX_NOTE_BYTES = 1_048_576;

// C2SP forbids those below U+0020; DEL and the C1 controls have no place in a signed text either.
const control = /[^\P{Cc}\n]/u;

/**
 * What other signatures of Ed25519 keys begin with: DSSE's PAE, and a cosignature. A note is signed raw, so that its
 * text must never be one of those, else a signature would mean both.
 */
const otherDomains = ["DSSEv1 ", "cosignature/v1\n"] as const;

/** The text of a note: lines that end in a newline, the last of them not empty. @throws SIG-017 */
export function requireNoteText(text: unknown): string {
  if (typeof text !== "string") throw malformed("must be a text");
  if (text.length > MAX_NOTE_BYTES) throw malformed(`must be at most ${String(MAX_NOTE_BYTES)} bytes long`);
  if (!text.endsWith("\n")) throw malformed("must end in a newline");
  if (text === "\n" || text.endsWith("\n\n")) throw malformed("must not end in an empty line");
  if (control.test(text)) throw malformed("must hold no control character but newlines");
  const other = otherDomains.find((start) => text.startsWith(start));
  if (other !== undefined) throw malformed(`must not begin as a ${other.trim()} message does`);
  return text;
}

function malformed(problem: string): SigningError {
  return new SigningError("SIG-017", `The text of a note ${problem}.`);
}
