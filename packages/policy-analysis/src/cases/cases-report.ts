import type { DecisionResult } from "@parmanasystems/execution";
import type { SignalValues } from "@parmanasystems/provenance";
import type { Coverage } from "./coverage.js";
import type { PolicyCase } from "./policy-cases.js";

export interface CasesReport {
  /** Every case passed, and at least the required shares are covered. */
  readonly passed: boolean;
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
}

export interface CaseResult {
  readonly case: PolicyCase;
  readonly actual: CaseOutcome;
  /** The first that matters; a case without one passed. */
  readonly difference?: Difference;
}

export type CaseOutcome =
  | { readonly kind: "decided"; readonly result: DecisionResult; readonly signals: SignalValues }
  | { readonly kind: "refused"; readonly code: string; readonly signal?: string; readonly message: string };

export interface Difference {
  readonly member: "decision" | "rule" | "action" | "reason" | "refused" | "signal";
  readonly expected: string;
  /** "none" where there is nothing of the kind. */
  readonly actual: string;
}
