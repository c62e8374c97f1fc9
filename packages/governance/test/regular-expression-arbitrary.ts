import fc from "fast-check";

// Few characters, so that patterns and texts meet; among them those that one dialect or another treats specially.
const plain = ["a", "b", "c", "-", "/", ",", "é", "\u{1f600}", '"', " "];
const escaped = [
  "\\(",
  "\\)",
  "\\*",
  "\\+",
  "\\-",
  "\\.",
  "\\?",
  "\\[",
  "\\\\",
  "\\]",
  "\\^",
  "\\{",
  "\\|",
  "\\}",
];
const controls = ["\\n", "\\r", "\\t"];
const inClass = [
  "a",
  "b",
  "c",
  ".",
  "$",
  "(",
  "|",
  "*",
  "é",
  "\u{1f600}",
  ...controls,
  "\\-",
  "\\]",
  "\\^",
  "\\\\",
];
const inTexts = Array.from('abc-/,é\u{1f600}" $.()*+?[]\\^{|}\n\r\t');
const rangeEnd = fc.constantFrom(...Array.from("abcdmxyz019é\u{1f600}"));

const classRange = fc
  .tuple(rangeEnd, rangeEnd)
  .map(([one, other]) => (point(one) <= point(other) ? `${one}-${other}` : `${other}-${one}`));

const characterClass = fc
  .tuple(
    fc.boolean(),
    fc.boolean(),
    fc.array(fc.oneof(fc.constantFrom(...inClass), classRange), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([negated, first, members, last]) => {
    return `[${negated ? "^" : ""}${first ? "-" : ""}${members.join("")}${last ? "-" : ""}]`;
  });

const atom = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...plain) },
  { weight: 1, arbitrary: fc.constantFrom(...escaped, ...controls) },
  { weight: 1, arbitrary: fc.constant(".") },
  { weight: 2, arbitrary: characterClass },
);

const quantifier = fc.oneof(
  { weight: 6, arbitrary: fc.constant("") },
  { weight: 3, arbitrary: fc.constantFrom("*", "+", "?") },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(2), fc.nat(2), fc.constantFrom("exact", "open", "closed"))
      .map(([least, more, kind]) => {
        if (kind === "exact") return `{${least}}`;
        return kind === "open" ? `{${least},}` : `{${least},${least + more}}`;
      }),
  },
);

/** Regular expressions as RFC 9485 has them, every production among them; they never exceed a limit. */
export const expressionArbitrary: fc.Arbitrary<string> = choiceOf(choiceOf(choiceOf(atom)));

/** Texts that such expressions meet now and then. */
export const textArbitrary: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...inTexts),
  maxLength: 8,
});

function choiceOf(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const group = part.map((inner) => `(${inner})`);
  const piece = fc.tuple(fc.oneof(atom, group), quantifier).map((parts) => parts.join(""));
  const sequence = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.tuple(sequence) },
      { weight: 1, arbitrary: fc.array(sequence, { minLength: 2, maxLength: 3 }) },
    )
    .map((branches) => branches.join("|"));
}

function point(character: string): number {
  return character.codePointAt(0) ?? 0;
}
