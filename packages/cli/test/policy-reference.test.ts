import type { Sha256 } from "@parmanasystems/canonical";
import type { PolicyVersions } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { CliError } from "../src/errors.js";
import { findPolicy } from "../src/policy-reference.js";

function versions(active: readonly string[], revoked: readonly string[] = []): PolicyVersions {
  const table = (names: readonly string[]) =>
    new Map<string, Sha256>(names.map((name) => [name, `sha256:${name}`]));
  return { active: table(active), deprecated: table([]), revoked: table(revoked) };
}

const policies = new Map([
  ["claims-approval", versions(["1.0.0"], ["0.9.0"])],
  ["loan-approval", versions(["1.0.0", "1.1.0"])],
  ["agent-payment", versions([], ["1.0.0"])],
]);

function refusalOf(text: string): string {
  try {
    findPolicy({ policies }, text);
  } catch (error) {
    if (error instanceof CliError && error.code === "CLI-005") return error.message;
    throw error;
  }
  throw new Error("It was found.");
}

describe("A policy named on the command line", () => {
  it("is the version named, revoked or not: whether it may execute is not asked here", () => {
    expect(findPolicy({ policies }, "claims-approval@0.9.0")).toEqual({
      policyId: "claims-approval",
      policyVersion: "0.9.0",
    });
  });

  it("is the only active version where none is named", () => {
    expect(findPolicy({ policies }, "claims-approval")).toEqual({
      policyId: "claims-approval",
      policyVersion: "1.0.0",
    });
  });

  it.each([
    [
      "claim-approval",
      'There is no policy "claim-approval" (did you mean "claims-approval"?); the index lists claims-approval, loan-approval, agent-payment.',
    ],
    ["payments@1.0.0", 'There is no policy "payments"; the index lists'],
    ["loan-approval", "Of loan-approval, these versions are active: 1.0.0, 1.1.0."],
    ["agent-payment", "Of agent-payment, these versions are active: none."],
    ["loan-approval@1.1", 'There is no version "1.1" of loan-approval'],
    ["claims-approval@2.0.0", 'There is no version "2.0.0" of claims-approval'],
    ["claims-approval@", 'There is no version "" of claims-approval; the index lists 1.0.0, 0.9.0.'],
    ["toString", 'There is no policy "toString"'],
    ["", 'There is no policy ""'],
  ])("is refused as %j, with what there is", (text, sentence) => {
    expect(refusalOf(text)).toContain(sentence);
  });

  it("is not answered with a list that nobody reads", () => {
    const many = new Map(
      Array.from({ length: 4_000 }, (_, index) => [`policy-${index}`, versions(["1.0.0"])] as const),
    );
    expect(() => findPolicy({ policies: many }, "x")).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/policy-19, …\.$/) }),
    );
  });
});
