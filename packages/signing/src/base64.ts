import { byteLength } from "./bytes.js";
import { SigningError } from "./errors.js";

interface Alphabet {
  readonly name: string;
  readonly codes: Uint8Array;
  readonly values: Uint8Array;
  readonly padded: boolean;
}

const notInAlphabet = 0xff;
const padding = 0x3d;

function alphabet(name: string, lastTwo: string, padded: boolean): Alphabet {
  const letters = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${lastTwo}`;
  const codes = new TextEncoder().encode(letters);
  const values = new Uint8Array(128).fill(notInAlphabet);
  codes.forEach((code, value) => {
    values[code] = value;
  });
  return { name, codes, values, padded };
}

const standard = /* @__PURE__ */ alphabet("base64", "+/", true);
const urlSafe = /* @__PURE__ */ alphabet("base64url", "-_", false);

function encode(bytes: Uint8Array, { codes, padded }: Alphabet): string {
  const length = byteLength(bytes);
  const letter = (sextet: number): number => codes[sextet & 63] ?? padding;
  let text = "";
  for (let i = 0; i < length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += String.fromCharCode(letter(group >> 18), letter(group >> 12), letter(group >> 6), letter(group));
  }
  const missing = (3 - (length % 3)) % 3;
  const letters = missing === 0 ? text : text.slice(0, -missing);
  return padded ? letters + "=".repeat(missing) : letters;
}

function decode(text: unknown, { name, values, padded }: Alphabet): Uint8Array {
  if (typeof text !== "string") throw notStrict(name, "expected a text");
  const letters = padded ? lettersBeforePadding(text, name) : text.length;
  const rest = letters % 4;
  if (rest === 1) throw notStrict(name, "its length is impossible");
  const bytes = new Uint8Array(Math.floor((letters * 3) / 4));
  let bits = 0;
  let at = 0;
  for (let i = 0; i < letters; i += 1) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (values[code] ?? notInAlphabet) : notInAlphabet;
    if (value === notInAlphabet) throw notStrict(name, `character ${String(i + 1)} is not in the alphabet`);
    bits = ((bits << 6) | value) & 0xffffff;
    if (i % 4 === 1) bytes[at++] = bits >> 4;
    else if (i % 4 === 2) bytes[at++] = bits >> 2;
    else if (i % 4 === 3) bytes[at++] = bits;
  }
  // RFC 4648 section 3.5: the bits that carry nothing must be zero, else two texts mean the same bytes.
  if ((rest === 2 && (bits & 0xf) !== 0) || (rest === 3 && (bits & 0x3) !== 0)) {
    throw notStrict(name, "its unused bits are not zero");
  }
  return bytes;
}

function lettersBeforePadding(text: string, name: string): number {
  if (text.length % 4 !== 0) throw notStrict(name, "its length is not a multiple of four");
  if (text.endsWith("==")) return text.length - 2;
  return text.endsWith("=") ? text.length - 1 : text.length;
}

// The text is never quoted: it may be key material.
function notStrict(name: string, problem: string): SigningError {
  return new SigningError("SIG-001", `The text is not strict ${name}: ${problem}.`);
}

/** RFC 4648 section 4, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, standard);
}

/** Accepts exactly what `encodeBase64` writes. @throws SIG-001 */
export function decodeBase64(text: string): Uint8Array {
  return decode(text, standard);
}

/** RFC 4648 section 5, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, urlSafe);
}

/** Accepts exactly what `encodeBase64Url` writes. @throws SIG-001 */
export function decodeBase64Url(text: string): Uint8Array {
  return decode(text, urlSafe);
}
