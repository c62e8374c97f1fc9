import type { Level, VerificationReport } from "@parmanasystems/verifier";
import { isRequired } from "./headline.js";

export type RungState = "holds" | "failed" | "not_checked" | "not_reached";

export interface Rung {
  readonly level: Level;
  readonly state: RungState;
}

const levels = ["L1", "L2", "L3", "L4"] as const satisfies readonly Level[];

/** How each level stands. One holds only up to the level that the report reached: above a gap, nothing counts. */
export function rungsOf({ level: reached, checks }: VerificationReport): readonly Rung[] {
  return levels.map((level) => {
    const own = checks.filter((check) => check.level === level);
    if (own.some(({ status }) => status === "fail")) return { level, state: "failed" };
    const isUnmade = own.some((check) => check.status === "not_checked" && isRequired(check));
    if (isUnmade) return { level, state: "not_checked" };
    return { level, state: reached !== "none" && level <= reached ? "holds" : "not_reached" };
  });
}
