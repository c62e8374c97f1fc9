import { type Literal, negate, TRUE, variableOf } from "./literal.js";

/** A disjunction of literals; the first two are watched. */
export interface Clause {
  readonly literals: Literal[];
  readonly learnt: boolean;
  /** The number of the conflict it last took part in. */
  lastUse: number;
  dropped: boolean;
}

/** The assignment of a search: what is true, since which decision, and why. */
export class Trail {
  /** By literal: 1 true, -1 false, 0 open. */
  #values = new Int8Array(1_024);
  /** By variable. */
  #levels = new Int32Array(512);
  readonly #reasons: (Clause | undefined)[] = [];
  /** What is assigned, in that order. */
  #literals = new Int32Array(512);
  #length = 0;
  /** Where each decision level begins. */
  readonly #levelStarts: number[] = [];

  addVariable(): number {
    const variable = this.#reasons.length;
    if (variable >= this.#levels.length) this.#grow();
    this.#reasons.push(undefined);
    return variable;
  }

  get variables(): number {
    return this.#reasons.length;
  }

  get length(): number {
    return this.#length;
  }

  get level(): number {
    return this.#levelStarts.length;
  }

  at(index: number): Literal {
    return this.#literals[index] ?? TRUE;
  }

  value(literal: Literal): number {
    return this.#values[literal] ?? 0;
  }

  levelOf(literal: Literal): number {
    return this.#levels[variableOf(literal)] ?? 0;
  }

  reasonOf(literal: Literal): Clause | undefined {
    return this.#reasons[variableOf(literal)];
  }

  /** Whether the clause is what a literal on the trail follows from. */
  isReason(clause: Clause): boolean {
    const first = clause.literals[0] ?? TRUE;
    return this.value(first) === 1 && this.reasonOf(first) === clause;
  }

  openLevel(): void {
    this.#levelStarts.push(this.#length);
  }

  assign(literal: Literal, reason: Clause | undefined): void {
    const variable = variableOf(literal);
    this.#values[literal] = 1;
    this.#values[negate(literal)] = -1;
    this.#levels[variable] = this.#levelStarts.length;
    this.#reasons[variable] = reason;
    this.#literals[this.#length] = literal;
    this.#length += 1;
  }

  /** Takes back everything above the level. */
  backtrack(level: number, undone: (literal: Literal) => void): void {
    const start = this.#levelStarts[level];
    if (start === undefined) return;
    for (let index = this.#length - 1; index >= start; index -= 1) {
      const literal = this.at(index);
      this.#values[literal] = 0;
      this.#values[negate(literal)] = 0;
      undone(literal);
    }
    this.#length = start;
    this.#levelStarts.length = level;
  }

  #grow(): void {
    const values = new Int8Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
    const levels = new Int32Array(this.#levels.length * 2);
    levels.set(this.#levels);
    this.#levels = levels;
    const literals = new Int32Array(this.#literals.length * 2);
    literals.set(this.#literals);
    this.#literals = literals;
  }
}
