import { interpretPolicy } from "@parmanasystems/execution";
import { describe, expect, it } from "vitest";
import { diffPolicies } from "../../src/diff/diff-policies.js";
import { chooseSignals, Dice, type KindName, policyOf, type Style, tinyPolicy } from "../tiny-policies.js";

const rounds = Number(process.env["PARMANA_FUZZ_RUNS"] ?? 200);
const seed = Number(process.env["PARMANA_FUZZ_SEED"] ?? 1);

const families: Readonly<Record<string, readonly KindName[]>> = {
  "booleans, integers and enums": ["boolean", "integer", "narrow", "enum", "otherEnum"],
  "decimals, doubles, dates and timestamps": ["decimal", "coarse", "number", "date", "timestamp"],
  texts: ["string", "letter"],
  lists: ["list", "shortList", "boolean", "narrow"],
};

describe("diffPolicies, held against every input of small policies", () => {
  it.each(Object.entries(families))("finds every pair of rules that differ, for %s", (_name, kinds) => {
    const style: Style = { kinds, signals: kinds.includes("string") ? 2 : 3, rules: 4, depth: 2 };
    for (let round = 0; round < rounds; round += 1) {
      const dice = new Dice(seed * 7_919 + round);
      const signals = chooseSignals(dice, style);
      const before = tinyPolicy(dice, style, signals);
      const after = tinyPolicy(dice, style, signals);
      const expected = new Set<string>();
      for (const input of before.inputs) {
        const from = interpretPolicy(before.policy, input);
        const to = interpretPolicy(after.policy, input);
        if (from.decision !== to.decision) expected.add(`${from.rule_id} ${to.rule_id}`);
      }
      const diff = diffPolicies(before.policy, after.policy);
      const found = diff.changes.map(({ from, to }) => `${from.rule_id} ${to.rule_id}`);
      expect({ round, complete: diff.complete, found: found.sort() }).toEqual({
        round,
        complete: true,
        found: [...expected].sort(),
      });
      expect(diff.schema).toEqual([]);
      for (const { from, to, signals: input } of diff.changes) {
        expect(interpretPolicy(before.policy, input)).toEqual(from);
        expect(interpretPolicy(after.policy, input)).toEqual(to);
      }
    }
  });
});

const outcome = { decision: "approved", action: "pay", reason: "small" };
const otherwise = { decision: "rejected", action: "stop", reason: "large" };

function amountPolicy(limit: number, more: Readonly<Record<string, unknown>> = {}, signals = {}) {
  return policyOf({
    policyId: "amount",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { amount: { type: "integer", minimum: 0, maximum: 1_000_000 }, ...signals },
    rules: [
      { id: "small", condition: { signal: "amount", less_than: limit }, outcome },
      { id: "catch-all", condition: { all: [] }, outcome: otherwise },
    ],
    ...more,
  });
}

describe("diffPolicies", () => {
  it("says nothing of a policy beside itself", () => {
    expect(diffPolicies(amountPolicy(100), amountPolicy(100))).toMatchObject({
      changes: [],
      schema: [],
      complete: true,
    });
  });

  it("finds the one input between two limits that stand side by side", () => {
    const { changes, complete } = diffPolicies(amountPolicy(500_000), amountPolicy(500_001));
    expect(complete).toBe(true);
    expect(changes).toMatchObject([
      {
        kind: "decision",
        from: { rule_id: "catch-all" },
        to: { rule_id: "small" },
        signals: { amount: 500_000 },
      },
    ]);
  });

  it("tells a changed action and a changed reason from a changed decision", () => {
    const changed = (member: string) =>
      amountPolicy(100, {
        rules: [
          {
            id: "small",
            condition: { signal: "amount", less_than: 100 },
            outcome: { ...outcome, [member]: "other" },
          },
          { id: "catch-all", condition: { all: [] }, outcome: otherwise },
        ],
      });
    expect(diffPolicies(amountPolicy(100), changed("action")).changes).toMatchObject([{ kind: "action" }]);
    expect(diffPolicies(amountPolicy(100), changed("reason")).changes).toMatchObject([{ kind: "reason" }]);
  });

  it("names signals that came, went or changed, each with a value that only one version accepts", () => {
    const wider = { amount: { type: "integer", minimum: 0, maximum: 2_000_000 } };
    const { schema } = diffPolicies(
      amountPolicy(100, {}, { gone: { type: "boolean" } }),
      amountPolicy(100, { replay: { identity: "execution" } }, { ...wider, came: { type: "date" } }),
    );
    expect(schema.map(({ kind, pointer }) => `${kind} ${pointer}`)).toEqual([
      "changed /signalsSchema/amount",
      "removed /signalsSchema/gone",
      "added /signalsSchema/came",
      "changed /replay",
    ]);
    expect(schema[0]?.onlyBefore).toBeUndefined();
    expect(schema[0]?.onlyAfter).toBeGreaterThan(1_000_000);
  });

  it("reports changed override terms", () => {
    const terms = { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 60 };
    const one = amountPolicy(100, { override: terms });
    const two = amountPolicy(100, { override: { ...terms, quorum: 2 } });
    expect(diffPolicies(one, two).schema).toMatchObject([{ kind: "changed", pointer: "/override" }]);
    expect(diffPolicies(amountPolicy(100), one).schema).toMatchObject([
      { kind: "added", pointer: "/override" },
    ]);
  });

  it("tells how far it is", () => {
    const seen: string[] = [];
    diffPolicies(amountPolicy(1), amountPolicy(2), {
      onProgress: (done, total) => {
        seen.push(`${String(done)}/${String(total)}`);
      },
    });
    expect(seen).toEqual(["1/2", "2/2"]);
  });
});
