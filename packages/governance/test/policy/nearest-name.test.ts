import { describe, expect, it } from "vitest";
import { suggestion } from "../../src/policy/nearest-name.js";

const known = ["claim_amount", "risk_score", "vip", "vip_customer", "order_id"];

describe("the suggestion for a name that is not known", () => {
  it.each([
    ["claim_amuont", "claim_amount"],
    ["claimAmount", "claim_amount"],
    ["CLAIM-AMOUNT", "claim_amount"],
    ["risk_scor", "risk_score"],
    ["risk_scores", "risk_score"],
    ["order_di", "order_id"],
    ["vap", "vip"],
    ["customer_vip", undefined],
    ["amount", undefined],
    ["xip_xustomex", "vip_customer"],
    ["xix_xustomex", undefined],
    ["x", undefined],
    ["", undefined],
    ["__proto__", undefined],
    ["r".repeat(1_000_000), undefined],
  ])("for %s is %s", (name, expected) => {
    expect(suggestion(name, known)).toBe(expected === undefined ? "" : ` (did you mean "${expected}"?)`);
  });

  it("is the first of those that are equally near", () => {
    expect(suggestion("aax", ["aay", "aaz"])).toContain('"aay"');
    expect(suggestion("aax", ["aaz", "aay"])).toContain('"aaz"');
    expect(suggestion("abcdef", ["abcdxy", "abcdex"])).toContain('"abcdex"');
  });

  it("takes a synonym before a likeness, and none from the prototype", () => {
    expect(suggestion("GTE", ["gt"], { gte: "at_least" })).toContain('"at_least"');
    expect(suggestion("constructor", [], { gte: "at_least" })).toBe("");
  });
});
