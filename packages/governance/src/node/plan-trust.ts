import {
  generatePrivateKey,
  LocalSigner,
  type PrivateKey,
  type PublicKey,
  type Signer,
} from "@parmanasystems/signing";
import { join } from "node:path";
import { GovernanceError } from "../errors.js";
import { createTrustRootDocument } from "../trust-root/document.js";
import { keyValidUntil } from "../trust-root/lifetimes.js";
import type { RoleDelegation } from "../trust-root/trust-root.js";

/** One key of a role: made elsewhere (`publicKey`), or generated here. */
export interface TrustKeyInput {
  readonly operator: string;
  readonly publicKey?: PublicKey;
  /** Signs the trust root for a root key that was made elsewhere. */
  readonly signer?: Signer;
}

export interface TrustRoleInput {
  readonly keys: readonly TrustKeyInput[];
  /** 1 by default. */
  readonly threshold?: number;
}

export interface TrustInput {
  /** By role name; `root` is required. */
  readonly roles: Readonly<Record<string, TrustRoleInput>>;
  /** Milliseconds since 1970, as all times here. */
  readonly now: number;
  readonly expiresAt: number;
  /** `expiresAt` by default; for root keys as long again, so that an expired trust root can still be replaced. */
  readonly keysValidUntil?: number;
  /**
   * Gets one file of mode 0600 for each generated key, named after its role. Without it generated keys are
   * only returned.
   */
  readonly keysDir?: string;
}

export interface CreatedKey {
  readonly role: string;
  readonly operator: string;
  readonly keyId: string;
  readonly publicKey: PublicKey;
  /** Null for a key that was made elsewhere. */
  readonly privateKey: PrivateKey | null;
  readonly privateKeyPath: string | null;
}

export interface PlannedKey extends CreatedKey {
  readonly signer: Signer | undefined;
}

/** The document of version 1, with the keys it names: generated ones exist only here so far. */
export interface PlannedTrust {
  readonly document: Uint8Array;
  readonly keys: readonly PlannedKey[];
}

/** @throws GovernanceError TRUST-011 to -015, TRUST-050 */
export function planTrust(input: TrustInput): PlannedTrust {
  const { now, expiresAt, keysValidUntil, keysDir } = input;
  const roles = Object.entries(input.roles).map(([role, { keys, threshold = 1 }]) => ({
    role,
    keys: [...keys],
    threshold,
  }));
  const keys = roles.flatMap((terms) =>
    terms.keys.map((key, index) => planKey(terms.role, key, index, keysDir)),
  );
  const delegations = roles.map(({ role, threshold }): [string, RoleDelegation] => {
    return [role, { keyids: keys.filter((key) => key.role === role).map(({ keyId }) => keyId), threshold }];
  });
  const document = createTrustRootDocument({
    version: 1,
    issuedAt: now,
    expiresAt,
    previous: null,
    keys: keys.map(({ role, publicKey, operator }) => ({
      publicKey,
      operator,
      validFrom: now,
      validUntil: keysValidUntil ?? keyValidUntil(role, now, expiresAt),
      status: "active",
    })),
    roles: new Map(delegations),
  });
  return { document, keys };
}

/** What callers may see of a planned key. */
export function createdKey(key: PlannedKey): CreatedKey {
  const { role, operator, keyId, publicKey, privateKey, privateKeyPath } = key;
  return Object.freeze({ role, operator, keyId, publicKey, privateKey, privateKeyPath });
}

/** policy.pem, policy.2.pem, …; approver:claims is approver-claims.pem. */
export function privateKeyFile(role: string, index: number): string {
  return `${role.replace(":", "-")}${index === 0 ? "" : `.${index + 1}`}.pem`;
}

function planKey(role: string, input: TrustKeyInput, index: number, keysDir: string | undefined): PlannedKey {
  const { operator, publicKey, signer } = input;
  if (publicKey !== undefined) {
    if (signer !== undefined && signer.keyId !== publicKey.keyId) {
      throw new GovernanceError(
        "TRUST-050",
        `The signer of a key of the role ${role} must sign with that key.`,
      );
    }
    return {
      role,
      operator,
      keyId: publicKey.keyId,
      publicKey,
      privateKey: null,
      privateKeyPath: null,
      signer,
    };
  }
  if (signer !== undefined) {
    throw new GovernanceError("TRUST-050", `A signer of the role ${role} must come with its public key.`);
  }
  const privateKey = generatePrivateKey();
  return {
    role,
    operator,
    keyId: privateKey.keyId,
    publicKey: privateKey.publicKey,
    privateKey,
    privateKeyPath: keysDir === undefined ? null : join(keysDir, privateKeyFile(role, index)),
    signer: new LocalSigner(privateKey),
  };
}
