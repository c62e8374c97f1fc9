import { sha256 } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { createPolicyIndexDocument, type PolicyIndex, type PolicyIndexDraft } from "../src/index.js";
import { parsePolicyIndex } from "../src/policy-index.js";
import { requireIndexSuccessor } from "../src/policy-index-successor.js";
import { DAY_MS, NOW, refusal } from "./signed-fixtures.js";

const index = (version: number, changes: Partial<PolicyIndexDraft> = {}): PolicyIndex =>
  parsePolicyIndex(
    createPolicyIndexDocument({
      version,
      issuedAt: NOW,
      expiresAt: NOW + DAY_MS,
      policies: new Map(),
      ...changes,
    }),
  );

const statuses = ["active", "deprecated", "revoked"] as const;
const listing = (status: (typeof statuses)[number], content = "bundle"): Partial<PolicyIndexDraft> => {
  const versions = { active: new Map(), deprecated: new Map(), revoked: new Map() };
  versions[status].set("1.0.0", sha256(content));
  return { policies: new Map([["claims", versions]]) };
};
const follow = (previous: PolicyIndex, next: PolicyIndex) => () => {
  requireIndexSuccessor(previous, next);
};

describe("A policy index follows another (threat 31)", () => {
  it("when it is exactly the next version, of the same time or later", () => {
    expect(follow(index(1), index(2))).not.toThrow(Error);
    expect(follow(index(1), index(2, listing("active")))).not.toThrow(Error);
    expect(follow(index(1), index(3))).toThrow(refusal("TRUST-042"));
    expect(follow(index(2), index(1))).toThrow(refusal("TRUST-042"));
    expect(follow(index(1), index(1))).toThrow(refusal("TRUST-042"));
    expect(follow(index(1), index(1, listing("active")))).toThrow(refusal("POL-048"));
    expect(follow(index(1), index(2, { issuedAt: NOW - 1 }))).toThrow(refusal("POL-046"));
  });

  it.each(statuses.flatMap((before) => statuses.map((after) => [before, after] as const)))(
    "a version that is %s may become %s unless it is revoked",
    (before, after) => {
      const attempt = expect(follow(index(1, listing(before)), index(2, listing(after))));
      if (before === "revoked" && after !== "revoked") attempt.toThrow(refusal("POL-051"));
      else attempt.not.toThrow(Error);
    },
  );

  it.each(statuses)("a version that is %s keeps its bundle and its place", (status) => {
    const before = index(1, listing(status));
    expect(follow(before, index(2, listing(status, "other")))).toThrow(refusal("POL-050"));
    expect(follow(before, index(2))).toThrow(refusal("POL-050"));
  });
});
