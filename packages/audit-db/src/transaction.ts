export interface Instant {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** The same instant as RFC 3339 UTC with milliseconds. */
  readonly time: string;
}

/** What the operations of one durable write share: one instant, and the counters they draw from. */
export class Transaction implements Instant {
  #entries: number;
  #fencing: number;
  #changed = false;

  readonly now: number;
  readonly time: string;

  constructor({ now, time }: Instant, counters: { readonly entries: number; readonly fencing: number }) {
    this.now = now;
    this.time = time;
    this.#entries = counters.entries;
    this.#fencing = counters.fencing;
  }

  get entries(): number {
    return this.#entries;
  }

  get fencing(): number {
    return this.#fencing;
  }

  /** The counters must be stored before the commit. */
  get changed(): boolean {
    return this.#changed;
  }

  /** The entry at position `entries` was written. */
  countEntry(): void {
    this.#entries += 1;
    this.#changed = true;
  }

  nextFencing(): number {
    this.#fencing += 1;
    this.#changed = true;
    return this.#fencing;
  }
}
