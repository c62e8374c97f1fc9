/** How long a body may take while others wait for the place of its request, however slowly it comes. */
export const PATIENCE_MS = 250;
/** How fast a body that takes longer comes at the least: to hold every place costs a caller as many times this. */
const BYTES_PER_SECOND = 65_536;

export interface Arrival {
  /** What has come on the connection, in bytes. */
  readonly bytesRead: () => number;
  readonly giveUp: () => void;
}

interface Begun {
  readonly atMs: number;
  readonly bytes: number;
}

/**
 * Requests that have a place before their body is there, those first that have it longest. A caller who sends bodies byte by byte could
 * hold all places at no cost: while others wait, whoever is late gives its place up.
 */
export class Arrivals {
  readonly #now: () => number;
  readonly #begun = new Map<Arrival, Begun>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns what to call when the body is there, or nobody waits for it any more */
  add(arrival: Arrival): () => void {
    this.#begun.set(arrival, { atMs: this.#now(), bytes: arrival.bytesRead() });
    return () => {
      this.#begun.delete(arrival);
    };
  }

  /** Ends so many of those that are late, at the most. */
  endLate(most: number): void {
    const now = this.#now();
    let ended = 0;
    for (const [arrival, { atMs, bytes }] of this.#begun) {
      if (ended === most || now - atMs < PATIENCE_MS) return;
      const earnedMs = ((arrival.bytesRead() - bytes) * 1_000) / BYTES_PER_SECOND;
      if (now - atMs < PATIENCE_MS + earnedMs) continue;
      this.#begun.delete(arrival);
      arrival.giveUp();
      ended += 1;
    }
  }
}
