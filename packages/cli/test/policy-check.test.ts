import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseStrict } from "@parmanasystems/canonical";
import { afterAll, describe, expect, it } from "vitest";
import { editedPolicy, sampleFolder, temporaryFolder } from "./policy-files.js";
import { parmana, parmanaWith } from "./run-parmana.js";

const folder = temporaryFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const check = (...words: string[]) => parmana("policy", "check", ...words);

describe("parmana policy check", () => {
  it.each(["claims-approval", "loan-approval", "agent-payment"])(
    "passes the sample %s, also --strict",
    async (policyId) => {
      const { exitCode, out } = await check(sampleFolder(policyId), "--strict");
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`^OK: ${policyId}@1\\.0\\.0, \\d notes?$`, "m"));
    },
  );

  it("shows the terms that an auditor asks for, and the tests", async () => {
    const { out } = await check(sampleFolder("agent-payment"));
    expect(out).toContain("replay      fingerprint: the same facts execute once");
    expect(out).toContain("override    payments-officer or finance-manager, quorum 2, within 4 hours");
    expect(out).toMatch(/tests {7}\d+ cases; run them with parmana policy test /);
    expect(out).toMatch(/policyHash {2}sha256:[0-9a-f]{64}$/m);
    const untested = await check(editedPolicy(folder, "untested", {}));
    expect(untested.out).toContain("tests       none; policy.test.json is missing");
  });

  it("names the line and column of every finding, and fails on an error", async () => {
    const directory = editedPolicy(folder, "unreachable", {
      policy: (text) => text.replace('"greater_than": 80', '"greater_than_or_equal": 0'),
    });
    const { exitCode, out } = await check(directory);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^NOT OK: claims-approval@1\.0\.0, \d errors?/);
    const file = join(directory, "policy.json");
    const lines = readFileSync(file, "utf8").split("\n");
    const places = [...out.matchAll(/^(.*policy\.json):(\d+):(\d+): error unreachable-rule \((\S+)\): /gm)];
    expect(places.length).toBeGreaterThan(0);
    for (const [, path, line, column, pointer] of places) {
      expect(path).toBe(file);
      expect(pointer).toMatch(/^\/rules\/[12]/);
      expect(lines[Number(line) - 1]?.[Number(column) - 1]).toBe("{");
    }
  });

  it("lets warnings fail only with --strict", async () => {
    const directory = editedPolicy(folder, "warning", {
      policy: (text) =>
        text.replace(
          '"type": "integer",\n      "minimum": 0,\n      "maximum": 100,',
          '"type": "number",\n      "minimum": 0,\n      "maximum": 100,',
        ),
    });
    const lenient = await check(directory);
    expect(lenient).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^OK: .*1 warning/) });
    const strict = await check(directory, "--strict");
    expect(strict).toMatchObject({ exitCode: 1, out: expect.stringMatching(/^NOT OK: .*1 warning/) });
    expect(strict.out).toMatch(
      /policy\.json:\d+:\d+: warning number-signal \(\/signalsSchema\/risk_score\/type\): /,
    );
  });

  it("refuses tests that do not load: they would be signed, too", async () => {
    const directory = editedPolicy(folder, "bad-tests", { tests: () => '{"cases": []}' });
    const refused = await check(directory);
    expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[POL-061]") });
  });

  it("tells machines all of it", async () => {
    const { exitCode, out } = await check(sampleFolder("claims-approval"), "--json");
    expect(exitCode).toBe(0);
    expect(parseStrict(out)).toEqual({
      ok: true,
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      policyHash: expect.stringMatching(/^sha256:/),
      rules: 3,
      signals: 3,
      replay: { identity: "fingerprint" },
      override: { approverRoles: ["claims-manager"], quorum: 1, expiresAfterSeconds: 86_400, signed: false },
      cases: 9,
      complete: true,
      findings: [
        {
          rule: "unread-signal",
          severity: "note",
          pointer: "/signalsSchema/vip_customer",
          message: expect.any(String),
          place: expect.stringMatching(/policy\.json:19:21$/),
        },
      ],
    });
  });

  it("shows how far it has come where somebody watches, and leaves no trace of it", async () => {
    const shown: string[] = [];
    const watched = { progress: (text: string) => shown.push(text) };
    expect(await parmanaWith(watched, "policy", "check", sampleFolder("loan-approval"))).toMatchObject({
      exitCode: 0,
    });
    expect(shown.at(-1)).toBe("");
  });

  it.each([
    ["a folder that is not there", () => join(folder, "nowhere/1.0.0"), "[POL-001]"],
    [
      "a folder of another name",
      () =>
        editedPolicy(folder, "renamed", { policy: (text) => text.replace('"claims-approval"', '"claims"') }),
      "[POL-008]",
    ],
    ["what is no JSON", () => editedPolicy(folder, "broken", { policy: () => "{" }), "[POL-002]"],
  ])("refuses %s in two lines", async (_what, directory, code) => {
    const { exitCode, notes } = await check(directory());
    expect(exitCode).toBe(1);
    expect(notes.startsWith(code)).toBe(true);
    expect(notes.split("\n")).toHaveLength(2);
  });
});
