import type { Policy } from "@parmanasystems/governance";
import { GoalSearch } from "../goal-search.js";
import { goalOf } from "./coverage-goal.js";
import type { CoverageGap, CoverageMeter } from "./coverage-meter.js";
import type { CoverageTerms } from "./policy-cases.js";

export interface Coverage {
  readonly rules: Covered;
  readonly conditions: Covered;
  /** What the cases do not show and could, in the order of the document. */
  readonly gaps: readonly CoverageGap[];
  /** What no input can show, which is proved; it does not count. Looked for only where some coverage is demanded. */
  readonly impossible: readonly CoverageGap[];
  /** Gaps that were too large, or too many, to look for an input: they count, though no input may show them. */
  readonly undecided: readonly CoverageGap[];
  /** Both shares are what they must be at least. */
  readonly sufficient: boolean;
}

export interface Covered {
  readonly covered: number;
  readonly total: number;
  /** 0 to 1; 1 when there is nothing to cover. */
  readonly share: number;
  /** The share that is demanded. */
  readonly required: number;
}

/** How many gaps are looked at for being impossible. */
const SEARCHES = 200;

/** @param terms all of which must be met */
export function coverageOf(policy: Policy, meter: CoverageMeter, terms: readonly CoverageTerms[]): Coverage {
  const open = meter.gaps();
  const isDemanded = terms.some((each) => each.rules > 0 || each.conditions > 0);
  const { impossible, undecided } = isDemanded ? judge(policy, open) : NOT_JUDGED;
  const gaps = open.filter((gap) => !impossible.has(gap));
  const count = (kind: CoverageGap["kind"], total: number, required: readonly number[]): Covered => {
    const possible = total - [...impossible].filter((gap) => gap.kind === kind).length;
    const covered = possible - gaps.filter((gap) => gap.kind === kind).length;
    const share = possible === 0 ? 1 : covered / possible;
    return Object.freeze({ covered, total: possible, share, required: Math.max(0, ...required) });
  };
  const rules = count(
    "rule",
    meter.total.rules,
    terms.map((each) => each.rules),
  );
  const conditions = count(
    "condition",
    meter.total.conditions,
    terms.map((each) => each.conditions),
  );
  const sufficient = rules.share >= rules.required && conditions.share >= conditions.required;
  return Object.freeze({ rules, conditions, gaps, impossible: [...impossible], undecided, sufficient });
}

interface Judgement {
  readonly impossible: ReadonlySet<CoverageGap>;
  readonly undecided: readonly CoverageGap[];
}

const NOT_JUDGED: Judgement = { impossible: new Set(), undecided: [] };

function judge(policy: Policy, open: readonly CoverageGap[]): Judgement {
  const search = new GoalSearch(policy);
  const impossible = new Set<CoverageGap>();
  const undecided: CoverageGap[] = [];
  for (const gap of open.slice(0, SEARCHES)) {
    const { status } = search.find(goalOf(policy, gap));
    if (status === "impossible") impossible.add(gap);
    if (status === "undecided") undecided.push(gap);
  }
  return { impossible, undecided: [...undecided, ...open.slice(SEARCHES)] };
}
