import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseStrict } from "@parmanasystems/canonical";
import { afterAll, describe, expect, it } from "vitest";
import { type Edit, editedPolicy, sampleFolder, temporaryFolder, unchanged } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const folder = temporaryFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const claims = sampleFolder("claims-approval");

function withTests(name: string, tests: Edit, policy: Edit = unchanged): string {
  return editedPolicy(folder, name, { tests, policy });
}

describe("parmana policy test", () => {
  it.each(["claims-approval", "loan-approval", "agent-payment"])("passes the sample %s", async (policyId) => {
    const { exitCode, out } = await parmana("policy", "test", sampleFolder(policyId), "--coverage", "1");
    expect(exitCode).toBe(0);
    expect(out).toMatch(new RegExp(`^PASSED: ${policyId}@1\\.0\\.0, \\d+ cases\n`));
    expect(out).toContain("Coverage of rules");
    expect(out).toMatch(/\(100 %\), 100 % must be$/m);
  });

  it("shows every case of a short file in a table", async () => {
    const { out } = await parmana("policy", "test", claims);
    expect(out).toMatch(/^ {2}✓ an everyday claim is paid at once +approved, small-claim$/m);
    expect(out).toMatch(/^ {2}✓ no score, no decision +refused VAL-004$/m);
  });

  it("names the first difference, its place, and why the policy decides so", async () => {
    const directory = withTests("limit", unchanged, (text) =>
      text.replace('"less_than_or_equal": 100000', '"less_than_or_equal": 90000'),
    );
    const { exitCode, out } = await parmana("policy", "test", directory);
    expect(exitCode).toBe(1);
    const text = readFileSync(join(directory, "policy.test.json"), "utf8").split("\n");
    const line = text.findIndex((each) => each.includes("[100000, 80")) + 1;
    expect(out).toMatch(/^FAILED: claims-approval@1\.0\.0, 1 of 9 cases$/m);
    expect(out).toContain(
      [
        `${join(directory, "policy.test.json")}:${line}:9: the limits, row 1`,
        "  decision: expected approved, got pending_override",
        "  small-claim did not match, as claim_amount less_than_or_equal 90000 is false: claim_amount is 100000",
        "  catch-all decided",
      ].join("\n"),
    );
  });

  it("says what is wrong with a signal that was not meant to be refused, and which rule there is none of", async () => {
    const directory = withTests("typo", (text) =>
      text
        .replace('"claim_amount": 1200.5', '"claim_amunt": 12')
        .replace('[100000, 80, "approved", "small-claim"]', '[100000, 80, "approved", "smal-claim"]'),
    );
    const { exitCode, out } = await parmana("policy", "test", directory);
    expect(exitCode).toBe(1);
    expect(out).toContain("  refused: expected VAL-007, got VAL-003\n  [VAL-003] ");
    expect(out).toContain('  the policy has no rule "smal-claim" (did you mean "small-claim"?)');
  });

  it("fails below the coverage that is asked for, and names what is not covered", async () => {
    const few = () =>
      JSON.stringify({
        cases: [
          {
            name: "n",
            signals: { claim_amount: 1, risk_score: 1, vip_customer: true },
            expect: { decision: "approved" },
          },
        ],
      });
    const directory = withTests("few", few);
    const passed = await parmana("policy", "test", directory);
    expect(passed).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Coverage of rules: 1 of 3 covered (33 %)"),
    });
    expect(passed.out).toContain("rule high-risk never decides");
    expect(passed.out).toContain("risk_score greater_than 80 (rule high-risk) is never true");
    const failed = await parmana("policy", "test", directory, "--coverage", "0.9");
    expect(failed).toMatchObject({ exitCode: 1, out: expect.stringContaining("(33 %), 90 % must be") });
    expect(failed.out).toMatch(/^FAILED: claims-approval@1\.0\.0, too little is covered by 1 case$/m);
  });

  it.each(["1.1", "-1", "all", "", "0x1", "1e0", "."])("refuses --coverage %j", async (share) => {
    const refused = await parmana("policy", "test", claims, `--coverage=${share}`);
    expect(refused).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-001]") });
  });

  it("tells machines all of it", async () => {
    const { exitCode, out } = await parmana("policy", "test", claims, "--json");
    expect(exitCode).toBe(0);
    expect(parseStrict(out)).toMatchObject({
      passed: true,
      policyId: "claims-approval",
      policyHash: expect.stringMatching(/^sha256:/),
      cases: expect.arrayContaining([
        expect.objectContaining({ name: "the limits, row 1", pointer: "/tables/0/rows/0", passed: true }),
      ]),
      coverage: { rules: { covered: 3, total: 3, share: 1, required: 1 } },
    });
  });

  it("writes JUnit XML", async () => {
    const junit = join(folder, "report.xml");
    expect(await parmana("policy", "test", claims, "--junit", junit)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(junit, "utf8")).toMatch(
      /^<\?xml .*\n<testsuites name="parmana policy test" tests="11" failures="0">/,
    );
    const nowhere = await parmana("policy", "test", claims, "--junit", join(folder, "no/such/folder.xml"));
    expect(nowhere).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-004]") });
  });

  it.each([
    ["POL-060", "{"],
    ["POL-061", '{"cases": [], "notes": 1}'],
    ["POL-062", '{"policyId": "other", "cases": [{"name": "n", "expect": {"decision": "approved"}}]}'],
    [
      "POL-063",
      JSON.stringify({
        cases: [
          {
            name: "n",
            each: {
              a: Array.from({ length: 101 }, (_, at) => at),
              b: Array.from({ length: 100 }, (_, at) => at),
            },
            expect: { decision: "approved" },
          },
        ],
      }),
    ],
    [
      "POL-064",
      '{"cases": [{"name": "n", "expect": {"decision": "approved"}}, {"name": "n", "expect": {"decision": "approved"}}]}',
    ],
  ])("refuses a test file with %s, by its place", async (code, text) => {
    const { exitCode, notes } = await parmana(
      "policy",
      "test",
      withTests(`refused-${code}`, () => text),
    );
    expect(exitCode).toBe(1);
    expect(notes).toMatch(new RegExp(`^\\[${code}\\] .*policy\\.test\\.json`));
  });

  it("says how to begin where there are no tests", async () => {
    const { exitCode, notes } = await parmana("policy", "test", editedPolicy(folder, "untested", {}));
    expect(exitCode).toBe(2);
    expect(notes).toMatch(/^\[CLI-009\] .*\n.*--suggest/);
  });
});

