import { parseTimestamp } from "@parmanasystems/canonical";
import type { Clock } from "@parmanasystems/execution-runtime";

export interface FixedClock extends Clock {
  /** Moves time forward, in milliseconds. */
  advance(ms: number): void;
}

/** Time stands still until a test moves it. */
export function fixedClock(start = "2026-11-20T12:00:00.000Z"): FixedClock {
  let now = parseTimestamp(start);
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}
