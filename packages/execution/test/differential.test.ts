import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateSignals } from "@parmanasystems/governance";
import { compilePolicy, interpretPolicy } from "../src/index.js";
import { acceptedSignals, anySignals, fuzzRuns, policySource } from "./arbitraries.js";
import { codeOf } from "./code-of.js";
import { policyOf } from "./fixtures.js";

const signalsPerPolicy = 20;
// The long run of a million pairs takes minutes; 20,000 take a second.
const timeoutMs = 30 * 60_000;

describe("the compiled policy and the independent interpreter", () => {
  it(
    "decide alike for every policy and all signals that it accepts",
    () => {
      const cases = policySource.chain((source) =>
        fc.tuple(
          fc.constant(source),
          fc.array(acceptedSignals(source), { minLength: signalsPerPolicy, maxLength: signalsPerPolicy }),
        ),
      );
      fc.assert(
        fc.property(cases, ([{ document }, many]) => {
          const policy = policyOf(document);
          const compiled = compilePolicy(policy);
          for (const signals of many) {
            const validated = validateSignals(policy, signals);
            const expected = interpretPolicy(policy, validated);
            expect(compiled.evaluate(validated)).toEqual(expected);
            expect(compiled.decide(signals)).toEqual(expected);
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
    "accept the same signals, and refuse the others with the same code",
    () => {
      const cases = policySource.chain((source) =>
        fc.tuple(
          fc.constant(source),
          fc.array(anySignals(source), { minLength: signalsPerPolicy, maxLength: signalsPerPolicy }),
        ),
      );
      fc.assert(
        fc.property(cases, ([{ document }, many]) => {
          const policy = policyOf(document);
          const compiled = compilePolicy(policy);
          for (const signals of many) {
            const expected = codeOf(() => validateSignals(policy, signals));
            expect(codeOf(() => compiled.decide(signals))).toBe(expected);
          }
        }),
        fuzzRuns(signalsPerPolicy),
      );
    },
    timeoutMs,
  );
});
