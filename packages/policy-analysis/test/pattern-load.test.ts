import { describe, expect, it } from "vitest";
import { PatternLoad } from "../src/pattern-load.js";
import { policyOf, rule } from "./policies.js";

describe("The work of a policy's patterns", () => {
  const policy = policyOf({ one: { type: "string" }, other: { type: "string", optional: true } }, [
    rule("a", {
      all: [
        { signal: "one", matches: "ab{3}" },
        { signal: "one", matches: "ab{3}" },
      ],
    }),
    rule("b", { not: { signal: "other", matches: "ab{3}" } }),
    rule("c", { signal: "one", matches: "c|d*" }),
  ]);
  const load = new PatternLoad(policy);

  it("is the characters of every different pattern times those of the text that it reads", () => {
    expect(load.of({ one: "abcde" })).toBe((4 + 2) * 5);
    expect(load.of({ one: "abcde", other: "xy" })).toBe((4 + 2) * 5 + 4 * 2);
  });

  it("counts no text that was decided just before", () => {
    expect(load.of({ one: "abcde", other: "xy" }, { one: "abcde", other: "x" })).toBe(4 * 2);
  });
});
