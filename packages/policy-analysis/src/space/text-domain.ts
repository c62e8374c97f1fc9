import type { StringDeclaration } from "@parmanasystems/governance";
import { Automaton } from "./automaton.js";
import { Budget } from "./budget.js";
import { codePoints } from "./patterns.js";
import { formatLanguages } from "./string-formats.js";
import type { Lengths, TextDemand } from "./word-search.js";

/** The texts of given lengths that meet all demands; lengths count code points. */
export class TextDomain implements Lengths {
  readonly minLength: number;
  readonly maxLength: number;
  readonly demands: readonly TextDemand[];

  constructor(bounds: readonly Lengths[], demands: readonly TextDemand[]) {
    this.minLength = Math.max(0, ...bounds.map(({ minLength }) => minLength));
    this.maxLength = Math.min(...bounds.map(({ maxLength }) => maxLength));
    this.demands = demands;
  }

  /** What the declaration accepts. */
  static of(declaration: StringDeclaration): TextDomain {
    const { format } = declaration;
    if (format === undefined) return new TextDomain([declaration], []);
    const { accepted, refused, ...lengths } = formatLanguages[format];
    return new TextDomain(
      [declaration, lengths],
      [
        ...accepted.map((pattern) => ({ automaton: new Automaton(pattern), accepted: true })),
        ...refused.map((pattern) => ({ automaton: new Automaton(pattern), accepted: false })),
      ],
    );
  }

  /** The texts that both accept. */
  and(other: TextDomain): TextDomain {
    return new TextDomain([this, other], [...this.demands, ...other.demands]);
  }

  accepts(text: string): boolean {
    const { length } = codePoints(text);
    // The automata of formats are small.
    const budget = new Budget(Infinity);
    return (
      length >= this.minLength &&
      length <= this.maxLength &&
      this.demands.every(({ automaton, accepted }) => automaton.acceptsText(text, budget) === accepted)
    );
  }
}
