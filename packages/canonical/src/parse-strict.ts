import { JsonParser } from "./json-parser.js";
import type { JsonValue } from "./json-value.js";
import { checkLimits, type ParseLimits } from "./parse-limits.js";
import { readInput } from "./parse-input.js";

/**
 * The value of one JSON document (RFC 8259), in time linear in its size. Refused besides bad syntax: duplicate names, lone surrogates,
 * a byte order mark, numbers that lose their value, too much depth or size, too many values. Objects are plain; `__proto__` is an own member like any other.
 * @throws CANONICAL-007, -008, -010 to -014 with `details` {line, column (from 1, in UTF-16 units), pointer}; CANONICAL-015
 */
export function parseStrict(input: Uint8Array | string, limits: ParseLimits = {}): JsonValue {
  const checked = checkLimits(limits);
  return new JsonParser(readInput(input, checked.maxBytes), checked).parse();
}
