import type { Clock } from "@parmanasystems/execution-runtime";
import type { TrustRoot } from "@parmanasystems/governance";
import type { WitnessPolicy } from "@parmanasystems/verifier";
import type { KeptCheckpoint } from "./kept-checkpoint.js";

export interface VerifyLogOptions {
  /** Whose keys must have signed attestations, resolutions and checkpoints. Without it signatures are not checked. */
  readonly trustRoot?: TrustRoot | undefined;
  /** Checkpoints kept elsewhere: the log must continue them all. */
  readonly remembered?: string | KeptCheckpoint | readonly (string | KeptCheckpoint)[] | undefined;
  /** Who cosigns the log's checkpoints: what they saw before a runtime key was revoked is proven to be older. */
  readonly witnesses?: WitnessPolicy | undefined;
  /** Start after the smallest remembered checkpoint: whatever is under it was verified before. */
  readonly incremental?: boolean | undefined;
  /** No entry is dated after it by more than clocks differ. Default: the system's wall clock. */
  readonly clock?: Clock | undefined;
  readonly onProgress?: ((checked: number, total: number) => void) | undefined;
}
