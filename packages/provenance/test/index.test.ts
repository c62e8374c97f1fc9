import { readdirSync, readFileSync } from "node:fs";
import { ParmanaError } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

describe("the door of the package", () => {
  it("exports what it promises and nothing else", () => {
    expect(Object.keys(door).sort()).toEqual([
      "ProvenanceError",
      "evidenceBytes",
      "isExecutionId",
      "normalizeGovernedSignals",
      "parseEvidence",
      "parseRuntimeProvenance",
      "provenanceErrors",
      "signalProvenanceHash",
      "signalsHash",
    ]);
  });
});

describe("the error table", () => {
  const folder = new URL("../src/", import.meta.url);
  const sources = readdirSync(folder).map((file) => ({
    file,
    text: readFileSync(new URL(file, folder), "utf8"),
  }));

  it("has a row for every code that is thrown, and throws every code that has a row", () => {
    const thrown = new Set<string>();
    for (const { file, text } of sources) {
      if (file === "errors.ts") continue;
      const code = text.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
      for (const [found] of code.matchAll(/\b(?:VAL|INV)-\d{3}\b/g)) thrown.add(found);
    }
    expect([...thrown].sort()).toEqual(Object.keys(door.provenanceErrors).sort());
  });

  it("belongs to errors that carry their name, code and family", () => {
    const error = new door.ProvenanceError("VAL-020", "The signals must be a plain object.");
    expect(error.name).toBe("ProvenanceError");
    expect(error.message).toBe("[VAL-020] The signals must be a plain object.");
    expect(ParmanaError.isInstance(error)).toBe(true);
  });

  it("keeps the sources portable: no Node built-in, no Buffer", () => {
    for (const { file, text } of sources) expect(text, file).not.toMatch(/from "node:|\bBuffer\b/);
  });
});
