import type { ExecutionAttestation } from "@parmanasystems/execution";
import { parsePolicy, type Policy } from "@parmanasystems/governance";
import { explainDecision, type Explanation } from "@parmanasystems/policy-analysis";
import { type Evidence, parseEvidence } from "@parmanasystems/provenance";
import type { CheckId } from "@parmanasystems/verifier";
import type { Case } from "./case.js";
import type { Judged } from "./judge-case.js";
import { unlessMalformed } from "./statement.js";

/** Something read from a file, and whether the report's checks bind it to the signed statement. */
export interface Shown<Value> {
  readonly value: Value;
  readonly isConfirmed: boolean;
}

/** Whether every one of these checks passed. */
export function holds({ report }: Pick<Judged<unknown>, "report">, ...ids: readonly CheckId[]): boolean {
  return ids.every((id) => report.checks.some((check) => check.id === id && check.status === "pass"));
}

/** L1 as a whole: only then somebody who is trusted says anything at all. */
export function isSigned({ report }: Pick<Judged<unknown>, "report">): boolean {
  return report.level !== "none";
}

export function shownPolicy(facts: Case, judged: Pick<Judged<unknown>, "report">): Shown<Policy> | undefined {
  const bytes = facts.bundle?.files.get("policy.json");
  const policy = bytes === undefined ? undefined : unlessMalformed(() => parsePolicy(bytes));
  if (policy === undefined) return undefined;
  const isConfirmed =
    isSigned(judged) && holds(judged, "bundle.authentic", "bundle.hash", "bundle.policy-hash");
  return { value: policy, isConfirmed };
}

export function shownEvidence(
  { evidence: bytes }: Case,
  judged: Judged<ExecutionAttestation>,
): Shown<Evidence> | undefined {
  const evidence = bytes === undefined ? undefined : unlessMalformed(() => parseEvidence(bytes));
  if (evidence === undefined) return undefined;
  const isConfirmed =
    isSigned(judged) &&
    holds(judged, "evidence.execution-id", "evidence.signals-hash", "evidence.signal-provenance-hash");
  return { value: evidence, isConfirmed };
}

/** Why the policy decides so on these signals; undefined when it does not accept them. */
export function explanationOf(
  policy: Shown<Policy> | undefined,
  evidence: Shown<Evidence> | undefined,
): Explanation | undefined {
  if (policy === undefined || evidence === undefined) return undefined;
  return unlessMalformed(() => explainDecision(policy.value, evidence.value.signals));
}
