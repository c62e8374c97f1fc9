import { inTurn } from "./in-turn.js";

export interface Upkeep {
  /** All steps, beside what their intervals do. */
  now(): Promise<void>;
  stop(): void;
}

/** What is read again, in the words of a note that it could not be, and how. */
export type UpkeepStep = readonly [what: string, step: () => Promise<unknown>];

/** Takes each step again and again, side by side: a key that was revoked does not wait for a database that takes its time. */
export function startUpkeep(
  seconds: number,
  steps: readonly UpkeepStep[],
  note: (line: string) => void,
): Upkeep {
  const runs = steps.map(([what, step]) =>
    inTurn(async () => {
      try {
        await step();
      } catch (error) {
        const reason = error instanceof Error ? error.message : "unknown reason";
        note(`Went on with what was there, because ${what} could not be read again: ${reason}`);
      }
    }),
  );
  const now = async (): Promise<void> => {
    await Promise.all(runs.map((run) => run()));
  };
  const timers = runs.map((run) => keepUp(seconds, run));
  return {
    now,
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Runs again and again, and never beside the run before. */
export function keepUp(seconds: number, run: () => Promise<void>): NodeJS.Timeout {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    void run().finally(() => {
      busy = false;
    });
  }, seconds * 1_000);
}
