import { CanonicalError } from "./errors.js";

interface WellFormedText {
  isWellFormed?(): boolean;
}

const encoder = new TextEncoder();
// ignoreBOM keeps the mark in the text, where it can be refused; the default drops it silently.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// With the u flag a surrogate in the class matches only when it stands alone.
const loneSurrogate = /[\ud800-\udfff]/u;
const nativeCheck = typeof ("" as WellFormedText).isWellFormed === "function";

/** True when the text has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return nativeCheck ? (text as WellFormedText).isWellFormed?.() === true : !loneSurrogate.test(text);
}

/** UTF-8 of a well-formed text. @throws CANONICAL-008, CANONICAL-015 */
export function encodeUtf8(text: string): Uint8Array {
  requireWellFormed(text);
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, without replacement characters or byte order mark. @throws CANONICAL-014, CANONICAL-015 */
export function decodeUtf8(bytes: Uint8Array): string {
  requireBytes(bytes);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw new CanonicalError("CANONICAL-014", "The bytes are not valid UTF-8.", { cause });
  }
  if (text.startsWith("\ufeff"))
    throw new CanonicalError(
      "CANONICAL-014",
      "The text starts with a byte order mark; expected UTF-8 without one.",
    );
  return text;
}

export function requireWellFormed(text: unknown): asserts text is string {
  if (typeof text !== "string") throw new CanonicalError("CANONICAL-015", "The text must be a string.");
  if (!isWellFormed(text))
    throw new CanonicalError(
      "CANONICAL-008",
      "The text contains a lone surrogate; expected well-formed Unicode.",
    );
}

export function requireBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array))
    throw new CanonicalError("CANONICAL-015", "The bytes must be a Uint8Array.");
}
