import type { ExecutionAttestation, ResolutionAttestation } from "@parmanasystems/execution";
import {
  type Check,
  checkCatalogue,
  resolutionCatalogue,
  type RequiredLevel,
} from "@parmanasystems/verifier";
import type { Judged, Judgement } from "./judge-case.js";

export type Tone = "holds" | "unsafe" | "refused";

/** The verdict in words. Only `holds` is a verdict in favour. */
export interface Headline {
  readonly tone: Tone;
  readonly verdict: string;
  readonly sentence: string;
}

/** One verdict for all that was judged: the worse of two counts. */
export function headlineOf({ attestation, resolution, terms }: Judgement): Headline {
  const judged = [attestation, resolution].filter((one) => one !== undefined);
  const refused = judged.filter(({ report }) => report.verdict !== "verified");
  if (judged.length === 0 || refused.length > 0) {
    const failed = refused.flatMap(({ report }) => report.checks).filter(({ status }) => status === "fail");
    return { tone: "refused", verdict: "Refused", sentence: refusal(failed.length, refused) };
  }
  const level = [...new Set(judged.map(({ report }) => report.level))].join(" and ");
  if (terms.isUnsafe) {
    return {
      tone: "unsafe",
      verdict: "Not confirmed",
      sentence: `The files agree with each other up to level ${level}, but nobody you know vouches for them: the root key came with them.`,
    };
  }
  return {
    tone: "holds",
    verdict: `Verified at level ${level}`,
    sentence: [
      `Everything that level ${level} takes holds, from the root key that you trust down.`,
      ...limits(judged),
    ].join(" "),
  };
}

/** What the level reached leaves open. */
function limits(judged: readonly Judged<unknown>[]): readonly string[] {
  if (judged.every(({ report }) => report.level === "L4")) return [];
  return ["That the policy really decides so is not shown: that takes level L4."];
}

/** Failed checks, then those that are missing for what was demanded. */
export function decisiveChecks({ report: { checks }, requiredLevel }: Judged<unknown>): readonly Check[] {
  const failed = checks.filter(({ status }) => status === "fail");
  return [...failed, ...checks.filter((check) => isMissing(check, requiredLevel))];
}

/** Why checks were not made that the verdict did not need, each reason once. */
export function unmadeReasons({ report, requiredLevel }: Judged<unknown>): readonly string[] {
  const unmade = report.checks.filter(
    (check) => check.status === "not_checked" && !isMissing(check, requiredLevel),
  );
  return [...new Set(unmade.map(({ detail }) => detail.replace(/^Not checked: |\.$/g, "")))];
}

function refusal(failed: number, refused: readonly Judged<unknown>[]): string {
  if (failed > 0) {
    return `${countOf(failed, "check")} failed. Do not rely on what these files claim.`;
  }
  const [first] = refused;
  const missing = first?.report.checks.filter((check) => isMissing(check, first.requiredLevel)).length ?? 0;
  return `Nothing failed, but material for ${countOf(missing, "check")} that level ${first?.requiredLevel ?? "L1"} takes is missing.`;
}

const requiredIds: ReadonlySet<string> = new Set(
  [...checkCatalogue, ...resolutionCatalogue].filter(({ required }) => required).map(({ id }) => id),
);

export function isRequired({ id }: Check): boolean {
  return requiredIds.has(id);
}

/** Whether it was not made, and the level cannot be reached without it. Only L3 itself needs the log. */
function isMissing(check: Check, requiredLevel: RequiredLevel): boolean {
  if (check.status !== "not_checked" || !isRequired(check)) return false;
  return check.level <= requiredLevel && (check.level !== "L3" || requiredLevel === "L3");
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What the attestation claims, as a sentence. */
export function claimOf({
  execution_id,
  decision,
  rule_id,
  policyId,
  policyVersion,
}: ExecutionAttestation): string {
  const outcome = decision === "pending_override" ? "left to people" : decision;
  return `Execution ${execution_id} was ${outcome} by rule ${rule_id} of policy ${policyId} ${policyVersion}.`;
}

/** What the resolution claims, as a sentence. */
export function endOf({ execution_id, resolution, approvals }: ResolutionAttestation): string {
  return `Execution ${execution_id}, which was left to people, ended as ${resolution} with ${countOf(approvals, "approval")}.`;
}
