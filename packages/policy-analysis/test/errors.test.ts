import { readdirSync, readFileSync } from "node:fs";
import { ParmanaError } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { PolicyAnalysisError, policyAnalysisErrors } from "../src/errors.js";

function textsBelow(folder: URL, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) => name.endsWith(ending) && !name.endsWith("errors.ts") && !name.endsWith("errors.test.ts"),
    )
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
}

describe("The error table", () => {
  const codes = Object.keys(policyAnalysisErrors);

  it("documents every code that is thrown, and every documented code is thrown and tested", () => {
    const thrown = textsBelow(new URL("../src/", import.meta.url), ".ts").flatMap((text) =>
      [...text.matchAll(/"(POL-06\d)"/g)].map(([, code = ""]) => code),
    );
    expect([...new Set(thrown)].sort()).toEqual(codes);
    const tests = textsBelow(new URL(".", import.meta.url), ".test.ts").join("\n");
    expect(codes.filter((code) => !tests.includes(`"${code}"`))).toEqual([]);
  });

  it("says what a code means and how to solve it, in sentences", () => {
    for (const { meaning, remedy } of Object.values(policyAnalysisErrors)) {
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("belongs to errors that other copies of the package recognise", () => {
    expect(ParmanaError.isInstance(new PolicyAnalysisError("POL-060", "It is empty."))).toBe(true);
  });
});
