import fc from "fast-check";

/** A regular expression, what RFC 9485 section 5.3 makes of it for ECMAScript, and a text that it matches. */
export interface PatternSource {
  readonly source: string;
  readonly native: string;
  readonly text: string;
}

const plain = ["a", "b", "c", "0", "9", " ", "/", "\u00e9", "\u{1f600}", "\uffff"];
const escaped = ["(", ")", "*", "+", ".", "?", "[", "\\", "]", "^", "{", "|", "}"];
const controls: readonly (readonly [spelled: string, text: string])[] = [
  ["\\n", "\n"],
  ["\\r", "\r"],
  ["\\t", "\t"],
];

/** Classes with a member each; spelled alike in both dialects. */
const classes: readonly (readonly [spelled: string, member: string])[] = [
  ["[ab]", "b"],
  ["[a-c]", "c"],
  ["[^a]", "b"],
  ["[^a-c0-9]", "\u{1f600}"],
  ["[\\-a]", "-"],
  ["[a\\]\\\\]", "]"],
  ["[\u{1f600}-\u{1f64f}]", "\u{1f601}"],
  ["[\\n\\r\\t ]", "\r"],
  ["[0-9A-Fa-f]", "F"],
];

const single = (source: string, text = source, native = source): PatternSource => ({ source, native, text });

const atom: fc.Arbitrary<PatternSource> = fc.oneof(
  { arbitrary: fc.constantFrom(...plain).map((text) => single(text)), weight: 6 },
  fc.constantFrom(...escaped).map((text) => single(`\\${text}`, text)),
  fc.constantFrom(...controls).map(([spelled, text]) => single(spelled, text)),
  // ECMAScript knows this escape in classes only.
  fc.constant(single("\\-", "-", "-")),
  fc.constantFrom("a", "\u{1f600}", "\u2028").map((text) => single(".", text, "[^\\n\\r]")),
  fc.constantFrom(...classes).map(([spelled, text]) => single(spelled, text)),
);

const quantities: readonly (readonly [spelled: string, minimum: number, maximum: number])[] = [
  ["*", 0, 3],
  ["+", 1, 3],
  ["?", 0, 1],
  ["{0}", 0, 0],
  ["{1}", 1, 1],
  ["{2}", 2, 2],
  ["{0,2}", 0, 2],
  ["{1,3}", 1, 3],
  ["{2,}", 2, 4],
];

const group = (source: string, native: string, text: string): PatternSource => ({
  source: `(${source})`,
  native: `(?:${native})`,
  text,
});

/** Small enough for a backtracking engine to hold against short texts. */
export const patternSource: fc.Arbitrary<PatternSource> = fc.letrec<{ pattern: PatternSource }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3, depthSize: "small", withCrossShrink: true },
    atom,
    fc.array(tie("pattern"), { maxLength: 3 }).map((parts) => {
      const joined = (member: keyof PatternSource): string => parts.map((part) => part[member]).join("");
      return group(joined("source"), joined("native"), joined("text"));
    }),
    fc.array(tie("pattern"), { minLength: 1, maxLength: 3 }).chain((parts) =>
      fc.constantFrom(...parts).map(({ text }) => {
        const joined = (member: "source" | "native"): string => parts.map((part) => part[member]).join("|");
        return group(joined("source"), joined("native"), text);
      }),
    ),
    fc.constantFrom(...quantities).chain(([spelled, minimum, maximum]) =>
      fc.tuple(tie("pattern"), fc.integer({ min: minimum, max: maximum })).map(([part, times]) => {
        const inner = group(part.source, part.native, part.text);
        return {
          source: inner.source + spelled,
          native: inner.native + spelled,
          text: part.text.repeat(times),
        };
      }),
    ),
  ),
})).pattern;

const characters = [...plain, "A", "-", "]", "\n", "\r", "\t", "\u2028", "\u{1f601}"];

/** The text it matches, others near it, and others. */
export function textsFor({ text }: PatternSource): fc.Arbitrary<string> {
  const short = Array.from(text).slice(0, 12);
  const place = fc.nat({ max: short.length });
  const character = fc.constantFrom(...characters);
  return fc.oneof(
    fc.constant(short.join("")),
    fc.tuple(place, character).map(([at, added]) => short.toSpliced(at, 0, added).join("")),
    place.map((at) => short.toSpliced(at, 1).join("")),
    fc.tuple(place, character).map(([at, other]) => short.toSpliced(at, 1, other).join("")),
    fc.array(character, { maxLength: 6 }).map((list) => list.join("")),
  );
}
