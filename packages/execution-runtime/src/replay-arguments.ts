import { isSha256 } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import { RuntimeError } from "./errors.js";
import {
  type ConfirmedEnd,
  type OverrideResolution,
  overrideResolutions,
  replayIdentities,
  type ReplayStore,
  type ReserveRequest,
} from "./ports.js";

export const MAX_LEASE_MS = 24 * 60 * 60 * 1000;

// What every store checks before it touches its keys: callers may be JavaScript, or another store's leftovers.

/** @throws RuntimeError INV-016, INV-017 */
export function requireReserveRequest(request: ReserveRequest): void {
  const { executionId, fingerprint, identity, leaseMs } = request;
  if (!isExecutionId(executionId)) {
    throw new RuntimeError(
      "INV-016",
      "The execution id must be 1 to 128 of the characters A-Z a-z 0-9 . _ : -",
    );
  }
  if (!isSha256(fingerprint))
    throw unusable("fingerprint", "a sha256 hash as executionFingerprint returns it");
  if (!includes(replayIdentities, identity)) throw unusable("identity", "fingerprint or execution");
  if (!Number.isSafeInteger(leaseMs) || leaseMs < 1 || leaseMs > MAX_LEASE_MS) {
    throw unusable("leaseMs", "a whole number of milliseconds from 1 to 86400000");
  }
}

/** @throws RuntimeError INV-017 */
export function requireConfirmedEnd({ state, attestationHash }: ConfirmedEnd): void {
  if (!includes(["confirmed", "pending_override"], state))
    throw unusable("state", "confirmed or pending_override");
  if (!isSha256(attestationHash)) throw unusable("attestationHash", "a sha256 hash");
}

/** @throws RuntimeError INV-017 */
export function requireResolution(resolution: OverrideResolution): void {
  if (!includes(overrideResolutions, resolution))
    throw unusable("resolution", "approved, rejected or expired");
}

/** JavaScript callers, and the published signature, may leave it out. @throws RuntimeError INV-REPLAY-001 */
export function requireReplayStore(store: ReplayStore | undefined): asserts store is ReplayStore {
  if (typeof store?.reserve !== "function") {
    throw new RuntimeError(
      "INV-REPLAY-001",
      "A replay store is required: without one an execution could happen twice.",
    );
  }
}

export function unusable(argument: string, expected: string, cause?: unknown): RuntimeError {
  return new RuntimeError("INV-017", `The argument ${argument} must be ${expected}.`, {
    details: { argument },
    cause,
  });
}

function includes(allowed: readonly unknown[], value: unknown): boolean {
  return allowed.includes(value);
}
