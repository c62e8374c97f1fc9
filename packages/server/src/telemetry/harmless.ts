import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";

/** Runs what only watches. When it fails, that is counted and told once, and undefined is the answer. */
export type Harmless = <Result>(watch: () => Result) => Result | undefined;

export function createHarmless(metrics: Metrics, logger: Logger): Harmless {
  let told = false;
  return (watch) => {
    try {
      return watch();
    } catch (error) {
      metrics.watchFailed();
      if (told) return undefined;
      told = true;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : "no error";
      logger.warn({ reason }, "telemetry failed; requests go on without it");
      return undefined;
    }
  };
}
