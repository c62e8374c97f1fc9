import { encodeUtf8 } from "@parmanasystems/canonical";
import {
  generatePrivateKey,
  LocalSigner,
  payloadTypes,
  type PrivateKey,
  type PublicKey,
  type Signer,
} from "@parmanasystems/signing";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { createTrustRootDocument } from "../trust-root/document.js";
import { openTrustRoot } from "../trust-root/open.js";
import type { RoleDelegation, TrustRoot } from "../trust-root/trust-root.js";
import { withDirectoryLock } from "./directory-lock.js";
import { writePrivateKey } from "./key-files.js";
import { signDocument } from "./sign-document.js";
import {
  exists,
  recoverSignedDocument,
  signedPathsOf,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory, writeNewFile } from "./write-file-atomically.js";

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

export interface CreateTrustInput {
  /** Gets trust-root.json, trust-root.sig and root.pub, the first root key. */
  readonly trustDir: string;
  /** By role name; `root` is required. */
  readonly roles: Readonly<Record<string, TrustRoleInput>>;
  /** Milliseconds since 1970, as all times here. */
  readonly now: number;
  readonly expiresAt: number;
  /** `expiresAt` by default. */
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

export interface CreatedTrust {
  readonly trustRoot: TrustRoot;
  readonly signed: SignedDocument;
  readonly pinnedKey: PublicKey;
  readonly keys: readonly CreatedKey[];
  readonly trustRootPath: string;
  readonly trustPublicKeyPath: string;
}

interface PlannedKey extends CreatedKey {
  readonly signer: Signer | undefined;
}

/**
 * Makes version 1 of a trust root. Everything is signed and verified in memory first; then the private keys
 * are written, the pinned key, and the trust root last. Nothing that exists is overwritten.
 * @throws GovernanceError TRUST-011 to -017, TRUST-031, TRUST-032, TRUST-050 to -053
 */
export async function createTrust(input: CreateTrustInput): Promise<CreatedTrust> {
  const { trustDir, now, expiresAt, keysValidUntil = expiresAt, keysDir } = input;
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
    keys: keys.map(({ publicKey, operator }) => ({
      publicKey,
      operator,
      validFrom: now,
      validUntil: keysValidUntil,
      status: "active",
    })),
    roles: new Map(delegations),
  });
  const rootKeys = keys.filter(({ role }) => role === "root");
  const pinnedKey = rootKeys[0]?.publicKey;
  const signers = rootKeys.flatMap(({ signer }) => signer ?? []);
  if (pinnedKey === undefined || signers[0]?.keyId !== pinnedKey.keyId) {
    throw new GovernanceError(
      "TRUST-050",
      "The first root key must come with its signer, because root.pub pins it.",
    );
  }
  const signed = await signDocument(payloadTypes.trustRoot, document, signers);
  const trustRoot = openTrustRoot({ ...signed, pinnedKey });
  const paths = await writeTrust({ trustDir, signed, pinnedKey, keys });
  return Object.freeze({ trustRoot, signed, pinnedKey, keys: Object.freeze(keys.map(publicPart)), ...paths });
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
  const name = `${role.replace(":", "-")}${index === 0 ? "" : `.${index + 1}`}.pem`;
  return {
    role,
    operator,
    keyId: privateKey.keyId,
    publicKey: privateKey.publicKey,
    privateKey,
    privateKeyPath: keysDir === undefined ? null : join(keysDir, name),
    signer: new LocalSigner(privateKey),
  };
}

function publicPart({
  role,
  operator,
  keyId,
  publicKey,
  privateKey,
  privateKeyPath,
}: PlannedKey): CreatedKey {
  return Object.freeze({ role, operator, keyId, publicKey, privateKey, privateKeyPath });
}

async function writeTrust(trust: {
  trustDir: string;
  signed: SignedDocument;
  pinnedKey: PublicKey;
  keys: readonly PlannedKey[];
}): Promise<{ trustRootPath: string; trustPublicKeyPath: string }> {
  const { trustDir, signed, pinnedKey, keys } = trust;
  const trustRootPath = join(trustDir, "trust-root.json");
  const trustPublicKeyPath = join(trustDir, "root.pub");
  const paths = signedPathsOf(trustRootPath);
  await makeDirectory(trustDir, 0o755);
  await withDirectoryLock(trustDir, async () => {
    await recoverSignedDocument(paths, () => true);
    if (await exists(trustRootPath)) {
      throw new GovernanceError("TRUST-051", `There is a trust root already: ${trustRootPath}.`);
    }
    const written: string[] = [];
    try {
      for (const { privateKey, privateKeyPath } of keys) {
        if (privateKey === null || privateKeyPath === null) continue;
        await writePrivateKey(privateKeyPath, privateKey);
        written.push(privateKeyPath);
      }
      await writeNewFile(trustPublicKeyPath, encodeUtf8(pinnedKey.toPem()), { mode: 0o644 });
      written.push(trustPublicKeyPath);
      await writeSignedDocument(paths, signed);
    } catch (error) {
      // Keys of a trust root that never came to be would only be in the way of the next attempt.
      if (!(await exists(trustRootPath))) for (const path of written) await rm(path, { force: true });
      throw error;
    }
  });
  return { trustRootPath, trustPublicKeyPath };
}
