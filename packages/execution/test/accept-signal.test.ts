import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateSignals } from "@parmanasystems/governance";
import { acceptSignal } from "../src/accept-signal.js";
import { anySignals, policySource } from "./arbitraries.js";
import { codeOf } from "./code-of.js";

describe("acceptSignal", () => {
  // decide() would not show it if this were too strict: what it does not accept, validateSignals decides.
  it("accepts of every type exactly the values that validateSignals accepts", () => {
    const cases = policySource.chain((source) =>
      fc.tuple(fc.constant(source), fc.array(anySignals(source), { minLength: 10, maxLength: 10 })),
    );
    fc.assert(
      fc.property(cases, ([source, many]) => {
        const { policy } = source;
        for (const [name, declaration] of policy.signals) {
          const accepts = acceptSignal(declaration);
          const only = { ...policy, signals: new Map([[name, declaration]]) };
          const candidates = [
            ...(source.signals.get(name)?.values ?? []),
            ...many.flatMap((signals) => Object.values(signals)),
          ];
          for (const value of candidates) {
            const code = codeOf(() => validateSignals(only, Object.fromEntries([[name, value]])));
            expect(accepts(value)).toBe(code === undefined);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
