import type { SignalValues } from "@parmanasystems/provenance";

export type LintRule =
  | "unreachable-rule"
  | "overlap"
  | "redundant-condition"
  | "unread-signal"
  | "gap"
  | "unguarded-optional"
  | "number-signal"
  | "constant-decision";

/** Something about a policy that its author should look at. */
export interface Finding {
  readonly rule: LintRule;
  /** An error is never meant; a warning hardly ever is; a note may well be. */
  readonly severity: "error" | "warning" | "note";
  /** Where in policy.json, a JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** A full sentence. */
  readonly message: string;
  /** The rule of the policy that the finding is about. */
  readonly ruleId?: string;
  /** An input that shows it. */
  readonly signals?: SignalValues;
}
