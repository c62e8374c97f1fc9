import { ParmanaError } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

describe("the door of the package", () => {
  it("exports what it promises and nothing else", () => {
    expect(Object.keys(door).sort()).toEqual([
      "ProvenanceError",
      "attestSignal",
      "evidenceBytes",
      "isExecutionId",
      "normalizeGovernedSignals",
      "parseEvidence",
      "parseRuntimeProvenance",
      "provenanceErrors",
      "signalProvenanceHash",
      "signalStatementBytes",
      "signalsHash",
    ]);
  });
});

describe("the errors", () => {
  it("carry their name, code and family", () => {
    const error = new door.ProvenanceError("VAL-020", "The signals must be a plain object.");
    expect(error.name).toBe("ProvenanceError");
    expect(error.message).toBe("[VAL-020] The signals must be a plain object.");
    expect(ParmanaError.isInstance(error)).toBe(true);
  });
});
