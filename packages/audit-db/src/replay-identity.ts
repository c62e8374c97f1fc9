import type { ReplayIdentity } from "@parmanasystems/execution-runtime";

export const replayIdentities: readonly ReplayIdentity[] = ["fingerprint", "execution"];

export function isReplayIdentity(value: unknown): value is ReplayIdentity {
  return replayIdentities.some((identity) => identity === value);
}
