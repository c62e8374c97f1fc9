import type { Pattern } from "@parmanasystems/governance";

type Ranges = readonly (readonly [low: number, high: number])[];

const lastCodePoint = 0x10ffff;

/** One character, whichever. */
const anyCharacter: Pattern = { kind: "character", ranges: [[0, lastCodePoint]] };

/** Any text, also none. */
export const anyText: Pattern = repeat(anyCharacter, 0, null);

export function sequence(...parts: readonly Pattern[]): Pattern {
  return { kind: "sequence", parts };
}

export function choice(...parts: readonly Pattern[]): Pattern {
  return { kind: "choice", parts };
}

export function repeat(part: Pattern, minimum: number, maximum: number | null): Pattern {
  return { kind: "repeat", part, minimum, maximum };
}

/** Exactly the text. */
export function literally(text: string): Pattern {
  return sequence(...codePoints(text).map((point) => character([[point, point]])));
}

/** One of the characters; two of them around a hyphen are a range, and a hyphen itself stands last. */
export function oneOf(members: string): Pattern {
  const points = codePoints(members);
  const ranges: [number, number][] = [];
  for (let index = 0; index < points.length; index += 1) {
    const low = points[index] ?? 0;
    const end = points[index + 2];
    if (points[index + 1] === 0x2d && end !== undefined) {
      ranges.push([low, end]);
      index += 2;
    } else ranges.push([low, low]);
  }
  return character(ranges.sort(([one], [other]) => one - other));
}

/** How many characters the pattern stands for once its quantities are written out: the readers of its automaton. */
export function positionsOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case "character":
      return 1;
    case "sequence":
    case "choice":
      return pattern.parts.reduce((sum, part) => sum + positionsOf(part), 0);
    case "repeat":
      return positionsOf(pattern.part) * Math.max(1, pattern.maximum ?? pattern.minimum + 1);
  }
}

export function codePoints(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function character(ranges: Ranges): Pattern {
  return { kind: "character", ranges };
}
