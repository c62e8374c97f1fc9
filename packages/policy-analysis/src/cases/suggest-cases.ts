import { canonicalize, type JsonObject, type JsonValue } from "@parmanasystems/canonical";
import { compilePolicy } from "@parmanasystems/execution";
import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { acceptsSignal } from "../accepts-signal.js";
import { boundaryValuesAt } from "../boundary-values.js";
import { GoalSearch } from "../goal-search.js";
import { spellLeaf } from "../spell-condition.js";
import { withSignal } from "../with-signal.js";
import { goalOf } from "./coverage-goal.js";
import { type CoverageGap, CoverageMeter } from "./coverage-meter.js";
import { caseLimits, type CaseSignals } from "./policy-cases.js";
import type { CasesReport } from "./cases-report.js";

/** A case as policy.test.json spells it. It expects what the policy decides now: whether that is right, a person judges. */
export type SuggestedCase = {
  readonly name: string;
  /** What differs from the defaults. */
  readonly signals: JsonObject;
  readonly expect: { readonly decision: string; readonly rule: string };
};

export interface Suggestions {
  readonly cases: readonly SuggestedCase[];
  /** Gaps for which no input was found, though it was not proved that there is none, and those past the limit. */
  readonly open: readonly CoverageGap[];
}

/** How many cases are suggested at a time. */
const SUGGESTIONS = 100;

/** Cases that close the gaps of a report; each stays as near to the defaults, and to the boundary, as it can. */
export function suggestCases(policy: Policy, report: CasesReport, defaults: CaseSignals): Suggestions {
  const meter = new CoverageMeter(policy);
  const names = new Set<string>();
  for (const { case: each, actual } of report.results) {
    names.add(each.name);
    if (actual.kind === "decided") meter.record(actual.signals);
  }
  const compiled = compilePolicy(policy);
  const search = new GoalSearch(policy);
  const cases: SuggestedCase[] = [];
  const open: CoverageGap[] = [];
  for (const gap of report.coverage.gaps) {
    // An earlier suggestion may have closed it on its way.
    if (!meter.lacks(gap)) continue;
    const found = cases.length < SUGGESTIONS ? search.find(goalOf(policy, gap)) : undefined;
    if (found?.status === "impossible") continue;
    if (found?.status !== "found") {
      open.push(gap);
      continue;
    }
    const signals = nearInput(policy, gap, found.signals, defaults, search);
    meter.record(signals);
    const { decision, rule_id: rule } = compiled.evaluate(signals);
    const name = unusedName(nameOf(policy, gap), names);
    cases.push({ name, signals: changesFrom(defaults, signals), expect: { decision, rule } });
  }
  return Object.freeze({ cases, open });
}

type GoalCheck = (signals: SignalValues) => boolean;

function nearInput(
  policy: Policy,
  gap: CoverageGap,
  found: SignalValues,
  defaults: CaseSignals,
  search: GoalSearch,
): SignalValues {
  const goal = goalOf(policy, gap);
  const reaches: GoalCheck = (signals) => search.meets(goal, signals);
  const near = approach(policy, found, defaults, reaches);
  return gap.kind === "rule" ? near : toBoundary(policy, gap, near, reaches);
}

/** Takes back to its default whatever need not differ. */
function approach(
  policy: Policy,
  signals: SignalValues,
  defaults: CaseSignals,
  reaches: GoalCheck,
): SignalValues {
  let near = signals;
  for (const name of policy.signals.keys()) {
    const usual = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (usual !== undefined && !acceptsSignal(policy, name, usual)) continue;
    const nearer = withSignal(near, name, usual);
    if (reaches(nearer)) near = nearer;
  }
  return near;
}

/** Moves the signal of the condition to where the truth of the condition changes. */
function toBoundary(
  policy: Policy,
  { leaf }: Extract<CoverageGap, { kind: "condition" }>,
  signals: SignalValues,
  reaches: GoalCheck,
): SignalValues {
  if (leaf.kind === "exists") return signals;
  const candidates = boundaryValuesAt(policy, leaf, signals).map((value) =>
    withSignal(signals, leaf.signal, value),
  );
  return candidates.find(reaches) ?? signals;
}

function changesFrom(defaults: CaseSignals, signals: SignalValues): JsonObject {
  const changes: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(signals)) {
    const usual = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (usual === undefined || canonicalize(usual) !== canonicalize(value)) changes.push([name, value]);
  }
  for (const name of Object.keys(defaults)) if (!Object.hasOwn(signals, name)) changes.push([name, null]);
  return Object.fromEntries(changes);
}

function nameOf(policy: Policy, gap: CoverageGap): string {
  const id = policy.rules[gap.ruleIndex]?.id ?? "";
  if (gap.kind === "rule") return `${id} decides`;
  return `${id}: ${spellLeaf(gap.leaf)} ${gap.truth ? "holds" : "does not hold"}`;
}

function unusedName(wanted: string, names: Set<string>): string {
  const plain = wanted.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, caseLimits.nameLength - 6);
  let name = plain;
  for (let count = 2; names.has(name); count += 1) name = `${plain} (${count})`;
  names.add(name);
  return name;
}
