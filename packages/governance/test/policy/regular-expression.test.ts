import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pattern } from "../../src/policy.js";
import {
  parseRegularExpression as parse,
  RegularExpressionDefect,
} from "../../src/policy/regular-expression.js";
import { expressionArbitrary, textArbitrary } from "../regular-expression-arbitrary.js";

function parseRegularExpression(source: string): Pattern {
  return parse(source).pattern;
}

/** The mapping of RFC 9485 section 5.3, and \- outside classes, which the u flag of ECMAScript refuses. */
function nativeExpression(source: string): RegExp {
  let inClass = false;
  let mapped = "";
  for (const [token] of source.matchAll(/\\[^]|[^]/gu)) {
    if (token === "[") inClass = true;
    if (token === "]") inClass = false;
    mapped += !inClass && token === "." ? "[^\\n\\r]" : !inClass && token === "\\-" ? "-" : token;
  }
  return new RegExp(`^(?:${mapped})$`, "u");
}

/** Where a match that begins at `from` can end: straight from the meaning of each kind, with no thought of speed. */
function endsOf(pattern: Pattern, text: readonly string[], from: number): ReadonlySet<number> {
  switch (pattern.kind) {
    case "character": {
      const point = text[from]?.codePointAt(0) ?? -1;
      const inside = pattern.ranges.some(([low, high]) => low <= point && point <= high);
      return new Set(inside ? [from + 1] : []);
    }
    case "sequence":
      return pattern.parts.reduce<ReadonlySet<number>>(
        (starts, part) => endsOfAll(part, text, starts),
        new Set([from]),
      );
    case "choice":
      return new Set(pattern.parts.flatMap((part) => [...endsOf(part, text, from)]));
    case "repeat": {
      let ends: ReadonlySet<number> = new Set([from]);
      for (let count = 0; count < pattern.minimum; count += 1) ends = endsOfAll(pattern.part, text, ends);
      const all = new Set(ends);
      // After as many rounds as there are characters nothing new is found.
      const most = Math.min(text.length, (pattern.maximum ?? Infinity) - pattern.minimum);
      for (let count = 0; count < most; count += 1) {
        ends = endsOfAll(pattern.part, text, ends);
        for (const end of ends) all.add(end);
      }
      return all;
    }
  }
}

function endsOfAll(
  pattern: Pattern,
  text: readonly string[],
  starts: ReadonlySet<number>,
): ReadonlySet<number> {
  return new Set([...starts].flatMap((start) => [...endsOf(pattern, text, start)]));
}

function isMatch(source: string, text: string): boolean {
  const characters = Array.from(text);
  return endsOf(parseRegularExpression(source), characters, 0).has(characters.length);
}

function defectOf(source: string): { position: number; message: string } {
  try {
    parseRegularExpression(source);
  } catch (error) {
    if (error instanceof RegularExpressionDefect) return error;
    throw error;
  }
  throw new Error(`${source} was accepted`);
}

function partsOf(pattern: Pattern): readonly Pattern[] {
  switch (pattern.kind) {
    case "character":
      return [pattern];
    case "sequence":
    case "choice":
      return [pattern, ...pattern.parts.flatMap(partsOf)];
    case "repeat":
      return [pattern, ...partsOf(pattern.part)];
  }
}

/** How many characters the pattern stands for once every quantity is written out. */
function positionsOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case "character":
      return 1;
    case "sequence":
    case "choice":
      return pattern.parts.reduce((sum, part) => sum + positionsOf(part), 0);
    case "repeat":
      return positionsOf(pattern.part) * Math.max(1, pattern.maximum ?? pattern.minimum);
  }
}

