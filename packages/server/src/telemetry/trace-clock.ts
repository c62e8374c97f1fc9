import type { HrTime } from "@opentelemetry/api";

/** One reading of both clocks for all spans of a request: each by its own would overlap by up to a millisecond. */
export class TraceClock {
  readonly #wallMs = Date.now();
  readonly #steadyMs = performance.now();

  /** @param steadyMs by `performance.now()` */
  at(steadyMs: number): HrTime {
    const ms = (this.#wallMs % 1_000) + steadyMs - this.#steadyMs;
    const carry = Math.floor(ms / 1_000);
    const nanoseconds = Math.min(999_999_999, Math.round((ms - carry * 1_000) * 1e6));
    return [Math.floor(this.#wallMs / 1_000) + carry, nanoseconds];
  }

  now(): HrTime {
    return this.at(performance.now());
  }
}
