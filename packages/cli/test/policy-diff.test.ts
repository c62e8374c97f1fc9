import { rmSync } from "node:fs";
import { parseStrict } from "@parmanasystems/canonical";
import { afterAll, describe, expect, it } from "vitest";
import { type Edit, editedPolicy, sampleFolder, temporaryFolder } from "./policy-files.js";
import { parmana, parmanaWith } from "./run-parmana.js";

const folder = temporaryFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const claims = sampleFolder("claims-approval");
const diff = (...words: string[]) => parmana("policy", "diff", ...words);
const next = (name: string, policy: Edit) => editedPolicy(folder, name, { version: "1.1.0", policy });
const lowerLimit: Edit = (text) =>
  text.replace('"less_than_or_equal": 100000', '"less_than_or_equal": 90000');

describe("parmana policy diff", () => {
  it("finds what is decided differently, with signals that show it", async () => {
    const { exitCode, out } = await diff(claims, next("limit", lowerLimit));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^claims-approval@1\.0\.0 → claims-approval@1\.1\.0: 1 change of what is decided$/m);
    expect(out).toMatch(/^decision: approved by small-claim → pending_override by catch-all$/m);
    const amount = Number(/claim_amount +(\d+)$/m.exec(out)?.[1]);
    expect(amount).toBeGreaterThan(90_000);
    expect(amount).toBeLessThanOrEqual(100_000);
  });

  it("says so when nothing is, though the files differ", async () => {
    const reworded = next("reworded", (text) =>
      text.replace('"all": [{', '"any": [{').replace("Small insurance", "Smaller insurance"),
    );
    const { exitCode, out } = await diff(claims, reworded, "--exit-code");
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: "claims-approval@1.0.0 → claims-approval@1.1.0: every input is decided the same",
    });
  });

  it.each<[string, Edit, string]>([
    [
      "an action",
      (text) => text.replace('"action": "approve"', '"action": "pay"'),
      "action: approved by small-claim with action approve → approved by small-claim with action pay",
    ],
    [
      "a reason",
      (text) => text.replace('"reason": "small claim"', '"reason": "tiny claim"'),
      'reason: approved by small-claim because "small claim" → approved by small-claim because "tiny claim"',
    ],
    [
      "a range",
      (text) => text.replace('"maximum": 100,', '"maximum": 120,'),
      "changed: /signalsSchema/risk_score: ",
    ],
    [
      "a signal",
      (text) => text.replace('"vip_customer"', '"gold_customer"'),
      'removed: /signalsSchema/vip_customer: The signal "vip_customer" was removed.',
    ],
    [
      "the replay terms",
      (text) => text.replace('"identity": "fingerprint"', '"identity": "execution"'),
      "changed: /replay: ",
    ],
    ["the override terms", (text) => text.replace('"quorum": 1', '"quorum": 2'), "changed: /override: "],
  ])("says that %s changed, and ends with 1 when asked to", async (what, edit, line) => {
    const { exitCode, out } = await diff(
      claims,
      next(`changed-${what.replaceAll(" ", "-")}`, edit),
      "--exit-code",
    );
    expect(exitCode).toBe(1);
    expect(out.split("\n").some((each) => each.startsWith(line))).toBe(true);
  });

  it("shows values that only one version accepts", async () => {
    const wider = next("wider", (text) => text.replace('"maximum": 100,', '"maximum": 120,'));
    const narrower = next("narrower", (text) => text.replace('"maximum": 100,', '"maximum": 90,'));
    const valueIn = ({ out }: { out: string }, when: string) =>
      Number(new RegExp(`^ {4}accepted ${when} only: (\\d+)$`, "m").exec(out)?.[1]);
    const after = valueIn(await diff(claims, wider), "after");
    expect(after > 100 && after <= 120).toBe(true);
    const before = valueIn(await diff(claims, narrower), "before");
    expect(before > 90 && before <= 100).toBe(true);
  });

  it("tells machines", async () => {
    const { out } = await diff(claims, next("json", lowerLimit), "--json");
    expect(parseStrict(out)).toMatchObject({
      before: {
        policyId: "claims-approval",
        policyVersion: "1.0.0",
        policyHash: expect.stringMatching(/^sha256:/),
      },
      after: { policyVersion: "1.1.0" },
      same: false,
      complete: true,
      changes: [
        {
          kind: "decision",
          from: { decision: "approved", rule_id: "small-claim" },
          to: { decision: "pending_override", rule_id: "catch-all" },
          signals: { claim_amount: expect.any(Number), risk_score: expect.any(Number) },
        },
      ],
      schema: [],
    });
  });

  it("lets machines know when nothing differs", async () => {
    const { exitCode, out } = await diff(claims, claims, "--json", "--exit-code");
    expect(exitCode).toBe(0);
    expect(parseStrict(out)).toMatchObject({ same: true, complete: true, changes: [], schema: [] });
  });

  it("shows how far it has come where somebody watches, and leaves no trace of it", async () => {
    const shown: string[] = [];
    await parmanaWith({ progress: (text) => shown.push(text) }, "policy", "diff", claims, claims);
    expect(shown.at(-1)).toBe("");
  });

  it("refuses a policy that does not load, on either side", async () => {
    const broken = next("broken", () => "{");
    for (const words of [
      [claims, broken],
      [broken, claims],
    ]) {
      expect(await diff(...words)).toMatchObject({
        exitCode: 1,
        notes: expect.stringContaining("[POL-002]"),
      });
    }
  });
});
