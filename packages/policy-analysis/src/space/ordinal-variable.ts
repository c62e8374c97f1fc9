import { FALSE, type Literal, negate, TRUE } from "./literal.js";
import { type Ordinal, type OrdinalDomain, type OrdinalFamily, usualOrdinal } from "./ordinals.js";
import type { SatSolver } from "./sat-solver.js";

/** Where the conditions split a domain: the literal says that the value is not below `at`. */
export interface Threshold {
  readonly at: Ordinal;
  readonly literal: Literal;
}

/** What a new threshold has to be told to. */
type ThresholdListener = (threshold: Threshold) => void;

/**
 * An unknown ordinal in order encoding (Tamura et al. 2009): one literal per threshold that conditions name, so that the
 * assignment of these literals is the cell in which the value lies.
 */
export class OrdinalVariable {
  readonly domain: OrdinalDomain;
  readonly family: OrdinalFamily;
  readonly #solver: SatSolver;
  /** Ascending. */
  readonly #thresholds: Threshold[] = [];
  readonly #listeners: ThresholdListener[] = [];

  constructor(solver: SatSolver, domain: OrdinalDomain, family: OrdinalFamily) {
    this.#solver = solver;
    this.domain = domain;
    this.family = family;
  }

  get thresholds(): readonly Threshold[] {
    return this.#thresholds;
  }

  /** Calls the listener for every threshold, those there are and those to come. */
  onThreshold(listener: ThresholdListener): void {
    this.#listeners.push(listener);
    for (const threshold of this.#thresholds) listener(threshold);
  }

  /** The literal of: the value is not below the ordinal. */
  atLeast(ordinal: Ordinal): Literal {
    const at = this.domain.ceil(ordinal);
    if (at === undefined) return FALSE;
    if (at === this.domain.minimum) return TRUE;
    const index = this.#indexOf(at);
    const found = this.#thresholds[index];
    if (found?.at === at) return found.literal;
    const threshold = { at, literal: this.#solver.newVariable() };
    const below = this.#thresholds[index - 1];
    if (below !== undefined) this.#solver.addClause([negate(threshold.literal), below.literal]);
    if (found !== undefined) this.#solver.addClause([negate(found.literal), threshold.literal]);
    this.#thresholds.splice(index, 0, threshold);
    for (const listener of this.#listeners) listener(threshold);
    return threshold.literal;
  }

  /** The greatest threshold that is not above; undefined when there is none. */
  thresholdAtOrBelow(ordinal: Ordinal): Threshold | undefined {
    const index = this.#indexOf(ordinal);
    const found = this.#thresholds[index];
    return found?.at === ordinal ? found : this.#thresholds[index - 1];
  }

  /** The least threshold that is not below; undefined when there is none. */
  thresholdAtOrAbove(ordinal: Ordinal): Threshold | undefined {
    return this.#thresholds[this.#indexOf(ordinal)];
  }

  /** The thresholds around the value in the solver's last assignment; undefined where only the domain ends. */
  cell(): { readonly from: Threshold | undefined; readonly below: Threshold | undefined } {
    let low = 0;
    let high = this.#thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#solver.isTrue(this.#thresholds[middle]?.literal ?? FALSE)) low = middle + 1;
      else high = middle;
    }
    return { from: this.#thresholds[low - 1], below: this.#thresholds[low] };
  }

  /** A value for people, inside the cell of the last assignment: at its edge, as nothing shows a limit better. */
  example(): Ordinal {
    const { from, below } = this.cell();
    if (from !== undefined) return from.at;
    if (below === undefined) return this.domain.ceil(usualOrdinal(this.family)) ?? this.domain.maximum;
    return this.domain.floor(below.at - 1n) ?? this.domain.minimum;
  }

  /** The first index whose threshold is not below. */
  #indexOf(at: Ordinal): number {
    let low = 0;
    let high = this.#thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const threshold = this.#thresholds[middle];
      if (threshold !== undefined && threshold.at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
