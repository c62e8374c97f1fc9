import {
  CanonicalError,
  decodeUtf8,
  type JsonValue,
  type ParseLimits,
  parseStrict,
} from "@parmanasystems/canonical";
import { locatePointer } from "@parmanasystems/governance";

/** Ten times what an evidence bundle at all its limits has; so many brackets as are read would not fit in memory. */
const MAX_VALUES = 100_000;

/** As a message names it. */
export function nameOfInput(path: string): string {
  return path === "-" ? "standard input" : path;
}

/** The strict JSON of a file; an error names the file besides line and column. @throws CanonicalError */
export function parseFile(path: string, bytes: Uint8Array, limits?: ParseLimits): JsonValue {
  try {
    return parseStrict(bytes, limits);
  } catch (cause) {
    if (!(cause instanceof CanonicalError)) throw cause;
    const { code, details } = cause;
    throw new CanonicalError(code, `In ${nameOfInput(path)}: ${sentenceOf(cause)}`, { details, cause });
  }
}

/** Of a file to verify, which may be an evidence bundle: as large as is read. @throws CanonicalError */
export function parsePresented(path: string, bytes: Uint8Array): JsonValue {
  return parseFile(path, bytes, { maxBytes: Math.max(1, bytes.length), maxValues: MAX_VALUES });
}

/** `attestation.json:3:12`, as editors and terminals take it: where the member lies that an error is about. */
export function placeInFile(path: string, bytes: Uint8Array, pointer: string): string {
  const { line, column } = locatePointer(decodeUtf8(bytes), pointer);
  return `${nameOfInput(path)}:${String(line)}:${String(column)}`;
}

/** A message begins with its code, which the error that repeats it has already. */
export function sentenceOf({ message }: Error): string {
  return message.replace(/^\[[A-Z0-9-]+\] /, "");
}
