import type { Sha256 } from "@parmanasystems/canonical";
import type { PublicKey } from "@parmanasystems/signing";

export type KeyStatus = "active" | "retired" | "revoked";

/**
 * One key of the trust root. Times are milliseconds since 1970; at `validUntil` itself the key is no longer
 * valid.
 */
export interface TrustedKey {
  /** The RFC 7638 thumbprint, recomputed from the key. */
  readonly keyId: string;
  readonly publicKey: PublicKey;
  /** Who holds the key; thresholds count operators, not only keys. */
  readonly operator: string;
  readonly validFrom: number;
  readonly validUntil: number;
  readonly status: KeyStatus;
  /** Present exactly when the status is "revoked". */
  readonly revokedAt?: number;
  readonly reason?: string;
}

export interface RoleDelegation {
  readonly keyids: readonly string[];
  /** How many keys, of as many operators, must sign. */
  readonly threshold: number;
}

/**
 * A trust root whose signatures were checked. It says who may sign what; `requireUnexpired` says whether it
 * is in force.
 */
export interface TrustRoot {
  readonly version: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly previous: Sha256 | null;
  /** SHA-256 of the exact bytes of the document. */
  readonly hash: Sha256;
  readonly keys: ReadonlyMap<string, TrustedKey>;
  readonly roles: ReadonlyMap<string, RoleDelegation>;
}

/** The highest version of a document that was ever accepted here. */
export interface RememberedVersion {
  readonly version: number;
  readonly hash: Sha256;
}
