import { ownMembers } from "@parmanasystems/canonical";
import { ServerError } from "./errors.js";
import type { ServerLimits } from "./server-options.js";

const defaultLimits: Required<ServerLimits> = Object.freeze({
  maxBodyBytes: 1024 * 1024,
  maxDepth: 32,
  maxHeaderBytes: 16 * 1024,
  maxBatchItems: 1_000,
  maxConcurrent: 256,
  maxWaiting: 1_024,
  maxWaitMs: 500,
  maxConnections: 1_024,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  requestsPerSecond: 100,
  burst: 200,
});

const names = Object.keys(defaultLimits) as readonly (keyof ServerLimits)[];
const mayBeNone: ReadonlySet<keyof ServerLimits> = new Set(["requestsPerSecond", "maxWaiting", "maxWaitMs"]);
const MOST = 1024 * 1024 * 1024;

/** The limits with defaults filled in. @throws ServerError HTTP-014 */
export function checkedLimits(given: ServerLimits = {}): Required<ServerLimits> {
  const own = ownMembers(given);
  const limits: Required<ServerLimits> = { ...defaultLimits, ...own };
  for (const name of names) {
    const least = mayBeNone.has(name) ? 0 : 1;
    const most = name === "maxDepth" ? 512 : MOST;
    if (!Number.isSafeInteger(limits[name]) || limits[name] < least || limits[name] > most)
      throw new ServerError(
        "HTTP-014",
        `The option limits.${name} must be a whole number from ${String(least)} to ${String(most)}.`,
      );
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaultLimits, name));
  // Whoever waits comes back later than whoever is refused at once: all who have a connection may.
  if (unknown === undefined) return { ...limits, maxWaiting: own.maxWaiting ?? limits.maxConnections };
  throw new ServerError("HTTP-014", `There is no option limits.${unknown}.`);
}