describe("a regular expression of RFC 9485", () => {
  it("means what RegExp makes of it, mapped as section 5.3 says", () => {
    const seen = { matched: 0, unmatched: 0 };
    const texts = fc.array(textArbitrary, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(expressionArbitrary, texts, (source, given) => {
        const native = nativeExpression(source);
        for (const text of given) {
          const matched = native.test(text);
          seen[matched ? "matched" : "unmatched"] += 1;
          expect({ source, text, matched: isMatch(source, text) }).toEqual({ source, text, matched });
        }
      }),
      { numRuns: 1_500 },
    );
    // Were all of one kind, the agreement would say little.
    expect(Math.min(seen.matched, seen.unmatched)).toBeGreaterThan(500);
  });

  it.each([
    ["", [""], ["a"]],
    ["a|b|", ["a", "b", ""], ["ab"]],
    ["(a|b)*c", ["c", "abac"], ["ab", ""]],
    ["a{2}", ["aa"], ["a", "aaa"]],
    ["a{2,}", ["aa", "aaaaa"], ["a"]],
    ["a{1,2}", ["a", "aa"], ["", "aaa"]],
    ["a{0}b", ["b"], ["ab"]],
    [".", ["a", "\u{1f600}", "\t", "\u2028"], ["", "\n", "\r", "ab"]],
    ["[a-c-]+", ["abc-"], ["d"]],
    ["[-a]+", ["-a"], ["b"]],
    ["[^-a]", ["b"], ["-", "a"]],
    ["[\\--0]", ["-", ".", "0"], ["a", ","]],
    ["[a^]", ["^", "a"], ["b"]],
    ["[.*(|$]+", [".*(|$"], ["a"]],
    ["\\(\\)\\*\\+\\-\\.\\?\\[\\\\\\]\\^\\{\\|\\}", ["()*+-.?[\\]^{|}"], [""]],
    ["\\n\\r\\t", ["\n\r\t"], ["nrt"]],
    ["[\u{1f600}-\u{1f64f}]", ["\u{1f600}"], ["\ud83d"]],
    ["INV-[0-9]{4}-[A-Z]{2,3}", ["INV-2026-AB"], ["INV-2026-ABCD", "inv-2026-AB"]],
  ])("%j covers whole texts", (source, matching, others) => {
    expect(matching.filter((text) => !isMatch(source, text))).toEqual([]);
    expect(others.filter((text) => isMatch(source, text))).toEqual([]);
  });

  it("is parsed into ascending, disjoint ranges without surrogates", () => {
    expect(parseRegularExpression("[d-fa-ce-gz]")).toEqual({
      kind: "character",
      ranges: [
        [0x61, 0x67],
        [0x7a, 0x7a],
      ],
    });
    expect(parseRegularExpression("[^b-\u{10ffff}]")).toEqual({ kind: "character", ranges: [[0, 0x61]] });
    expect(parseRegularExpression(".")).toEqual({
      kind: "character",
      ranges: [
        [0, 9],
        [0xb, 0xc],
        [0xe, 0xd7ff],
        [0xe000, 0x10ffff],
      ],
    });
  });

  it("keeps no part that stands only for the empty text, so that it grows with its characters", () => {
    const b = { kind: "character", ranges: [[0x62, 0x62]] };
    expect(parseRegularExpression("(()|((){3})*)(a{0}|){9}b()")).toEqual(b);
    expect(parseRegularExpression("(|b||)")).toEqual({
      kind: "choice",
      parts: [b, { kind: "sequence", parts: [] }],
    });
  });
});

