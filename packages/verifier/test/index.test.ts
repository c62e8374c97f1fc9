import { canonicalErrors, ParmanaError } from "@parmanasystems/canonical";
import { executionErrors } from "@parmanasystems/execution";
import { governanceErrors } from "@parmanasystems/governance";
import { provenanceErrors } from "@parmanasystems/provenance";
import { signingErrors } from "@parmanasystems/signing";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

const packagesFolder = fileURLToPath(new URL("../../", import.meta.url));

function sourcesOf(name: string): readonly (readonly [path: string, text: string])[] {
  const folder = `${packagesFolder}${name}/src`;
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [`${name}/src/${path}`, readFileSync(`${folder}/${path}`, "utf8")] as const);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

describe("the door", () => {
  it("exports exactly the public surface", () => {
    expect(Object.keys(door).sort()).toEqual([
      "VerifierError",
      "checkCatalogue",
      "createAttestationVerifier",
      "createResolutionVerifier",
      "emptyRoot",
      "formatCheckpoint",
      "formatEvidenceBundle",
      "formatLogProof",
      "leafHash",
      "logVerifierKeys",
      "nodeHash",
      "parseCheckpoint",
      "parseEvidenceBundle",
      "parseLogProof",
      "readWitnessPolicy",
      "requireWitnesses",
      "resolutionCatalogue",
      "verifierErrors",
      "verifyAttestation",
      "verifyConsistency",
      "verifyInclusion",
      "verifyResolution",
    ]);
  });
});

describe("the error table", () => {
  it("has a meaning and a remedy for every code, and no code of another package", () => {
    const others = {
      ...canonicalErrors,
      ...signingErrors,
      ...provenanceErrors,
      ...governanceErrors,
      ...executionErrors,
    };
    for (const [code, { meaning, remedy }] of Object.entries(door.verifierErrors)) {
      expect(code).toMatch(/^INV-(?:0(?:[67]\d|8[4-9]|9[89])|10[02])$/);
      expect(meaning).toMatch(/^\S.+\.$/);
      expect(remedy).toMatch(/^[A-Z].+\.$/);
      expect(Object.keys(others)).not.toContain(code);
    }
  });

  it("lists no code that the sources do not use", () => {
    const text = sourcesOf("verifier")
      .filter(([path]) => !path.endsWith("errors.ts"))
      .map(([, source]) => source)
      .join("\n");
    for (const code of Object.keys(door.verifierErrors)) expect(text).toContain(code);
  });

  it("makes errors of the project", () => {
    const error = new door.VerifierError("INV-060", "The option must be another one.");
    expect(ParmanaError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      name: "VerifierError",
      code: "INV-060",
      message: "[INV-060] The option must be another one.",
    });
  });
});

describe("the verifier and what it stands on run anywhere", () => {
  const portable = ["canonical", "signing", "provenance", "governance", "execution", "verifier"]
    .flatMap(sourcesOf)
    .filter(([path]) => !/^(?:governance|signing)\/src\/node\//.test(path));

  it("import no Node built-in, no store and no runtime, and use no Buffer, network or clock (threat 58)", () => {
    expect(portable.length).toBeGreaterThan(50);
    for (const [path, source] of portable) {
      const text = withoutComments(source);
      expect(text, path).not.toMatch(/(?:from|import|require)\s*\(?\s*["'](?:node:|fs|path|crypto|os|url)/);
      expect(text, path).not.toMatch(
        /["']@parmanasystems\/(?:execution-runtime|audit-db|server|client|cli|core|testkit|governance\/node)["']/,
      );
      expect(text, path).not.toMatch(
        /(?<![\w.])(?:Buffer\b|fetch\(|XMLHttpRequest|Date\.now|setTimeout|process\.env|new Date\(\))/,
      );
      // The runtime's evaluator generates code where it may (ADR 10); the verifier re-decides with the interpreter.
      if (path !== "execution/src/generate-policy.ts")
        expect(text, path).not.toMatch(/(?<![\w.])(?:eval\(|new Function\()/);
    }
  });
});
