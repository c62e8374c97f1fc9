import { isSha256, parseStrict } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import { RuntimeError } from "../errors.js";
import { type ReplayRecord, replayIdentities, replayStates } from "../ports.js";

/** What a script answered. */
export interface ScriptAnswer {
  readonly outcome: string;
  readonly record: ReplayRecord | undefined;
  readonly abandoned: ReplayRecord | undefined;
  readonly takenOver: boolean;
  readonly retryAfterMs: number;
}

/** Reads the answer of a script strictly: others may write to the same server. @throws RuntimeError SYS-026 */
export function readAnswer(answer: unknown): ScriptAnswer {
  const { outcome, record, abandoned, takenOver, retryAfterMs } = membersOf(answer);
  if (typeof outcome !== "string") return damaged();
  return {
    outcome,
    record: readRecord(record),
    abandoned: readRecord(abandoned),
    takenOver: takenOver === true,
    retryAfterMs: retryAfterMs === undefined ? 0 : wholeNumber(retryAfterMs),
  };
}

function membersOf(answer: unknown): Readonly<Record<string, unknown>> {
  if (typeof answer !== "string") return damaged();
  try {
    return parseStrict(answer) as Readonly<Record<string, unknown>>;
  } catch {
    return damaged();
  }
}

function readRecord(value: unknown): ReplayRecord | undefined {
  if (value === undefined) return undefined;
  const found = value as Readonly<Record<string, unknown>>;
  const { executionId, fingerprint, identity, state, attestationHash } = found;
  const read = {
    identity: replayIdentities.find((one) => one === identity),
    state: replayStates.find((one) => one === state),
  };
  if (!isExecutionId(executionId) || !isSha256(fingerprint)) return damaged();
  if (read.identity === undefined || read.state === undefined) return damaged();
  if (attestationHash !== "" && !isSha256(attestationHash)) return damaged();
  return Object.freeze({
    executionId,
    fingerprint,
    identity: read.identity,
    fencing: wholeNumber(found["fencing"]),
    leaseExpiresAt: wholeNumber(found["leaseExpiresAt"]),
    state: read.state,
    attestationHash: attestationHash === "" ? null : attestationHash,
  });
}

function wholeNumber(value: unknown): number {
  const number = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : damaged();
}

function damaged(): never {
  throw new RuntimeError("SYS-026", "Redis holds something under a key of this store that is no record.");
}
