/** L1 signature and trust, L2 policy and release, L3 audit log, L4 re-decision, or the votes of a resolution. */
export type Level = "L1" | "L2" | "L3" | "L4";

export interface CatalogueEntry {
  readonly id: string;
  readonly level: Level;
  /** False: the check may stay `not_checked` without holding back its level. Always an own member, so that a polluted prototype cannot waive a check. */
  readonly required: boolean;
  /** What it means when the check fails, in plain words; the finding follows after a colon. */
  readonly failure: string;
}
