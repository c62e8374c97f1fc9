import { isSha256 } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import { RuntimeError } from "../errors.js";
import { type ReplayRecord, replayIdentities, replayStates } from "../ports.js";

/** What a script answered: a word, and what belongs to it. */
export interface ScriptAnswer {
  readonly outcome: string;
  readonly more: readonly unknown[];
}

/** @throws RuntimeError SYS-026 */
export function readAnswer(answer: unknown): ScriptAnswer {
  if (!Array.isArray(answer)) return damaged();
  const [outcome, ...more] = answer as readonly unknown[];
  return typeof outcome === "string" ? { outcome, more } : damaged();
}

/** Reads a record strictly: others may write to the same server. @throws RuntimeError SYS-026 */
export function readRecord(text: unknown): ReplayRecord | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") return damaged();
  const [state, fencing, leaseExpiresAt, identity, fingerprint, executionId, attestationHash, ...more] =
    text.split(" ");
  const read = {
    identity: replayIdentities.find((one) => one === identity),
    state: replayStates.find((one) => one === state),
  };
  if (!isExecutionId(executionId) || !isSha256(fingerprint) || more.length > 0) return damaged();
  if (read.identity === undefined || read.state === undefined) return damaged();
  if (attestationHash !== "-" && !isSha256(attestationHash)) return damaged();
  return Object.freeze({
    executionId,
    fingerprint,
    identity: read.identity,
    fencing: wholeNumber(fencing),
    leaseExpiresAt: wholeNumber(leaseExpiresAt),
    state: read.state,
    attestationHash: attestationHash === "-" ? null : attestationHash,
  });
}

/** @throws RuntimeError SYS-026 */
export function wholeNumber(text: unknown): number {
  const number = typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : damaged();
}

/** @throws RuntimeError SYS-026 */
export function damaged(): never {
  throw new RuntimeError("SYS-026", "Redis holds something under a key of this store that is no record.");
}
