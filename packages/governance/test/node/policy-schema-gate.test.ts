import { type JsonValue, parseStrict } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { GovernanceError } from "../../src/errors.js";
import { assertMatchesPolicySchema } from "../../src/node/policy-schema-gate.js";
import { exampleDocument } from "../example-policy.js";

function document(change: object = {}): JsonValue {
  return parseStrict(JSON.stringify({ ...exampleDocument(), ...change }));
}

function outcomeOf(given: JsonValue): unknown {
  try {
    assertMatchesPolicySchema(given);
    return "accepted";
  } catch (error) {
    if (error instanceof GovernanceError) return { code: error.code, ...error.details };
    throw error;
  }
}

describe("assertMatchesPolicySchema", () => {
  it("lets a valid document pass, again and again", () => {
    expect([outcomeOf(document()), outcomeOf(document()), outcomeOf(document())]).toEqual(
      Array(3).fill("accepted"),
    );
  });

  it("refuses with POL-007 what the schema refuses, and names the place", () => {
    const override = { approverRoles: ["a"], quorum: 0, expiresAfterSeconds: 1 };
    expect(outcomeOf(document({ override }))).toEqual({
      code: "POL-007",
      pointer: "/override/quorum",
      expected: "must be >= 1",
    });
  });

  it.each(["[]", "null", "{}", '{"__proto__":{"policyId":"a"}}'])("refuses %s", (text) => {
    expect(outcomeOf(parseStrict(text))).toMatchObject({ code: "POL-007", pointer: "" });
  });

  it("does not fill in, convert or remove anything", () => {
    const given = document();
    const before = JSON.stringify(given);
    expect(outcomeOf(given)).toBe("accepted");
    expect(JSON.stringify(given)).toBe(before);
    const override = { approverRoles: ["a"], quorum: "1", expiresAfterSeconds: 1 };
    expect(outcomeOf(document({ override }))).toMatchObject({ code: "POL-007", pointer: "/override/quorum" });
  });
});
