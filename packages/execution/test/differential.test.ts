import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateSignals } from "@parmanasystems/governance";
import { compileWith, type CompileTerms } from "../src/compile-policy.js";
import { type DecisionResult, interpretPolicy } from "../src/index.js";
import { acceptedSignals, anySignals, type PolicySource, policySource, tableSource } from "./arbitraries.js";
import { errorOf } from "./code-of.js";
import { fuzzRuns } from "./fuzz-runs.js";

const signalsPerPolicy = 50;
// The long run of a million pairs takes minutes; 20,000 take seconds.
const timeoutMs = 30 * 60_000;

/** Every way to compile a policy: generated code or closures, with an index wherever there can be one or hardly ever. */
const ways: readonly CompileTerms[] = [
  { generate: true },
  { generate: false },
  { generate: true, leafRules: 1 },
  { generate: false, leafRules: 1 },
  // So little room that most ranges share a group with others.
  { generate: false, leafRules: 1, entriesPerRule: 1.5 },
];

function isSame(one: DecisionResult, other: DecisionResult): boolean {
  return (
    one.rule_id === other.rule_id &&
    one.decision === other.decision &&
    one.action === other.action &&
    one.reason === other.reason
  );
}

function withSignals(
  source: fc.Arbitrary<PolicySource>,
  signalsOf: (source: PolicySource) => fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<[PolicySource, Record<string, unknown>[]]> {
  const size = { minLength: signalsPerPolicy, maxLength: signalsPerPolicy };
  return source.chain((chosen) => fc.tuple(fc.constant(chosen), fc.array(signalsOf(chosen), size)));
}

describe("the compiled policy and the independent interpreter", () => {
  it.each([
    ["every policy", policySource],
    ["tables", tableSource],
  ])(
    "decide alike for %s and all signals that it accepts, however it is compiled",
    (_, source) => {
      fc.assert(
        fc.property(withSignals(source, acceptedSignals), ([{ policy }, many]) => {
          const compiled = ways.map((terms) => compileWith(policy, terms));
          for (const signals of many) {
            const validated = validateSignals(policy, signals);
            const expected = interpretPolicy(policy, validated);
            for (const way of compiled) {
              const results = [way.decide(signals), way.evaluate(validated), way.evaluate({ ...validated })];
              for (const result of results) {
                // expect() takes longer than everything else here together.
                if (!isSame(result, expected)) expect(result).toEqual(expected);
              }
            }
          }
        }),
        fuzzRuns(signalsPerPolicy),
      );
    },
    timeoutMs,
  );
});

describe("decide() and validateSignals", () => {
  it(
    "accept the same signals, and refuse the others with the same error",
    () => {
      fc.assert(
        fc.property(withSignals(policySource, anySignals), ([{ policy }, many]) => {
          const compiled = ways.slice(0, 2).map((terms) => compileWith(policy, terms));
          for (const signals of many) {
            const expected = errorOf(() => validateSignals(policy, signals));
            for (const way of compiled) {
              const found = errorOf(() => way.decide(signals));
              if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected);
            }
          }
        }),
        fuzzRuns(signalsPerPolicy),
      );
    },
    timeoutMs,
  );
});
