import { describe, expect, it } from "vitest";
import { lintPolicy } from "../src/lint/lint-policy.js";
import { requireSound } from "../src/require-sound.js";
import { claims, policyOf, rule } from "./policies.js";
import { refusalOf } from "./refusal-of.js";

describe("A policy that is to be signed", () => {
  it("has no finding of severity error; what is less is for people to judge", () => {
    const report = lintPolicy(claims());
    expect(report.findings.map(({ severity }) => severity)).not.toContain("error");
    requireSound(report);
  });

  it("is refused with the first error and its place", () => {
    const policy = policyOf({ amount: { type: "integer", minimum: 0, maximum: 9 } }, [
      rule("all", { signal: "amount", less_than_or_equal: 9 }),
      rule("none", { signal: "amount", equals: 5 }, "rejected"),
    ]);
    expect(
      refusalOf(() => {
        requireSound(lintPolicy(policy));
      }),
    ).toMatchObject({ code: "POL-067", details: { pointer: expect.stringMatching(/^\/rules\//) } });
  });
});
