/** How many steps a search may take in all: decisions with what follows from them, and states of automata. */
export class Budget {
  readonly #limit: number;
  #spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get spent(): number {
    return Math.round(this.#spent);
  }

  get exhausted(): boolean {
    return this.#spent >= this.#limit;
  }

  spend(steps: number): void {
    this.#spent += steps;
  }
}
