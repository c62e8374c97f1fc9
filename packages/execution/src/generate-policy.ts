import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import type { CompiledRules } from "./compile-rules.js";
import { type UntrustedSignals, validateRead } from "./validate-read.js";
import type { DecisionResult } from "./decision-result.js";
import { generateRules } from "./generate-rules.js";
import { generateValidation } from "./generate-validation.js";
import { GeneratedConstants, variable } from "./generated-constants.js";

/** Above, telling names apart one by one takes longer than looking them up (measured on V8 11.3). */
const MAX_SIGNALS = 32;

export interface GeneratedPolicy {
  readonly decide: (signals: UntrustedSignals) => DecisionResult;
  readonly evaluate: (signals: SignalValues) => DecisionResult;
}

/** Once refused, code generation is not tried again: each attempt would be reported as a violation of the page's policy. */
let isRefused = false;

/**
 * The policy as generated code; undefined where the platform refuses to generate any, and for policies with many signals.
 * `evaluate` serves what the code does not. @throws INV-055
 */
export function generatePolicy(
  policy: Policy,
  rules: CompiledRules,
  evaluate: (signals: SignalValues) => DecisionResult,
): GeneratedPolicy | undefined {
  if (isRefused || policy.signals.size > MAX_SIGNALS) return undefined;
  const constants = new GeneratedConstants();
  const source = sourceOf(policy, rules, evaluate, constants);
  try {
    // ADR 10: the source holds numbers, booleans and names of our making, and nothing else of the policy.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const make = new Function(
      "constants",
      `"use strict";\n${constants.declarations()}\n${source}`,
    ) as Factory;
    return make(constants.values);
  } catch (error) {
    isRefused = !(error instanceof SyntaxError);
    return undefined;
  }
}

type Factory = (constants: readonly unknown[]) => GeneratedPolicy;

function sourceOf(
  policy: Policy,
  rules: CompiledRules,
  evaluate: (signals: SignalValues) => DecisionResult,
  constants: GeneratedConstants,
): string {
  const names = [...policy.signals.keys()];
  const variables = Array.from(names.keys(), (index) => variable(index)).join(", ");
  const validation = generateValidation(policy, constants, (signals, begun, values, listed) => {
    const read = new Map<string | symbol, unknown>();
    for (const [index, name] of names.entries())
      if (index < begun && listed[index] === true) read.set(name, values[index]);
    return evaluate(validateRead(policy, signals, read));
  });
  // What has a prototype is left to code that asks of every member whether it is the object's own.
  const members = names.map((name) => `signals[${constants.refer(name)}]`).join(", ");
  return `function firstMatch(${variables}) {
    ${generateRules(policy, rules, constants)}
  }
  return {
    decide(signals) {
      ${validation}
      return firstMatch(${variables});
    },
    evaluate(signals) {
      if (Object.getPrototypeOf(signals) !== null) return ${constants.refer(evaluate)}(signals);
      return firstMatch(${members});
    }
  };`;
}
