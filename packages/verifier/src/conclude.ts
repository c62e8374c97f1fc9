import type { CheckId } from "./check-id.js";
import type { Level } from "./catalogue-entry.js";
import { checkCatalogue } from "./check-catalogue.js";
import { resolutionCatalogue } from "./resolution-catalogue.js";
import type { RequiredLevel } from "./verification-material.js";
import type { Check, VerificationReport } from "./verification-report.js";

const levels = ["L1", "L2", "L3", "L4"] as const satisfies readonly Level[];
const requiredIds: ReadonlySet<string> = new Set(
  [...checkCatalogue, ...resolutionCatalogue].filter(({ required }) => required).map(({ id }) => id),
);

/**
 * Verified only if nothing failed, on any level, and every required check of the required level and below passed,
 * and so did what was asked for by its own option.
 */
export function conclude(
  checks: readonly Check[],
  requiredLevel: RequiredLevel,
  asked: readonly CheckId[],
): VerificationReport {
  const failed = new Set<Level>();
  const unproven = new Set<Level>();
  for (const { id, level, status } of checks) {
    if (status === "fail") failed.add(level);
    if (status === "not_checked" && requiredIds.has(id)) unproven.add(level);
  }
  // Re-decision needs no log: unless L3 itself is required, an unproven log neither lowers L4 nor refuses. A disproved one does both.
  const waived = (level: Level): boolean => level === "L3" && requiredLevel !== "L3";
  const passable = (level: Level): boolean => !failed.has(level) && (waived(level) || !unproven.has(level));
  const firstImpassable = levels.findIndex((level) => !passable(level));
  const reached = levels.slice(0, firstImpassable === -1 ? levels.length : firstImpassable);
  const unanswered = checks.some(({ id, status }) => status !== "pass" && asked.includes(id));
  const verified = failed.size === 0 && reached.includes(requiredLevel) && !unanswered;
  return Object.freeze({
    verdict: verified ? "verified" : "refused",
    level: reached.findLast((level) => !unproven.has(level)) ?? "none",
    checks,
  });
}
