import { readdirSync, readFileSync } from "node:fs";
import { decodeUtf8, encodeUtf8 } from "@parmanasystems/canonical";
import { parsePolicy } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { parseCases } from "../src/cases/parse-cases.js";
import { runCases } from "../src/cases/run-cases.js";
import { lintPolicy } from "../src/lint/lint-policy.js";

const root = new URL("../../../policies/", import.meta.url);
const samples = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(new URL(`${name}/`, root)).map((version) => `${name}/${version}`));

describe("The sample policies", () => {
  it.each(samples)("%s has no finding but notes", (sample) => {
    const report = lintPolicy(parsePolicy(readFileSync(new URL(`${sample}/policy.json`, root))));
    expect(report.complete).toBe(true);
    expect(report.findings.filter(({ severity }) => severity !== "note")).toEqual([]);
  });

  it.each(samples)("%s passes its tests, which cover all of it", (sample) => {
    const read = (file: string) => readFileSync(new URL(`${sample}/${file}`, root));
    const policy = parsePolicy(read("policy.json"));
    const report = runCases(policy, parseCases(read("policy.test.json"), { policy }));
    expect(report.results.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(report).toMatchObject({
      passed: true,
      coverage: {
        rules: { share: 1, required: 1 },
        conditions: { share: 1, required: 1 },
        gaps: [],
        impossible: [],
      },
    });
  });
});

describe("The page about the policy language", () => {
  it("shows tests that the policy on it passes, and that cover it", () => {
    const page = readFileSync(new URL("../../../docs/policy.md", import.meta.url), "utf8");
    const blocks = [...page.matchAll(/```json\n(\{.*?)```/gs)].map(([, text = ""]) => encodeUtf8(text));
    const tests = blocks.find((block) => decodeUtf8(block).includes('"cases"')) ?? new Uint8Array();
    const policy = parsePolicy(blocks[0] ?? new Uint8Array());
    expect(runCases(policy, parseCases(tests, { policy }))).toMatchObject({
      passed: true,
      coverage: { rules: { share: 1, required: 1 }, conditions: { share: 1, required: 1 } },
    });
  });
});
