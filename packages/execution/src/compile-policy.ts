import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { compileRules } from "./compile-rules.js";
import { compileReader, compileValidation } from "./compile-validation.js";
import type { DecisionResult } from "./decision-result.js";
import { generatePolicy } from "./generate-policy.js";
import type { IndexTerms } from "./rule-index.js";
import type { UntrustedSignals } from "./validate-read.js";

/** A policy that is ready to decide, any number of times. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** Decides for signals that `validateSignals` returned. @throws SYS-006 */
  evaluate(signals: SignalValues): DecisionResult;
  /**
   * Validates and decides in one pass that reads every property once. Members that are not enumerable, or have a symbol for
   * a name, are not looked at, where `validateSignals` refuses them: asking for them takes 20 times as long as deciding.
   * @throws GovernanceError VAL-003 to VAL-013, otherwise just as `validateSignals`; SYS-006
   */
  decide(signals: UntrustedSignals): DecisionResult;
}

/** How a policy is compiled. Nothing of it changes what is decided. */
export interface CompileTerms extends Partial<IndexTerms> {
  /** Whether to generate code where the platform lets us; true by default. */
  readonly generate?: boolean;
}

/** Compiles a policy: to generated code where the platform allows that, else to closures. @throws INV-055 */
export function compilePolicy(policy: Policy): CompiledPolicy {
  return compileWith(policy, {});
}

/** The same, on terms that only tests and measurements choose. */
export function compileWith(policy: Policy, { generate = true, ...index }: CompileTerms): CompiledPolicy {
  const rules = compileRules(policy, index);
  const { firstMatch } = rules;
  const read = compileReader(policy);
  const evaluate = (signals: SignalValues): DecisionResult => firstMatch(read(signals));
  const generated = generate ? generatePolicy(policy, rules, evaluate) : undefined;
  if (generated !== undefined) return Object.freeze({ policy, ...generated });
  const validate = compileValidation(policy);
  return Object.freeze({
    policy,
    evaluate,
    decide: (signals: UntrustedSignals) => firstMatch(validate(signals)),
  });
}
