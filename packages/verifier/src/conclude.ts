import { checkCatalogue, type Level } from "./check-catalogue.js";
import type { RequiredLevel } from "./verification-material.js";
import type { Check, VerificationReport } from "./verification-report.js";

/** L3 is reported, and a failure in it refuses, but L4 does not wait for it: re-decision needs no log. */
const ladder = ["L1", "L2", "L4"] as const satisfies readonly RequiredLevel[];

const requiredById: ReadonlyMap<string, boolean> = new Map(checkCatalogue.map(({ id, required }) => [id, required]));

/** Verified only if nothing failed, on any level, and every required check of the required level and below passed. */
export function conclude(checks: readonly Check[], requiredLevel: RequiredLevel): VerificationReport {
  const level = levelReached(checks);
  const nothingFailed = checks.every(({ status }) => status !== "fail");
  const verified = nothingFailed && ladder.slice(0, ladder.indexOf(requiredLevel) + 1).every((needed) => holds(checks, needed));
  return Object.freeze({ verdict: verified ? "verified" : "refused", level, checks });
}

function levelReached(checks: readonly Check[]): "none" | Level {
  let reached: "none" | Level = "none";
  for (const level of ["L1", "L2", "L3", "L4"] as const) {
    if (holds(checks, level)) reached = level;
    // Unproven log membership does not lower what re-decision shows; a disproof does.
    else if (level !== "L3" || checks.some((check) => check.level === "L3" && check.status === "fail")) return reached;
  }
  return reached;
}

function holds(checks: readonly Check[], level: Level): boolean {
  return checks.every((check) => check.level !== level || check.status === "pass" || (check.status === "not_checked" && requiredById.get(check.id) === false));
}