describe("parmana policy test --suggest", () => {
  it("prints cases to paste, and the report beside them", async () => {
    const few = () =>
      JSON.stringify({
        defaults: { claim_amount: 1, risk_score: 1, vip_customer: true },
        cases: [{ name: "n", expect: { decision: "approved" } }],
      });
    const directory = withTests("suggest", few);
    const { exitCode, out, notes } = await parmana("policy", "test", directory, "--suggest");
    expect(exitCode).toBe(0);
    expect(notes).toMatch(/^PASSED: /);
    const cases = parseStrict(out) as readonly { signals: object }[];
    expect(cases.map(({ signals }) => Object.keys(signals))).toEqual([["risk_score"], ["claim_amount"]]);
    const document = { ...(parseStrict(few()) as object), cases };
    writeFileSync(join(directory, "policy.test.json"), JSON.stringify(document));
    expect(await parmana("policy", "test", directory, "--coverage", "1")).toMatchObject({ exitCode: 1 });
    const all = { ...document, cases: [...cases, { name: "n", expect: { decision: "approved" } }] };
    writeFileSync(join(directory, "policy.test.json"), JSON.stringify(all));
    expect(await parmana("policy", "test", directory, "--coverage", "1")).toMatchObject({ exitCode: 0 });
  });

  it("has nothing to add to full coverage", async () => {
    const { out } = await parmana("policy", "test", claims, "--suggest");
    expect(parseStrict(out)).toEqual([]);
  });

  it("prints a whole first file where there is none, which then passes", async () => {
    for (const policyId of ["claims-approval", "loan-approval", "agent-payment"]) {
      const directory = join(folder, "first", policyId, "1.0.0");
      mkdirSync(directory, { recursive: true });
      writeFileSync(
        join(directory, "policy.json"),
        readFileSync(join(sampleFolder(policyId), "policy.json")),
      );
      const { exitCode, out, notes } = await parmana("policy", "test", directory, "--suggest");
      expect(exitCode).toBe(0);
      expect(notes).toContain("Whether that is right is yours to judge.");
      writeFileSync(join(directory, "policy.test.json"), out);
      expect(await parmana("policy", "test", directory, "--coverage", "1")).toMatchObject({ exitCode: 0 });
    }
  });

  it("tells machines, too", async () => {
    const first = await parmana(
      "policy",
      "test",
      editedPolicy(folder, "first-json", {}),
      "--suggest",
      "--json",
    );
    expect(parseStrict(first.out)).toMatchObject({ document: { policyId: "claims-approval" }, open: [] });
    const none = await parmana("policy", "test", claims, "--suggest", "--json");
    expect(parseStrict(none.out)).toMatchObject({ passed: true, suggestions: { cases: [], open: [] } });
  });

  it("says what was too large to decide, where coverage is demanded", async () => {
    const condition = {
      all: Array.from({ length: 12 }, (_, index) => ({
        signal: "text",
        matches: `[ab]*a[ab]{${60 + index}}c?`,
      })),
    };
    const outcome = { decision: "approved", action: "approve", reason: "hostile" };
    const policy = {
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      schemaVersion: "1.0.0",
      signalsSchema: { text: { type: "string" } },
      rules: [
        { id: "hostile", condition, outcome },
        { id: "catch-all", condition: { all: [] }, outcome },
      ],
    };
    const tests = { cases: [{ name: "one", signals: { text: "c" }, expect: { decision: "approved" } }] };
    const directory = withTests(
      "hostile",
      () => JSON.stringify(tests),
      () => JSON.stringify(policy),
    );
    const shown = await parmana("policy", "test", directory);
    expect(shown.exitCode).toBe(0);
    expect(shown.out).not.toContain("Too large");
    const demanded = await parmana("policy", "test", directory, "--coverage", "1");
    expect(demanded.exitCode).toBe(1);
    expect(demanded.out).toMatch(
      /^ {2}Too large to decide whether any input shows it, so it counts: \d+ of these\.$/m,
    );
  });
});