describe("what is no regular expression here", () => {
  const foreign = new Map<string, readonly [position: number, hint: string]>([
    ["\\d+", [1, "[0-9]"]],
    ["a\\D", [2, "[^0-9]"]],
    ["[\\w-]", [2, "[A-Za-z0-9_]"]],
    ["\\W", [1, "[^A-Za-z0-9_]"]],
    ["\\s", [1, "[ \\t\\n\\r]"]],
    ["\\S", [1, "[^ \\t\\n\\r]"]],
    ["\\bword\\b", [1, "covers the whole text"]],
    ["a\\Z", [2, "covers the whole text"]],
    ["(a)\\1", [4, "refer back"]],
    ["\\k<a>", [1, "refer back"]],
    ["\\p{L}", [1, "list the characters"]],
    ["[\\P{Lu}]", [2, "list the characters"]],
    ["\\u0041", [1, "the character itself"]],
    ["\\x41", [1, "the character itself"]],
    ["\\/", [1, "is no escape"]],
    ["\\$", [1, "is no escape"]],
    ["\\é", [1, "is no escape"]],
    ["a\\", [2, "\\\\"]],
    ["^a", [1, "leave it out"]],
    ["a$", [2, "leave it out"]],
    ["(?:a)", [1, "write ( instead"]],
    ["(?=a)", [1, "look-around"]],
    ["(?!a)", [1, "look-around"]],
    ["(?<=a)b", [1, "look-behind"]],
    ["(?<n>a)", [1, "named groups"]],
    ["(?P<n>a)", [1, "named groups"]],
    ["(?i)a", [1, "[Aa]"]],
    ["a*?", [3, "lazy"]],
    ["a+?", [3, "lazy"]],
    ["a??", [3, "lazy"]],
    ["a{2}?", [5, "lazy"]],
    ["a++", [3, "possessive"]],
    ["a**", [3, "( and )"]],
    ["a{2}{3}", [5, "( and )"]],
    ["*a", [1, "nothing before it"]],
    ["+", [1, "nothing before it"]],
    ["a|?", [3, "nothing before it"]],
    ["({2})", [2, "nothing before it"]],
    ["a}", [2, "\\}"]],
    ["a]", [2, "\\]"]],
    ["(a", [1, "never closed"]],
    ["a(b(c)", [2, "never closed"]],
    ["a)", [2, "closes no group"]],
    ["a{", [2, "{n,m}"]],
    ["a{,3}", [2, "{n,m}"]],
    ["a{1,2", [2, "{n,m}"]],
    ["a{x}", [2, "{n,m}"]],
    ["a{-1}", [2, "{n,m}"]],
    ["a{2,1}", [2, "upside down"]],
    ["a{1001}", [2, "at most 1000"]],
    ["a{99999999999999999999}", [2, "at most 1000"]],
    ["[]", [1, "names no character"]],
    ["[^]", [1, "names no character"]],
    ["[a", [1, "never closed"]],
    ["[a-", [1, "never closed"]],
    ["[-", [1, "never closed"]],
    ["[a\\]", [1, "never closed"]],
    ["[c-a]", [2, "upside down"]],
    ["[a-z-[aeiou]]", [5, "no other class"]],
    ["[[:alpha:]]", [2, "no other class"]],
    ["[a--z]", [4, "first or last"]],
    ["[--a]", [3, "first or last"]],
    ["[a-c-e]", [5, "first or last"]],
    ["[^\u0000-\u{10ffff}]", [1, "leaves no character"]],
  ]);
  for (const [source, [position, hint]] of foreign) {
    it(`${JSON.stringify(source)} is refused at character ${position} with what to write instead`, () => {
      const defect = defectOf(source);
      expect({ position: defect.position, hinted: defect.message.includes(hint) }).toEqual({
        position,
        hinted: true,
      });
    });
  }

  it("is refused at a character it has, whatever the text", () => {
    const unit = fc.constantFrom(...Array.from("ab01,-^$.*+?()[]{}|\\dp\u{1f600}"));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (source) => {
        try {
          parseRegularExpression(source);
        } catch (error) {
          if (!(error instanceof RegularExpressionDefect)) throw error;
          expect(error.position).toBeGreaterThan(0);
          expect(error.position).toBeLessThanOrEqual(Array.from(source).length + 1);
          return;
        }
        // What is accepted here, ECMAScript accepts too.
        expect(nativeExpression(source)).toBeInstanceOf(RegExp);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("the size of a regular expression", () => {
  it("is at most 1,000 characters as written, however many bytes each takes", () => {
    expect(parseRegularExpression("\u{1f600}".repeat(1_000)).kind).toBe("sequence");
    expect(defectOf("a".repeat(1_001))).toMatchObject({ position: 1_001 });
  });

  it("is at most 1,000 characters once its quantities are written out", () => {
    const accepted = ["a{1000}", "(ab){500}", "((a{10}){10}){10}", "(a{9}){100,}a{100}", "(a*){1000}"];
    expect(accepted.map((source) => positionsOf(parseRegularExpression(source)))).toEqual(
      accepted.map(() => 1_000),
    );
    const refused = [
      "a{1000}b",
      "(ab){501}",
      "((a{10}){10}){11}",
      "(a{999}){2,}",
      "(a{0,501}){2}",
      "a{0,1000}b?",
    ];
    for (const source of refused) expect(defectOf(source).message).toContain("more than 1000 characters");
    expect(parseRegularExpression("(((a{1000}){1000}){0}){1000}")).toEqual({ kind: "sequence", parts: [] });
  });

  it("is at most 32 groups within each other", () => {
    const nest = (depth: number): string => `${"(".repeat(depth)}a${")*".repeat(depth)}`;
    expect(parseRegularExpression(nest(32)).kind).toBe("repeat");
    expect(defectOf(nest(33))).toMatchObject({
      position: 33,
      message: expect.stringContaining("32 deep") as unknown,
    });
    expect(parseRegularExpression("(a)".repeat(300)).kind).toBe("sequence");
  });

  it("bounds what is parsed: never more than a few parts for each character", () => {
    fc.assert(
      fc.property(expressionArbitrary, (source) => {
        const pattern = parseRegularExpression(source);
        expect(positionsOf(pattern)).toBeLessThanOrEqual(1_000);
        expect(parse(source).size).toBe(Math.max(positionsOf(pattern), Array.from(source).length));
        for (const part of partsOf(pattern)) {
          if (part.kind === "repeat") expect(positionsOf(part.part)).toBeGreaterThan(0);
          if (part.kind !== "character") continue;
          const ends = part.ranges.flat();
          expect(ends.length).toBeGreaterThan(0);
          expect(ends).toEqual([...ends].sort((one, other) => one - other));
          expect(part.ranges.some(([low, high]) => high >= 0xd800 && low <= 0xdfff)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps parsing fast, whatever is written", () => {
    const hostile = [
      "(".repeat(1_000),
      "[".repeat(1_000),
      "(|".repeat(16) + "|".repeat(900) + ")".repeat(16),
      "a{1000}".repeat(140),
      "(a*)*".repeat(200),
      "[a-z]{1,9}".repeat(100),
      `[${"a-z".repeat(330)}]`,
      `[^${"\u{1f600}".repeat(990)}]`,
      "a?".repeat(500),
      "\\".repeat(1_000),
      `a{${"9".repeat(990)}}`,
      "x".repeat(5_000_000),
    ];
    const before = process.cpuUsage();
    for (const source of hostile) {
      try {
        parseRegularExpression(source);
      } catch (error) {
        expect(error).toBeInstanceOf(RegularExpressionDefect);
      }
    }
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});
