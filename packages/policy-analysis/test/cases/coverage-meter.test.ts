import { validateSignals } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { describe, expect, it } from "vitest";
import { CoverageMeter } from "../../src/cases/coverage-meter.js";
import { claims, policyOf, rule } from "../policies.js";

const flags = { a: { type: "boolean" }, b: { type: "boolean" }, c: { type: "boolean" } };
const isTrue = (signal: string) => ({ signal, equals: true });

/** `/rules/0/condition/all/1 false` for each condition that was not seen so, `/rules/0` for a rule that never decided. */
function gapsAfter(
  policy: Parameters<typeof validateSignals>[0],
  ...inputs: readonly object[]
): readonly string[] {
  const meter = new CoverageMeter(policy);
  for (const input of inputs) meter.record(validateSignals(policy, input as SignalValues));
  return meter
    .gaps()
    .map((gap) =>
      gap.kind === "rule" ? gap.pointer : `${gap.pointer.replace("/condition", "")} ${String(gap.truth)}`,
    );
}

describe("Coverage", () => {
  it("counts every rule once and every condition twice", () => {
    expect(new CoverageMeter(claims()).total).toEqual({ rules: 3, conditions: 4 });
    expect(gapsAfter(claims())).toEqual([
      "/rules/0",
      "/rules/0 true",
      "/rules/0 false",
      "/rules/1",
      "/rules/1/all/0 true",
      "/rules/1/all/0 false",
      "/rules/2",
    ]);
  });

  it("sees nothing of the rules after the one that decides", () => {
    expect(gapsAfter(claims(), { risk: 81, amount: 1 })).toEqual([
      "/rules/0 false",
      "/rules/1",
      "/rules/1/all/0 true",
      "/rules/1/all/0 false",
      "/rules/2",
    ]);
  });

  it("is complete when every rule decided and every condition was seen both ways", () => {
    expect(
      gapsAfter(claims(), { risk: 81, amount: 1 }, { risk: 80, amount: 1 }, { risk: 80, amount: 1_001 }),
    ).toEqual([]);
  });

  it("asks as the evaluator does: all until one is false, any until one is true, not what is in it", () => {
    const all = policyOf(flags, [rule("r", { all: [isTrue("a"), isTrue("b")] })]);
    const neither = { a: false, b: false, c: false };
    expect(gapsAfter(all, { ...neither, a: true, b: true }, neither)).toEqual(["/rules/0/all/1 false"]);
    const any = policyOf(flags, [rule("r", { any: [isTrue("a"), isTrue("b")] })]);
    expect(gapsAfter(any, { ...neither, a: true, b: true }, neither)).toEqual(["/rules/0/any/1 true"]);
    const nested = policyOf(flags, [rule("r", { not: { any: [isTrue("a"), { not: isTrue("c") }] } })]);
    expect(gapsAfter(nested, neither, { ...neither, c: true })).toEqual(["/rules/0/not/any/0 true"]);
  });

  it("keeps apart what is written twice", () => {
    const policy = policyOf(flags, [rule("one", isTrue("a")), rule("two", { all: [isTrue("a")] })]);
    expect(gapsAfter(policy, { a: true, b: false, c: false }, { a: false, b: false, c: false })).toEqual([
      "/rules/1",
      "/rules/1/all/0 true",
    ]);
  });

  it("knows what it still lacks", () => {
    const policy = claims();
    const meter = new CoverageMeter(policy);
    const [rule0] = meter.gaps();
    if (rule0 === undefined) throw new Error("There must be a gap.");
    expect(meter.lacks(rule0)).toBe(true);
    meter.record(validateSignals(policy, { risk: 81, amount: 1 }));
    expect(meter.lacks(rule0)).toBe(false);
  });
});
