import { compilePolicy } from "@parmanasystems/execution";
import type { Pattern } from "@parmanasystems/governance";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSamples, sampleText } from "../src/sample-text.js";
import { policyOf, rule } from "./policies.js";

/** The pattern as the policy language parses it, and whether the evaluator lets it match a text. */
function patternOf(source: string): { pattern: Pattern; matches: (text: string) => boolean } {
  const policy = policyOf({ text: { type: "string", maxLength: 4_000 } }, [
    rule("r", { signal: "text", matches: source }),
  ]);
  const condition = policy.rules[0]?.condition;
  if (condition?.kind !== "comparison" || condition.operand.kind !== "pattern")
    throw new Error("A pattern is expected.");
  const compiled = compilePolicy(policy);
  return { pattern: condition.operand.pattern, matches: (text) => compiled.decide({ text }).rule_id === "r" };
}

describe("A sample of a pattern", () => {
  it.each([
    ["[A-Z]{2}-[0-9]+", "AA-0"],
    ["(long|s)x?", "s"],
    ["a*", ""],
    [".", "a"],
    ["[^a-z]", "A"],
    ["[!-.]", "!"],
  ])("of %s is %j", (source, sample) => {
    expect(sampleText(patternOf(source).pattern)).toBe(sample);
  });

  it("matches the pattern, whatever the pattern", () => {
    const atom = fc.constantFrom("a", "b", "[0-9]", "[^x]", ".", "\\.", "é");
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.tuple(tie("tree"), tie("tree")).map(([one, other]) => `${one}${other}`),
        fc.tuple(tie("tree"), tie("tree")).map(([one, other]) => `(${one}|${other})`),
        fc
          .tuple(tie("tree"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}"))
          .map(([one, times]) => `(${one})${times}`),
      ),
    }));
    fc.assert(
      fc.property(tree, (source) => {
        const { pattern, matches } = patternOf(source);
        expect(matches(sampleText(pattern) ?? "none")).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("is not made when it would be long, nor in a time that grows with what a pattern asks for", () => {
    const a: Pattern = { kind: "character", ranges: [[0x61, 0x61]] };
    const nested = (depth: number): Pattern =>
      depth === 0 ? a : { kind: "repeat", part: nested(depth - 1), minimum: 10, maximum: null };
    expect(sampleText(nested(3))).toHaveLength(1_000);
    expect(sampleText(nested(30))).toBeUndefined();
    expect(sampleText({ kind: "choice", parts: [nested(30), a] })).toBe("a");
  });
});

describe("The sample of each format", () => {
  it.each(Object.entries(formatSamples))("%s is one", (format, sample) => {
    const policy = policyOf({ text: { type: "string", format } }, []);
    expect(compilePolicy(policy).decide({ text: sample }).decision).toBe("pending_override");
  });
});
