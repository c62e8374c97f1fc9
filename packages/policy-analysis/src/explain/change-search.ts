import { compilePolicy, type DecisionResult } from "@parmanasystems/execution";
import type { DecisionOutcome, Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { GoalSearch } from "../goal-search.js";
import { PatternLoad } from "../pattern-load.js";
import { changedSignals, valueOf, withSignal } from "../with-signal.js";
import { type Step, stepsFrom } from "./signal-steps.js";
import { stepSize } from "./step-size.js";

/** Decisions tried, and sets of signals searched, at the most; of a long policy fewer, as each takes longer. */
const EVALUATIONS = { atMost: 200_000, timesRules: 50_000_000 };
/** Characters of regular expressions times characters of texts, in all decisions tried. */
const PATTERN_WORK = 500_000_000;
const SEARCHES = { atMost: 500, timesRules: 1_000_000 };
/** More signals than this are not tried together. */
const MOST_TOGETHER = 3;

export type ChangeFound =
  /** `nearest` when it is proved that to change fewer signals is not enough. */
  | { readonly status: "found"; readonly signals: SignalValues; readonly nearest: boolean }
  /** No input at all is decided so, which is proved. */
  | { readonly status: "impossible" }
  | { readonly status: "undecided" };

interface Changed {
  readonly signals: SignalValues;
  readonly size: number;
}

/** Looks for signals that are near the given ones and decided otherwise. */
export class ChangeSearch {
  readonly #policy: Policy;
  readonly #signals: SignalValues;
  readonly #isWanted: (decision: DecisionOutcome) => boolean;
  readonly #compiled: { evaluate(signals: SignalValues): DecisionResult };
  readonly #steps: ReadonlyMap<string, readonly Step[]>;
  readonly #names: readonly string[];
  readonly #search: GoalSearch;
  #evaluations: number;
  #searches: number;

  constructor(policy: Policy, signals: SignalValues, isWanted: (decision: DecisionOutcome) => boolean) {
    this.#policy = policy;
    this.#signals = signals;
    this.#isWanted = isWanted;
    this.#compiled = compilePolicy(policy);
    this.#steps = stepsFrom(policy, signals);
    this.#names = [...this.#steps.keys()];
    this.#search = new GoalSearch(policy);
    const load = new PatternLoad(policy).of(signals);
    this.#evaluations = Math.min(limitFor(policy, EVALUATIONS), PATTERN_WORK / Math.max(1, load));
    this.#searches = limitFor(policy, SEARCHES);
  }

  /**
   * Tries the steps of one signal, then of two, then of three together. Where none is enough, an exact search for any
   * change of so many signals either finds what no boundary shows, or proves that there is none.
   */
  find(): ChangeFound {
    let nearest = true;
    for (let count = 1; count <= Math.min(MOST_TOGETHER, this.#names.length); count += 1) {
      const best = this.#trySteps(count);
      if (best !== undefined) return { status: "found", signals: best.signals, nearest };
      const exact = this.#searchTogether(count);
      if (exact.status === "found") return { status: "found", signals: exact.signals, nearest };
      nearest &&= exact.status === "impossible";
    }
    const far = this.#searchExcept([]);
    return far.status === "found" ? { ...far, nearest: false } : far;
  }

  decide(signals: SignalValues): DecisionResult {
    return this.#compiled.evaluate(signals);
  }

  #trySteps(count: number): Changed | undefined {
    const combinations = this.#combinations(count);
    if (combinations > this.#evaluations) return undefined;
    this.#evaluations -= combinations;
    return this.#together(count, 0, { signals: this.#signals, size: 0 });
  }

  #together(count: number, first: number, changed: Changed): Changed | undefined {
    if (count === 0) return this.#holds(changed.signals) ? changed : undefined;
    let best: Changed | undefined;
    for (const [offset, name] of this.#names.slice(first).entries()) {
      for (const { to, size } of this.#steps.get(name) ?? []) {
        // Steps are sorted: neither this nor a later one can be better than what was found.
        if (best !== undefined && changed.size + size >= best.size) break;
        const next = { signals: withSignal(changed.signals, name, to), size: changed.size + size };
        const found = this.#together(count - 1, first + offset + 1, next);
        if (found !== undefined && (best === undefined || found.size < best.size)) best = found;
      }
    }
    return best;
  }

  /** The nearest of what exact search finds for each set of so many signals. */
  #searchTogether(count: number): ChangeFound {
    let best: Changed | undefined;
    let proved = true;
    for (const free of subsets(this.#names, count)) {
      this.#searches -= 1;
      if (this.#searches < 0) {
        proved = false;
        break;
      }
      const found = this.#searchExcept(this.#names.filter((name) => !free.includes(name)));
      if (found.status === "undecided") proved = false;
      if (found.status !== "found") continue;
      const size = this.#sizeOf(found.signals);
      if (best === undefined || size < best.size) best = { signals: found.signals, size };
    }
    if (best !== undefined) return { status: "found", signals: best.signals, nearest: true };
    return { status: proved ? "impossible" : "undecided" };
  }

  /** Any wanted input in which these signals keep their values, brought as near as its steps go. */
  #searchExcept(kept: readonly string[]): ChangeFound {
    const wanted = this.#policy.rules.flatMap(({ outcome }, index) =>
      this.#isWanted(outcome.decision) ? [index] : [],
    );
    const values = kept.map((name) => ({ name, value: valueOf(this.#signals, name) }));
    const found = this.#search.findDecided(wanted, values);
    if (found.status !== "found") return { status: found.status };
    return { status: "found", signals: this.#approach(found.signals), nearest: true };
  }

  /** Undoes whatever need not differ, and takes the smallest steps that are enough in place of larger ones. */
  #approach(far: SignalValues): SignalValues {
    let signals = far;
    for (const name of this.#differences(far)) {
      const back = withSignal(signals, name, valueOf(this.#signals, name));
      if (this.#holds(back)) signals = back;
    }
    for (const name of this.#differences(signals)) {
      const present = this.#stepOf(signals, name);
      const smaller = (this.#steps.get(name) ?? []).filter(({ size }) => size < present);
      const step = smaller.find(({ to }) => this.#holds(withSignal(signals, name, to)));
      if (step !== undefined) signals = withSignal(signals, name, step.to);
    }
    return signals;
  }

  #holds(signals: SignalValues): boolean {
    return this.#isWanted(this.decide(signals).decision);
  }

  #differences(signals: SignalValues): readonly string[] {
    return changedSignals(this.#policy, this.#signals, signals);
  }

  #sizeOf(signals: SignalValues): number {
    return this.#differences(signals).reduce((sum, name) => sum + this.#stepOf(signals, name), 0);
  }

  #stepOf(signals: SignalValues, name: string): number {
    const declaration = this.#policy.signals.get(name);
    if (declaration === undefined) return 0;
    return stepSize(declaration, valueOf(this.#signals, name), valueOf(signals, name));
  }

  /** How many ways there are to change so many signals by a step: an elementary symmetric polynomial. */
  #combinations(count: number): number {
    const ways = [1, ...Array<number>(count).fill(0)];
    for (const steps of this.#steps.values()) {
      for (let size = count; size > 0; size -= 1) {
        ways[size] = (ways[size] ?? 0) + (ways[size - 1] ?? 0) * steps.length;
      }
    }
    return ways[count] ?? 0;
  }
}

function limitFor(
  { rules }: Policy,
  limit: { readonly atMost: number; readonly timesRules: number },
): number {
  return Math.min(limit.atMost, limit.timesRules / rules.length);
}

/** Every set of so many of the names, in their order. */
function* subsets(names: readonly string[], count: number): Iterable<readonly string[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [index, name] of names.entries()) {
    for (const rest of subsets(names.slice(index + 1), count - 1)) yield [name, ...rest];
  }
}
