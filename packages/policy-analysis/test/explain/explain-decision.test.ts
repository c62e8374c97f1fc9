import { compilePolicy } from "@parmanasystems/execution";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainDecision, type ExplainedCondition } from "../../src/explain/explain-decision.js";
import { reasonsFor, spellReason } from "../../src/explain/reasons-for.js";
import { claims, policyOf, rule } from "../policies.js";
import { refusalOf } from "../refusal-of.js";

const flags = { a: { type: "boolean" }, b: { type: "boolean" }, c: { type: "boolean", optional: true } };
const isTrue = (signal: string) => ({ signal, equals: true });

describe("The explanation of a decision", () => {
  it("says of every rule what became of it, and of every condition whether it holds and on what", () => {
    const { decision, rules, signals } = explainDecision(claims(), { risk: 10, amount: 2_000 });
    expect(decision).toMatchObject({ decision: "pending_override", rule_id: "catch-all" });
    expect({ ...signals }).toEqual({ amount: 2_000, risk: 10 });
    expect(rules.map(({ id, status }) => [id, status])).toEqual([
      ["high-risk", "did_not_match"],
      ["small", "did_not_match"],
      ["catch-all", "decided"],
    ]);
    expect(rules[0]?.condition).toEqual({
      kind: "leaf",
      holds: false,
      pointer: "/rules/0/condition",
      text: "risk greater_than 80",
      reads: [{ signal: "risk", value: 10 }],
    });
    expect(rules[1]?.condition).toMatchObject({
      kind: "all",
      holds: false,
      conditions: [{ holds: false, pointer: "/rules/1/condition/all/0" }],
    });
    expect(rules[2]?.condition).toEqual({ kind: "all", holds: true, conditions: [] });
  });

  it("shows the rules that were not reached, too", () => {
    const { rules } = explainDecision(claims(), { risk: 90, amount: 10 });
    expect(rules.map(({ status }) => status)).toEqual(["decided", "not_reached", "not_reached"]);
    expect(rules[1]?.condition.holds).toBe(true);
  });

  it("tells what is absent from what is there, on both sides of a comparison", () => {
    const policy = policyOf({ ...flags, d: { type: "boolean" } }, [
      rule("r", {
        any: [
          { signal: "c", equals: { signal: "d" } },
          { signal: "c", exists: false },
        ],
      }),
    ]);
    const { rules } = explainDecision(policy, { a: true, b: true, d: false });
    expect(rules[0]?.condition).toMatchObject({
      kind: "any",
      holds: true,
      conditions: [
        { text: "c equals d", holds: false, reads: [{ signal: "c" }, { signal: "d", value: false }] },
        { text: "c is absent", holds: true, reads: [{ signal: "c" }] },
      ],
    });
  });

  it("refuses signals as the runtime does", () => {
    expect(refusalOf(() => explainDecision(claims(), { risk: 10 })).code).toBe("VAL-004");
    expect(refusalOf(() => explainDecision(claims(), { risk: 10.5, amount: 1 })).code).toBe("VAL-007");
  });
});

describe("The reasons for a condition", () => {
  const condition = { any: [{ all: [isTrue("a"), isTrue("b")] }, { not: isTrue("a") }] };
  const policy = policyOf({ a: flags.a, b: flags.b }, [rule("r", condition)]);
  const textsFor = (a: boolean, b: boolean) => {
    const explained = explainDecision(policy, { a, b }).rules[0]?.condition;
    return explained === undefined ? [] : reasonsFor(explained).map(spellReason);
  };

  it("are the ones that settle it", () => {
    expect(textsFor(true, true)).toEqual([
      "a equals true is true: a is true",
      "b equals true is true: b is true",
    ]);
    expect(textsFor(false, true)).toEqual(["a equals true is false: a is false"]);
    expect(textsFor(true, false)).toEqual([
      "b equals true is false: b is false",
      "a equals true is true: a is true",
    ]);
  });

  it("keep its truth as long as they stay, whatever the others are", () => {
    const leaf = fc.constantFrom("a", "b", "c").map(isTrue);
    const { tree } = fc.letrec<{ tree: object }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("tree"), { maxLength: 3 }).map((all) => ({ all })),
        fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
        tie("tree").map((not) => ({ not })),
      ),
    }));
    const signals = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });
    const schema = { a: flags.a, b: flags.b, c: flags.a };
    fc.assert(
      fc.property(tree, signals, signals, (given, present, others) => {
        const tried = policyOf(schema, [rule("r", given as never)]);
        const [explained] = explainDecision(tried, present).rules;
        if (explained === undefined) throw new Error("There must be a rule.");
        const read = new Set(
          reasonsFor(explained.condition).flatMap(({ reads }) => reads.map(({ signal }) => signal)),
        );
        const changed = { ...others };
        for (const name of ["a", "b", "c"] as const) if (read.has(name)) changed[name] = present[name];
        const holds = compilePolicy(tried).decide(changed).rule_id === "r";
        expect(holds).toBe(explained.condition.holds);
        expect(leavesOf(explained.condition).every(({ kind }) => kind === "leaf")).toBe(true);
      }),
    );
  });
});

function leavesOf(condition: ExplainedCondition): readonly ExplainedCondition[] {
  return condition.kind === "leaf" ? [condition] : condition.conditions.flatMap(leavesOf);
}
