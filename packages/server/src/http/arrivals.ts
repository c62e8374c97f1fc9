/** How long a body may take while others wait for the place of its request. */
export const PATIENCE_MS = 250;

/**
 * Requests that have a place before their body is there, those first that have it longest. A caller who sends bodies byte by byte could
 * hold all places at no cost: while others wait, whoever is late gives its place up.
 */
export class Arrivals {
  readonly #since = new Map<() => void, number>();

  /** @returns what to call when the body is there, or nobody waits for it any more */
  add(giveUp: () => void): () => void {
    this.#since.set(giveUp, performance.now());
    return () => {
      this.#since.delete(giveUp);
    };
  }

  /** Ends so many of those that are late, at the most. */
  endLate(most: number): void {
    const now = performance.now();
    let ended = 0;
    for (const [giveUp, since] of this.#since) {
      if (ended === most || now - since < PATIENCE_MS) return;
      this.#since.delete(giveUp);
      giveUp();
      ended += 1;
    }
  }
}
