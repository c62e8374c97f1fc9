import { lintPolicy, type LintReport } from "@parmanasystems/policy-analysis";
import type { Output } from "./output.js";
import { placeOf, type PolicySource } from "./policy-source.js";
import { countOf } from "./policy-terms.js";
import { withProgress } from "./progress.js";

/** More lines than this help nobody; --json has them all. */
const SHOWN_FINDINGS = 100;

/** What is said where lint did not get to the end. */
export const INCOMPLETE =
  "Some questions about this policy were too large to answer; there may be more to find.";

export async function lintSource({ policy }: PolicySource, output: Output): Promise<LintReport> {
  return withProgress(output, "Checking", (onProgress) => lintPolicy(policy, { onProgress }));
}

/** `policy.json:12:5: warning unread-signal (/signalsSchema/vip): …`, the worst first. */
export function describeFindings(source: PolicySource, { findings }: LintReport): readonly string[] {
  const sorted = (["error", "warning", "note"] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const lines = sorted
    .slice(0, SHOWN_FINDINGS)
    .map(({ severity, rule, pointer, message }) =>
      [`${placeOf(source, pointer)}: ${severity} ${rule} (${pointer})`, message].join(": "),
    );
  const rest = sorted.length - lines.length;
  return rest === 0 ? lines : [...lines, `… and ${countOf(rest, "more finding")}; --json has them all`];
}
