import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { compileCondition } from "./compile-condition.js";
import { compileReader, compileValidation, type UntrustedSignals } from "./compile-validation.js";
import { type DecisionResult, resultOf } from "./decision-result.js";
import { ExecutionError } from "./errors.js";
import { type Slots, slotsOf, type Test } from "./slots.js";

/** A policy that is ready to decide, any number of times. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** Decides for signals that `validateSignals` returned. @throws SYS-006 */
  evaluate(signals: SignalValues): DecisionResult;
  /**
   * Validates and decides in one pass that reads every property once.
   * @throws GovernanceError VAL-003 to VAL-012 just as `validateSignals`; SYS-006
   */
  decide(signals: UntrustedSignals): DecisionResult;
}

/** Compiles a policy to closures. No code is generated, so a strict CSP allows it. @throws INV-055 */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const firstMatch = compileRules(policy);
  const read = compileReader(policy);
  const validate = compileValidation(policy);
  return Object.freeze({
    policy,
    evaluate: (signals: SignalValues) => firstMatch(read(signals)),
    decide: (signals: UntrustedSignals) => firstMatch(validate(signals)),
  });
}

interface CompiledRule {
  readonly matches: Test;
  readonly result: DecisionResult;
}

function compileRules(policy: Policy): (values: Slots) => DecisionResult {
  const slots = slotsOf(policy);
  const rules = policy.rules.map((rule): CompiledRule => ({
    matches: compileCondition(rule.condition, slots),
    result: resultOf(rule),
  }));
  return (values) => {
    for (const rule of rules) if (rule.matches(values)) return rule.result;
    throw new ExecutionError("SYS-006", "No rule of the policy matches these signals.");
  };
}
