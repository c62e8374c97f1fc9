import type { DecisionResult } from "@parmanasystems/execution";
import {
  type Change,
  type ChangeKind,
  diffPolicies,
  type PolicyDiff,
  type SchemaChange,
  spellValue,
} from "@parmanasystems/policy-analysis";
import type { SignalValues } from "@parmanasystems/provenance";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { columns, type Output, print } from "../output.js";
import { type PolicySource, readPolicySource } from "../policy-source.js";
import { countOf } from "../policy-terms.js";
import { withProgress } from "../progress.js";

export interface PolicyDiffOptions {
  /** Say by the exit code whether anything differs, as `git diff --exit-code` does. */
  readonly exitCode?: boolean;
  readonly json?: boolean;
}

/** `parmana policy diff`: what two policies decide differently, each with an input that shows it. */
export async function policyDiffCommand(
  before: string,
  after: string,
  options: PolicyDiffOptions,
  output: Output,
): Promise<ExitCode> {
  const one = await readPolicySource(before);
  const other = await readPolicySource(after);
  const diff = await withProgress(output, "Comparing", (onProgress) =>
    diffPolicies(one.policy, other.policy, { onProgress }),
  );
  const same = diff.complete && diff.changes.length === 0 && diff.schema.length === 0;
  const { changes, schema, complete } = diff;
  print(
    output,
    options.json,
    { before: nameOf(one), after: nameOf(other), same, complete, changes, schema },
    describeDiff(one, other, diff),
  );
  return options.exitCode === true && !same ? exitCodes.refused : exitCodes.done;
}

function nameOf({ policy: { policyId, policyVersion, policyHash } }: PolicySource): object {
  return { policyId, policyVersion, policyHash };
}

/** More than these are for machines. */
const SHOWN_CHANGES = 50;

function describeDiff(one: PolicySource, other: PolicySource, diff: PolicyDiff): readonly string[] {
  const { changes, schema, complete } = diff;
  const shown = changes.slice(0, SHOWN_CHANGES);
  const rest = changes.length - shown.length;
  return [
    `${titleOf(one)} → ${titleOf(other)}: ${summaryOf(diff)}`,
    ...shown.flatMap(describeChange),
    ...(rest > 0 ? [`… and ${countOf(rest, "more change")}; --json has them all`] : []),
    ...schema.flatMap(describeSchemaChange),
    ...(complete ? [] : ["Some questions were too large to answer: there may be more that differs."]),
  ];
}

function titleOf({ policy: { policyId, policyVersion } }: PolicySource): string {
  return `${policyId}@${policyVersion}`;
}

function summaryOf({ changes, schema, complete }: PolicyDiff): string {
  const counts = [
    ...(changes.length > 0 ? [countOf(changes.length, "change") + " of what is decided"] : []),
    ...(schema.length > 0 ? [countOf(schema.length, "change") + " of signals and terms"] : []),
  ];
  if (counts.length > 0) return counts.join(", ");
  return complete ? "every input is decided the same" : "no difference was found";
}

/** From and to, then an input for which it is so. */
function describeChange({ kind, from, to, signals, signalsAfter }: Change): readonly string[] {
  return [
    `${kind}: ${describeOutcome(kind, from)} → ${describeOutcome(kind, to)}`,
    ...describeSignals(signals),
    ...(signalsAfter === undefined
      ? []
      : ["  which is spelled after the change", ...describeSignals(signalsAfter)]),
  ];
}

function describeOutcome(kind: ChangeKind, { decision, rule_id, action, reason }: DecisionResult): string {
  switch (kind) {
    case "decision":
      return `${decision} by ${rule_id}`;
    case "action":
      return `${decision} by ${rule_id} with action ${action}`;
    case "reason":
      return `${decision} by ${rule_id} because "${reason}"`;
  }
}

function describeSignals(signals: SignalValues): readonly string[] {
  return columns(Object.entries(signals).map(([name, value]) => [`  ${name}`, spellValue(value)]));
}

function describeSchemaChange({
  kind,
  pointer,
  message,
  onlyBefore,
  onlyAfter,
}: SchemaChange): readonly string[] {
  return [
    `${kind}: ${pointer}: ${message}`,
    ...(onlyBefore === undefined ? [] : [`    accepted before only: ${spellValue(onlyBefore)}`]),
    ...(onlyAfter === undefined ? [] : [`    accepted after only: ${spellValue(onlyAfter)}`]),
  ];
}
