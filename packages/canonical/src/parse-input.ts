import { CanonicalError } from "./errors.js";
import { textPosition } from "./text-position.js";
import { requireBytes } from "./utf8.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a document: size checked before anything is decoded, strict UTF-8, no byte order mark. */
export function readInput(input: Uint8Array | string, maxBytes: number): string {
  const text = typeof input === "string" ? checkSize(input, maxBytes) : decodeInput(input, maxBytes);
  if (text.startsWith("\ufeff")) {
    throw new CanonicalError(
      "CANONICAL-014",
      "The document starts with a byte order mark; expected UTF-8 without one.",
      { details: start },
    );
  }
  return text;
}

const start = { line: 1, column: 1, pointer: "" };

function checkSize(text: string, maxBytes: number): string {
  // A UTF-16 unit takes at least 1 and at most 3 bytes, so only the texts in between are counted.
  if (text.length > maxBytes) throw tooLarge(maxBytes);
  if (text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes)
    throw tooLarge(maxBytes);
  return text;
}

function decodeInput(bytes: unknown, maxBytes: number): string {
  requireBytes(bytes);
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const before = validPrefix(bytes);
    const { line, column } = textPosition(before, before.length);
    throw new CanonicalError(
      "CANONICAL-014",
      `The document is not valid UTF-8 at line ${line}, column ${column}.`,
      {
        details: { line, column, pointer: "" },
        cause,
      },
    );
  }
}

/** The text before the first invalid byte, by bisection: a prefix decodes as a stream exactly while it holds no invalid byte. */
function validPrefix(bytes: Uint8Array): string {
  let valid = 0;
  let invalid = bytes.length + 1;
  let text = "";
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), {
        stream: true,
      });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return text;
}

function tooLarge(maxBytes: number): CanonicalError {
  return new CanonicalError("CANONICAL-013", `The document is larger than the limit of ${maxBytes} bytes.`, {
    details: { ...start, maxBytes },
  });
}
