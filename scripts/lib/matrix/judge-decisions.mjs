import { compilePolicy, interpretPolicy } from "../../../packages/execution/dist/index.js";
import { parsePolicy, validateSignals } from "../../../packages/governance/dist/index.js";
import { answerOf } from "./answer-of.mjs";

/** Decides one policy of the stored corpus on all its signals: compiled, compiled with validation, and interpreted. */
export function judgeDecisions({ policy: document, cases }) {
  const policy = parsePolicy(new TextEncoder().encode(JSON.stringify(document)));
  const compiled = compilePolicy(policy);
  return cases.map(({ signals }) =>
    [
      () => compiled.decide(signals),
      () => compiled.evaluate(validateSignals(policy, signals)),
      () => interpretPolicy(policy, validateSignals(policy, signals)),
    ]
      .map(answerOf)
      .join(" | "),
  );
}
