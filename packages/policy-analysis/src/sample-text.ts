import type { Pattern, StringFormat } from "@parmanasystems/governance";

/** Texts longer than this are of no use to a person, and a pattern may ask for many characters. */
const LONGEST = 2_000;

/** A short text that the pattern matches; undefined when every one is longer than 2,000 characters. */
export function sampleText(pattern: Pattern): string | undefined {
  switch (pattern.kind) {
    case "character":
      return readableOf(pattern.ranges);
    case "sequence": {
      let text = "";
      for (const part of pattern.parts) {
        const next = sampleText(part);
        if (next === undefined || text.length + next.length > LONGEST) return undefined;
        text += next;
      }
      return text;
    }
    case "choice":
      return pattern.parts
        .map(sampleText)
        .filter((text) => text !== undefined)
        .reduce<string | undefined>(
          (best, text) => (best !== undefined && best.length <= text.length ? best : text),
          undefined,
        );
    case "repeat": {
      if (pattern.minimum === 0) return "";
      const text = sampleText(pattern.part);
      if (text === undefined || text.length * pattern.minimum > LONGEST) return undefined;
      return text.repeat(pattern.minimum);
    }
  }
}

/** Small letters, capitals, digits, then other printable characters. */
const READABLE = [
  [0x61, 0x7a],
  [0x41, 0x5a],
  [0x30, 0x39],
  [0x21, 0x7e],
] as const;

/** The most readable character of the ranges; of a class that has none, the first. */
function readableOf(ranges: readonly (readonly [low: number, high: number])[]): string | undefined {
  for (const [from, to] of READABLE) {
    const range = ranges.find(([low, high]) => low <= to && high >= from);
    if (range !== undefined) return String.fromCodePoint(Math.max(range[0], from));
  }
  const [first] = ranges;
  return first === undefined ? undefined : String.fromCodePoint(first[0]);
}

/** A text of each format, from the names and addresses that are set aside for examples (RFC 2606, RFC 5737). */
export const formatSamples: Readonly<Record<StringFormat, string>> = {
  email: "a@example.org",
  hostname: "example.org",
  ipv4: "192.0.2.1",
  uuid: "00000000-0000-4000-8000-000000000000",
};
