import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pattern } from "@parmanasystems/governance";
import { PatternCompiler } from "../src/compile-pattern.js";
import { matchesPattern } from "../src/interpret-pattern.js";
import { codeOf } from "./code-of.js";
import { policyOf } from "./fixtures.js";
import { fuzzRuns } from "./fuzz-runs.js";
import { patternSource, textsFor } from "./pattern-arbitrary.js";

/** The pattern as `parsePolicy` hands it on. */
function patternOf(source: string): Pattern {
  const policy = policyOf({
    policyId: "pattern",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { x: { type: "string" } },
    rules: [
      { id: "matches", condition: { signal: "x", matches: source }, outcome },
      { id: "catch-all", condition: { all: [] }, outcome },
    ],
  });
  const condition = policy.rules[0]?.condition;
  if (condition?.kind !== "comparison" || condition.operand.kind !== "pattern") throw new Error(source);
  return condition.operand.pattern;
}

const outcome = { decision: "approved", action: "approve", reason: "ok" };

/** Automata that remember all they need, next to nothing, and nothing: all must answer alike. */
const memories: readonly (readonly [perPattern: number, together: number])[] = [
  [65_536, 1_048_576],
  [40, 1_048_576],
  [0, 0],
];

function verdicts(pattern: Pattern, text: string): readonly boolean[] {
  const compiled = memories.map(([perPattern, together]) => {
    const matches = new PatternCompiler(perPattern, together).compile(pattern, "x");
    // Twice, since the second time finds what the first one left.
    return [matches(text), matches(text)];
  });
  return [...compiled.flat(), matchesPattern(pattern, text)];
}

const both = (source: string, text: string): readonly boolean[] => [
  ...new Set(verdicts(patternOf(source), text)),
];

const rows: readonly (readonly [source: string, matching: readonly string[], others: readonly string[]])[] = [
  ["", [""], ["a", "\n"]],
  ["a", ["a"], ["", "aa", "A", "b", "ab", "ba", "a\n", "\na"]],
  ["ab|c", ["ab", "c"], ["a", "abc", "ac", "b"]],
  ["a|", ["a", ""], ["aa"]],
  ["(a|b)*", ["", "a", "abba"], ["abc", "c"]],
  ["(a*)*", ["", "aaaa"], ["b"]],
  ["(a|a?)+b", ["b", "ab", "aaab"], ["", "a", "ba"]],
  ["a{3}", ["aaa"], ["aa", "aaaa", ""]],
  ["a{2,4}", ["aa", "aaa", "aaaa"], ["a", "aaaaa"]],
  ["a{2,}", ["aa", "aaaaaaa"], ["a", ""]],
  ["a{0}", [""], ["a"]],
  ["(ab?){2}", ["aa", "aba", "abab"], ["a", "abb", "ababa"]],
  ["(a?){3}", ["", "a", "aaa"], ["aaaa"]],
  [".", ["a", "\u{1f600}", "\u2028", "\u0000", "\t"], ["", "\n", "\r", "aa"]],
  ["[^a]", ["b", "\n", "\u{10ffff}"], ["a", ""]],
  ["[a-cx]+", ["abcx"], ["d", ""]],
  ["[\u{1f600}-\u{1f602}]", ["\u{1f601}"], ["\u{1f603}", "\ud83d"]],
  ["[0-9]{4}-[0-9]{2}", ["2026-11"], ["2026-1", "20261-1", "2026-111"]],
  ["INV-[0-9]{1,8}(-[A-Z])?", ["INV-1", "INV-12345678-Z"], ["INV-", "INV-123456789", "INV-1-", "inv-1"]],
];

