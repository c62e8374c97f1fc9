import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseStrict } from "@parmanasystems/canonical";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const folder = temporaryFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("parmana policy new", () => {
  it.each(["approval", "agent-action", "eligibility"])(
    "starts a policy from %s that passes check --strict, without a finding, and test with full coverage",
    async (template) => {
      const dir = join(folder, template);
      const made = await parmana("policy", "new", "my-policy", "--dir", dir, "--template", template);
      expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining("parmana policy test") });
      const directory = join(dir, "my-policy/1.0.0");
      expect(readdirSync(directory)).toEqual(["policy.json", "policy.test.json"]);
      const checked = await parmana("policy", "check", directory, "--strict", "--json");
      expect(checked.exitCode).toBe(0);
      expect(parseStrict(checked.out)).toMatchObject({ ok: true, complete: true, findings: [] });
      const tested = await parmana("policy", "test", directory, "--coverage", "1");
      expect(tested).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^PASSED: my-policy@1\.0\.0/) });
    },
  );

  it("overwrites nothing", async () => {
    const directory = join(folder, "taken/my-policy/1.0.0");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "notes.txt"), "mine");
    const refused = await parmana("policy", "new", "my-policy", "--dir", join(folder, "taken"));
    expect(refused).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-010]") });
    expect(readdirSync(directory)).toEqual(["notes.txt"]);
  });

  it("takes another version beside the first", async () => {
    const dir = join(folder, "versions");
    await parmana("policy", "new", "my-policy", "--dir", dir);
    const made = await parmana(
      "policy",
      "new",
      "my-policy",
      "--dir",
      dir,
      "--policy-version",
      "1.1.0",
      "--json",
    );
    expect(parseStrict(made.out)).toMatchObject({
      directory: join(dir, "my-policy/1.1.0"),
      template: "approval",
    });
    expect(readFileSync(join(dir, "my-policy/1.1.0/policy.json"), "utf8")).toContain(
      '"policyVersion": "1.1.0"',
    );
  });

  it.each([
    ["an id that leaves the folder", ["../up"]],
    ["an id with capitals", ["MyPolicy"]],
    ["an unknown template", ["my-policy", "--template", "payments"]],
    ["a version with a v", ["my-policy", "--policy-version", "v2.0.0"]],
  ])("refuses %s and writes nothing", async (_what, words) => {
    const dir = join(folder, "refused");
    const refused = await parmana("policy", "new", ...words, "--dir", dir);
    expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[POL-066]") });
    expect(existsSync(dir)).toBe(false);
  });

  it("says which folder cannot take it", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const refused = await parmana("policy", "new", "my-policy", "--dir", file);
    expect(refused).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-004]") });
  });
});
