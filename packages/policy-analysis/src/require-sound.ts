import { PolicyAnalysisError } from "./errors.js";
import type { LintReport } from "./lint/lint-policy.js";

/** Warnings and notes are for people to judge; an error is not. @throws PolicyAnalysisError POL-067 */
export function requireSound({ findings }: LintReport): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  throw new PolicyAnalysisError(
    "POL-067",
    `The policy has ${errors.length} ${errors.length === 1 ? "error" : "errors"}, the first at ${first.pointer}: ${first.message}`,
    { details: { pointer: first.pointer, rule: first.rule } },
  );
}