describe("a pattern covers the whole text, in both engines and with any memory", () => {
  it.each(rows)("%j", (source, matching, others) => {
    for (const text of matching) expect([text, both(source, text)]).toEqual([text, [true]]);
    for (const text of others) expect([text, both(source, text)]).toEqual([text, [false]]);
  });

  it("as ECMAScript's own expressions do, which RFC 9485 section 5.3 maps it to", () => {
    const cases = patternSource.chain((pattern) =>
      fc.tuple(fc.constant(pattern), fc.array(textsFor(pattern), { minLength: 10, maxLength: 10 })),
    );
    fc.assert(
      fc.property(cases, ([{ source, native, text }, texts]) => {
        const pattern = patternOf(source);
        const expression = new RegExp(`^(?:${native})$`, "u");
        for (const candidate of [Array.from(text).slice(0, 24).join(""), ...texts]) {
          const expected = expression.test(candidate);
          expect([candidate, ...new Set(verdicts(pattern, candidate))]).toEqual([candidate, expected]);
        }
        expect(matchesPattern(pattern, text)).toBe(true);
      }),
      fuzzRuns(10),
    );
  });
});

const longest = 16_384;
const hostile: readonly (readonly [source: string, text: string, expected: boolean])[] = [
  ["(a|aa)*b", "a".repeat(longest), false],
  ["(a*)*b", "a".repeat(longest), false],
  ["(a?){500}a{500}", "a".repeat(500), true],
  ["(a?){500}a{500}", "a".repeat(longest), false],
  ["((((a?)?)?|)?){1000}", "a".repeat(longest), false],
  ["(((a+)+)+)+", "a".repeat(longest), true],
  ["(.*a){0,500}", "ab".repeat(longest / 2), false],
  ["(a|b|ab)*c", "ab".repeat(longest / 2), false],
  // A deterministic automaton would need 2^900 states.
  ["[ab]*a[ab]{901}", "ab".repeat(longest / 2), true],
  ["[ab]*a[ab]{900}", "ab".repeat(longest / 2), false],
  [".{0,1000}", "\u{1f600}".repeat(1_000), true],
  [".{0,1000}", "\u{1f600}".repeat(longest), false],
];

describe("no pattern and no text takes more than time and memory in proportion (threat 32)", () => {
  it.each(hostile)("%s, interpreted", (source, text, expected) => {
    expect(matchesPattern(patternOf(source), text)).toBe(expected);
  });

  describe.each(memories)("in %i cells of %i", (perPattern, together) => {
    it.each(hostile)("%s", (source, text, expected) => {
      const compiler = new PatternCompiler(perPattern, together);
      expect(compiler.compile(patternOf(source), "x")(text)).toBe(expected);
    });
  });

  it("many patterns of a policy share one memory", () => {
    const patterns = new PatternCompiler();
    const text = "ab".repeat(400);
    const before = process.memoryUsage().arrayBuffers;
    const tests = Array.from({ length: 300 }, (_, index) =>
      patterns.compile(patternOf(`[ab]*a[ab]{${String(400 + index)}}`), "x"),
    );
    expect(new Set(tests.map((matches) => matches(text)))).toEqual(new Set([true, false]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  });
});

describe("a pattern that is none of the language", () => {
  const letter: Pattern = { kind: "character", ranges: [[0x61, 0x61]] };
  const none = { kind: "lookahead", part: letter } as unknown as Pattern;

  it("is INV-055 in both engines", () => {
    expect(codeOf(() => new PatternCompiler().compile(none, "x")("a"))).toBe("INV-055");
    expect(codeOf(() => matchesPattern(none, "a"))).toBe("INV-055");
  });

  it("is INV-055 when it stands for too many characters", () => {
    const million: Pattern = { kind: "repeat", part: letter, minimum: 1_000_000, maximum: null };
    expect(codeOf(() => new PatternCompiler().compile(million, "x")("a"))).toBe("INV-055");
  });

  it("matches nothing when it is a choice of nothing", () => {
    expect(new Set(verdicts({ kind: "choice", parts: [] }, ""))).toEqual(new Set([false]));
    expect(new Set(verdicts({ kind: "choice", parts: [] }, "a"))).toEqual(new Set([false]));
  });
});
