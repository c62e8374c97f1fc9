/**
 * How many steps a search may take in all: decisions with what follows from them, and states of automata. A step takes
 * some microseconds.
 */
export class Budget {
  readonly #limit: number;
  readonly #whole: Budget | undefined;
  #spent = 0;

  constructor(limit: number, whole?: Budget) {
    this.#limit = limit;
    this.#whole = whole;
  }

  get spent(): number {
    return Math.round(this.#spent);
  }

  get exhausted(): boolean {
    return this.#spent >= this.#limit;
  }

  spend(steps: number): void {
    this.#spent += steps;
    this.#whole?.spend(steps);
  }

  /** So many of the steps that are left, if there are so many: what is spent of them is spent of the whole. */
  part(limit: number): Budget {
    return new Budget(Math.max(0, Math.min(limit, this.#limit - this.#spent)), this);
  }
}
