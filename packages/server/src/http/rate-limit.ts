import { ServerError } from "../errors.js";

export interface RateLimitOptions {
  /** Requests per second in the long run; 0 for no limit. */
  readonly perSecond: number;
  /** Requests at once after a pause. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

const MAX_BUCKETS = 10_000;

/** A token bucket for each caller, on the monotonic clock. The callers remembered are bounded; the longest silent go first. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  /** @throws ServerError HTTP-007 */
  take(caller: string): void {
    const { perSecond, burst } = this.#options;
    if (perSecond === 0) return;
    const now = this.#now();
    const known = this.#buckets.get(caller) ?? { tokens: burst, filledAt: now };
    const tokens = Math.min(burst, known.tokens + ((now - known.filledAt) * perSecond) / 1_000);
    // Put last, so that the first of the map is the one that was silent longest.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: tokens < 1 ? tokens : tokens - 1, filledAt: now });
    this.#forgetOldest();
    if (tokens >= 1) return;
    const retryAfterMs = Math.ceil(((1 - tokens) * 1_000) / perSecond);
    throw new ServerError("HTTP-007", "The caller sends more requests than it may.", {
      details: { retryAfterMs },
    });
  }

  /**
   * Counts what is more in a request than one, so that a batch costs what its items would. It is let through whatever it costs, and what
   * comes after it waits; but no second one while the first is not paid. @throws ServerError HTTP-007
   */
  charge(caller: string, more: number): void {
    if (more === 0) return;
    if ((this.#buckets.get(caller)?.tokens ?? 0) < 0) this.take(caller);
    const bucket = this.#buckets.get(caller);
    if (bucket !== undefined) bucket.tokens -= more;
  }

  #forgetOldest(): void {
    if (this.#buckets.size <= MAX_BUCKETS) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
