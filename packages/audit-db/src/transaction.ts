import { Frontier } from "./tree/frontier.js";
import type { StoredNode } from "./tree/stored-nodes.js";

export interface Instant {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** The same instant as RFC 3339 UTC with milliseconds. */
  readonly time: string;
}

export interface Counters {
  readonly entries: number;
  readonly fencing: number;
  /** The right edge of the tree, as stored. */
  readonly frontier: Uint8Array;
}

/** What the operations of one durable write share: one instant, and the counters they draw from. */
export class Transaction implements Instant {
  #entries: number;
  #fencing: number;
  #changed = false;
  readonly #frontier: Frontier;
  readonly #leaves: Uint8Array[] = [];

  readonly now: number;
  readonly time: string;

  constructor({ now, time }: Instant, counters: Counters) {
    this.now = now;
    this.time = time;
    this.#entries = counters.entries;
    this.#fencing = counters.fencing;
    this.#frontier = Frontier.parse(counters.entries, counters.frontier);
  }

  /** Where the next entry goes. */
  get entries(): number {
    return this.#entries;
  }

  /** The end must be stored before the commit. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Entries were written. */
  get appended(): boolean {
    return this.#leaves.length > 0;
  }

  /** The entry at position `entries` was written. */
  countEntry(leafHash: Uint8Array): void {
    this.#leaves.push(leafHash);
    this.#entries += 1;
    this.#changed = true;
  }

  nextFencing(): number {
    this.#fencing += 1;
    this.#changed = true;
    return this.#fencing;
  }

  /** What to store before the commit. */
  end(): { readonly counters: Counters; readonly nodes: readonly StoredNode[] } {
    const nodes: StoredNode[] = [];
    const frontier = this.#frontier.append(this.#leaves, nodes).bytes();
    return { counters: { entries: this.#entries, fencing: this.#fencing, frontier }, nodes };
  }
}
