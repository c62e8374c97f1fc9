import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import { LedgerError } from "./errors.js";
import { damaged } from "./stored-entry.js";
import { parseLogEntry } from "./log-entry.js";
import type { Instant } from "./transaction.js";

/** Clocks of honest nodes differ by less: the tolerance of the verifier. */
const CLOCK_TOLERANCE_MS = 300_000;

/** When the last entry of the log was written, in milliseconds since 1970, from its stored bytes. @throws LedgerError SYS-013 */
export function timeOfEntry(bytes: Uint8Array): number {
  return parseTimestamp(parseLogEntry(bytes).time);
}

/**
 * The instant of a write: that of the clock, or of the last entry where the clock is a little behind it, so that the times
 * of entries never decrease. A clock that is far behind is wrong, or was set back: nothing is written by it (threat 23).
 * @throws LedgerError SYS-044
 */
export function instantAfter(now: number, last: number | undefined): Instant {
  if (last === undefined || now >= last) return { now, time: formatTimestamp(now) };
  const time = formatTimestamp(last);
  if (last - now <= CLOCK_TOLERANCE_MS) return { now: last, time };
  throw new LedgerError(
    "SYS-044",
    `The clock says ${formatTimestamp(now)}, and the last entry of the log is of ${time}: nothing is written by a clock that is more than ${String(CLOCK_TOLERANCE_MS / 60_000)} minutes behind the log.`,
    { details: { clock: formatTimestamp(now), lastEntry: time } },
  );
}

/** Of entries in the order of their positions: no time is before the one that precedes it. */
export class EntryTimes {
  readonly #now: number;
  #last = -Infinity;
  #future: { readonly seq: number; readonly time: string } | undefined;

  /** @param now by the clock of whoever looks, for `requireNotFuture` */
  constructor(now = Infinity) {
    this.#now = now;
  }

  /** @param time in milliseconds since 1970 @throws LedgerError SYS-013 */
  follow(seq: number, time: number): void {
    if (time < this.#last)
      damaged(
        seq,
        `the entry is dated ${formatTimestamp(time)}, before the one that precedes it, of ${formatTimestamp(this.#last)}`,
      );
    this.#last = time;
    if (time - this.#now > CLOCK_TOLERANCE_MS) this.#future ??= { seq, time: formatTimestamp(time) };
  }

  /** @throws LedgerError SYS-047 naming the first position that is dated after now by more than clocks differ */
  requireNotFuture(): void {
    if (this.#future === undefined) return;
    const { seq, time } = this.#future;
    const clock = formatTimestamp(this.#now);
    throw new LedgerError(
      "SYS-047",
      `The entry at position ${String(seq)} is of ${time}, and the clock says ${clock}: it is more than ${String(CLOCK_TOLERANCE_MS / 60_000)} minutes of the future.`,
      { details: { seq, clock, entry: time } },
    );
  }
}
