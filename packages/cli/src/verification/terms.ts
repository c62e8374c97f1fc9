import { parseTimestamp } from "@parmanasystems/canonical";
import type { LogMaterial, RequiredLevel } from "@parmanasystems/verifier";
import { CliError } from "../errors.js";
import { type LogOptions, readLogMaterial } from "../log-files.js";
import { readPublicKey } from "../root-key.js";

export interface TermOptions extends LogOptions {
  readonly level?: string;
  /** The time to judge by; now when absent. */
  readonly at?: string;
  /** The pinned root key, a PEM file or the PEM itself; the home's root.pub when absent. */
  readonly rootKey?: string;
  /** Believe the root key that an evidence bundle brings along. */
  readonly unsafeTrustOnFirstUse?: boolean;
  /** PEM files of trusted runtime keys, for a trust root without a runtime role. */
  readonly runtimeKey?: readonly string[];
}

/** What every file is judged by. Plain data, so that a worker thread can be told. */
export interface VerifyTerms {
  /** Milliseconds since 1970, the same for all files. */
  readonly now: number;
  /** As it was asked for. */
  readonly level: RequiredLevel | undefined;
  /** The raw key. */
  readonly rootKey: Uint8Array | undefined;
  readonly unsafeTrustOnFirstUse: boolean;
  readonly runtimeKeys: readonly Uint8Array[] | undefined;
  readonly log: LogMaterial | undefined;
}

/** Reads every file that the options name. @throws CliError CLI-001, CLI-004; SigningError KEY-*; CanonicalError */
export function readTerms(options: TermOptions): VerifyTerms {
  const { level, at, rootKey, unsafeTrustOnFirstUse = false, runtimeKey } = options;
  if (rootKey !== undefined && unsafeTrustOnFirstUse)
    throw new CliError("CLI-001", "Name --root-key or --unsafe-trust-on-first-use, one of the two.");
  return {
    now: at === undefined ? Date.now() : parseTimestamp(at),
    level: readLevel(level),
    rootKey: rootKey === undefined ? undefined : readPublicKey(rootKey).raw,
    unsafeTrustOnFirstUse,
    runtimeKeys: runtimeKey?.map((path) => readPublicKey(path).raw),
    log: readLogMaterial(options),
  };
}

function readLevel(level: string | undefined): RequiredLevel | undefined {
  switch (level?.toUpperCase()) {
    case undefined:
      return undefined;
    case "L1":
      return "L1";
    case "L2":
      return "L2";
    case "L3":
      return "L3";
    case "L4":
      return "L4";
    default:
      throw new CliError("CLI-001", "The level must be L1, L2, L3 or L4.");
  }
}
