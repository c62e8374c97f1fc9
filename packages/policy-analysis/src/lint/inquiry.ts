import { interpretPolicy } from "@parmanasystems/execution";
import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { Budget } from "../space/budget.js";
import type { Literal } from "../space/literal.js";
import { PolicySpace, type Search } from "../space/policy-space.js";

/** Steps that one question may take, and all questions about a policy together. */
const stepsPerQuestion = 1_000_000;
const stepsInAll = 3_000_000;
const samplesPerStep = 1_000;
const mostSamples = 4_000;

/** An input that an earlier question turned up. Many questions are answered by one of these already. */
export interface Sample {
  readonly signals: SignalValues;
  /** The index of the rule that decides. */
  readonly decider: number;
  /** Which rules match, in the order of the policy. */
  readonly matches: readonly boolean[];
}

/** Asks questions about one policy, and remembers whether all of them were answered. */
export class Inquiry {
  readonly policy: Policy;
  readonly space: PolicySpace;
  readonly #budget = new Budget(stepsInAll);
  #complete = true;
  readonly #samples: Sample[] = [];

  constructor(policy: Policy) {
    this.policy = policy;
    this.space = new PolicySpace(policy);
  }

  /** Whether every question was answered, and more could be. */
  get complete(): boolean {
    return this.#complete && !this.exhausted;
  }

  /** Whether no more questions will be answered. */
  get exhausted(): boolean {
    return this.#budget.exhausted;
  }

  /** Looks for signals for which all assumptions are true and the interpreter confirms it. */
  find(
    assumptions: readonly Literal[],
    confirm: (signals: SignalValues) => boolean = () => true,
    space = this.space,
  ): Search {
    const search: Search = this.exhausted
      ? { status: "undecided" }
      : space.find(assumptions, this.#budget.part(stepsPerQuestion), confirm);
    if (search.status === "undecided") this.#complete = false;
    if (search.status === "found" && space === this.space) this.#keep(search.signals);
    return search;
  }

  /** An input met before that does what is asked for. */
  sample(isWanted: (sample: Sample) => boolean): Sample | undefined {
    this.#budget.spend(this.#samples.length / samplesPerStep);
    return this.#samples.find(isWanted);
  }

  /** Whether it is proved that the assumptions are never all true. */
  isImpossible(assumptions: readonly Literal[]): boolean {
    return this.find(assumptions).status === "impossible";
  }

  /** After `isImpossible`: assumptions that suffice for the contradiction, none of which can be spared. */
  coreOf(assumptions: readonly Literal[]): readonly Literal[] {
    let core = this.#core(assumptions) ?? assumptions;
    for (const literal of core) {
      const smaller = this.#core(core.filter((other) => other !== literal));
      if (smaller !== undefined) core = smaller;
    }
    return core;
  }

  /** The index of the rule that decides. */
  decider(signals: SignalValues): number {
    const { rule_id: id } = interpretPolicy(this.policy, signals);
    return this.policy.rules.findIndex((rule) => rule.id === id);
  }

  #keep(signals: SignalValues): void {
    if (this.#samples.length === mostSamples) return;
    const matches = this.policy.rules.map((_, rule) => this.space.space.isTrue(this.space.condition(rule)));
    this.#samples.push({ signals, decider: matches.indexOf(true), matches });
  }

  #core(assumptions: readonly Literal[]): readonly Literal[] | undefined {
    if (this.exhausted) return undefined;
    const answer = this.space.space.solve(assumptions, this.#budget.part(stepsPerQuestion));
    return answer.status === "impossible"
      ? assumptions.filter((literal) => answer.core.includes(literal))
      : undefined;
  }
}
