import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

describe("The door", () => {
  it("exports these names and no others", () => {
    expect(Object.keys(door).sort()).toEqual([
      "PolicyAnalysisError",
      "boundaryValuesOf",
      "diffPolicies",
      "escapeXml",
      "explainDecision",
      "findInput",
      "junitReport",
      "lintPolicy",
      "nearestChange",
      "newPolicy",
      "parseCases",
      "policyAnalysisErrors",
      "policyTemplates",
      "reasonsFor",
      "requirePassing",
      "requireSound",
      "runCases",
      "spellCaseOutcome",
      "spellCoverage",
      "spellDifference",
      "spellGap",
      "spellJson",
      "spellLeaf",
      "spellReads",
      "spellReason",
      "spellValue",
      "startCases",
      "suggestCases",
    ]);
  });
});
