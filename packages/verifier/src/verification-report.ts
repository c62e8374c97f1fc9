import type { Level } from "./catalogue-entry.js";
import type { CheckId } from "./check-id.js";

export type CheckStatus = "pass" | "fail" | "not_checked";

export interface Check {
  readonly id: CheckId;
  readonly level: Level;
  readonly status: CheckStatus;
  /** Stable code of the finding. Present exactly when the check failed. */
  readonly code?: string;
  /** One plain sentence: what was found, or why nothing was looked at. */
  readonly detail: string;
}

export interface VerificationReport {
  readonly verdict: "verified" | "refused";
  /** The highest level of which every check holds, given that the levels below hold too. */
  readonly level: "none" | Level;
  /** Every check of the catalogue, in its order. */
  readonly checks: readonly Check[];
}
