import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeUtf8, parseStrict } from "@parmanasystems/canonical";
import { evidenceBytes } from "@parmanasystems/provenance";
import { afterAll, describe, expect, it } from "vitest";
import { sampleFolder, temporaryFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const folder = temporaryFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const claims = sampleFolder("claims-approval");
const explain = (...words: string[]) => parmana("policy", "explain", ...words);
const signals = (amount: number, risk: number) => [
  "--signal",
  `claim_amount=${amount}`,
  "--signal",
  `risk_score=${risk}`,
  "--signal",
  "vip_customer=false",
];

describe("parmana policy explain", () => {
  it("shows every condition that was asked, with what it compared, and the nearest change", async () => {
    const { exitCode, out } = await explain(claims, ...signals(100_500, 12));
    expect(exitCode).toBe(0);
    expect(out.split("\n")).toEqual([
      "PENDING_OVERRIDE by rule catch-all of claims-approval@1.0.0: needs a claims manager",
      "  action  manual_review",
      "1. high-risk: did not match",
      "   ✗ risk_score greater_than 80    (risk_score is 12)",
      "2. small-claim: did not match",
      "   ✗ all",
      "     ✗ claim_amount less_than_or_equal 100000    (claim_amount is 100500)",
      "3. catch-all: decided",
      "   ✓ always",
      "Nearest change for approved, by rule small-claim:",
      "  claim_amount  100500 → 100000",
    ]);
  });

  it("names all wrong signals, for people and for machines", async () => {
    const wrong = ["--signal", "claim_amount=-1", "--signal", "risk_scor=5"];
    const { exitCode, notes } = await explain(claims, ...wrong);
    expect(exitCode).toBe(1);
    const codes = ["VAL-003", "VAL-007", "VAL-004", "VAL-004"];
    expect(notes.match(/(?<=^\[)VAL-\d{3}(?=\])/gm)).toEqual(codes);
    const { error } = JSON.parse((await explain(claims, ...wrong, "--json")).out) as {
      error: { problems: readonly { code: string; message: string }[] };
    };
    expect(error.problems.map(({ code }) => code)).toEqual(codes);
  });

  it("leaves out the rules that were not reached unless they are asked for", async () => {
    const brief = await explain(claims, ...signals(1, 95));
    expect(brief.out).toContain("  … 2 rules after it not reached; --all shows them");
    const all = await explain(claims, ...signals(1, 95), "--all");
    expect(all.out).toContain("2. small-claim: not reached\n   ✓ all\n     ✓ claim_amount");
  });

  it("looks for the decision that is asked for", async () => {
    expect((await explain(claims, ...signals(100_500, 79), "--to", "rejected")).out).toContain(
      "Nearest change for rejected, by rule high-risk:\n  risk_score  79 → 81",
    );
    expect((await explain(claims, ...signals(1, 1), "--to", "approved")).out).toContain(
      "It is approved already.",
    );
    expect(await explain(claims, ...signals(1, 1), "--to", "denied")).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-001]"),
    });
  });

  it("marks what is absent", async () => {
    const given = {
      agent_id: "a",
      vendor_id: "v",
      invoice_number: "i",
      amount: 60_000,
      currency: "EUR",
      vendor_verified: true,
      bank_details_changed: false,
      daily_total_after: 60_000,
      daily_limit: 200_000,
    };
    const file = join(folder, "payment.json");
    writeFileSync(file, JSON.stringify(given));
    const { out } = await explain(sampleFolder("agent-payment"), "--signals", file);
    expect(out).toContain("✗ confirmed_amount exists    (confirmed_amount is absent)");
    expect(out).toContain(
      "✗ confirmed_amount not_equals amount    (confirmed_amount is absent, amount is 60000)",
    );
  });

  it("answers an auditor years later, from the evidence alone", async () => {
    const evidence = join(folder, "evidence.json");
    const facts = { claim_amount: 5, risk_score: 90, vip_customer: true };
    writeFileSync(
      evidence,
      evidenceBytes({
        type: "parmana/evidence/v1",
        execution_id: "e-1",
        signals: facts,
        signalProvenance: {},
      }),
    );
    const { exitCode, out } = await explain(claims, "--evidence", evidence);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^REJECTED by rule high-risk/);
    expect(await explain(claims, "--evidence", evidence, ...signals(1, 1))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-001]"),
    });
    writeFileSync(evidence, encodeUtf8('{"type": "parmana/evidence/v2"}'));
    expect(await explain(claims, "--evidence", evidence)).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[INV-034]"),
    });
  });

  it("takes governed signals and decides on their values", async () => {
    const file = join(folder, "governed.json");
    const provenance = { source: "claims-db" };
    writeFileSync(
      file,
      JSON.stringify({ claim_amount: { value: 5, provenance }, risk_score: 1, vip_customer: true }),
    );
    expect((await explain(claims, "--signals", file)).out).toMatch(/^APPROVED by rule small-claim/);
  });

  it("tells machines all of it, rules that were not reached included", async () => {
    const { out } = await explain(claims, ...signals(1, 95), "--json");
    expect(parseStrict(out)).toMatchObject({
      policyId: "claims-approval",
      policyHash: expect.stringMatching(/^sha256:/),
      decision: { decision: "rejected", rule_id: "high-risk" },
      signals: { risk_score: 95 },
      rules: [
        { status: "decided", condition: { holds: true, text: "risk_score greater_than 80" } },
        { status: "not_reached" },
        { id: "catch-all" },
      ],
      nearest: { status: "found", changes: [{ signal: "risk_score", from: 95, to: 80 }] },
    });
  });

  it.each([
    ["VAL-004", ["--signal", "claim_amount=1"]],
    ["VAL-007", signals(1.5, 1)],
    ["VAL-003", [...signals(1, 1), "--signal", "colour=red"]],
  ])("refuses signals with %s as an execution would", async (code, words) => {
    expect(await explain(claims, ...words)).toMatchObject({
      exitCode: 1,
      notes: expect.stringMatching(new RegExp(`^\\[${code}\\] `)),
    });
  });

  it("asks for signals when there are none", async () => {
    expect(await explain(claims)).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-001]") });
  });

  it("shows the end of a long policy, where the decision was made", async () => {
    const rules = Array.from({ length: 100 }, (_, index) => ({
      id: `rule-${index}`,
      condition: { signal: "amount", equals: index },
      outcome: { decision: "approved", action: "pay", reason: "listed" },
    }));
    const directory = join(folder, "long/long/1.0.0");
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, "policy.json"),
      JSON.stringify({
        policyId: "long",
        policyVersion: "1.0.0",
        schemaVersion: "1.0.0",
        signalsSchema: { amount: { type: "integer", minimum: 0, maximum: 1_000 } },
        rules: [
          ...rules,
          {
            id: "catch-all",
            condition: { all: [] },
            outcome: { decision: "rejected", action: "none", reason: "not listed" },
          },
        ],
      }),
    );
    const { out } = await explain(directory, "--signal", "amount=90");
    expect(out).toContain("  … 61 rules before these did not match; --json has them all");
    expect(out).toContain("\n62. rule-61: did not match\n");
    expect(out).toContain("\n91. rule-90: decided\n");
    expect(out).toContain("  … 10 rules after it not reached; --all shows them");
  });
});
