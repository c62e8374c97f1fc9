import { encodeUtf8 } from "@parmanasystems/canonical";
import { payloadTypes, type PublicKey } from "@parmanasystems/signing";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { GovernanceError } from "../errors.js";
import { createProposal, type SignatureProposal, signProposal } from "../signature-proposal.js";
import type { SignedDocument } from "../signed-document.js";
import { openTrustRoot } from "../trust-root/open.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { withDirectoryLock } from "./directory-lock.js";
import { writePrivateKey } from "./key-files.js";
import { type CreatedKey, createdKey, type PlannedKey, planTrust, type TrustInput } from "./plan-trust.js";
import { signDocument } from "./sign-document.js";
import {
  exists,
  recoverSignedDocument,
  signedPathsOf,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory, writeNewFile } from "./write-file-atomically.js";

export interface CreateTrustInput extends TrustInput {
  /** Gets trust-root.json, trust-root.sig and root.pub, the first root key. */
  readonly trustDir: string;
}

export interface CreatedTrust {
  readonly trustRoot: TrustRoot;
  readonly signed: SignedDocument;
  readonly pinnedKey: PublicKey;
  readonly keys: readonly CreatedKey[];
  readonly trustRootPath: string;
  readonly trustPublicKeyPath: string;
}

/**
 * Makes version 1 of a trust root. Everything is signed and verified in memory first; then the private keys
 * are written, the pinned key, and the trust root last. Nothing that exists is overwritten.
 * @throws GovernanceError TRUST-011 to -017, TRUST-031, TRUST-032, TRUST-050 to -053
 */
export async function createTrust(input: CreateTrustInput): Promise<CreatedTrust> {
  const { trustDir } = input;
  const { document, keys } = planTrust(input);
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
  return Object.freeze({
    trustRoot,
    signed,
    pinnedKey,
    keys: Object.freeze(keys.map(createdKey)),
    ...paths,
  });
}

export interface ProposedTrust {
  /** Version 1, signed by the root keys at hand. */
  readonly proposal: SignatureProposal;
  readonly keys: readonly CreatedKey[];
}

/**
 * The same where not all root keys are at hand: the others sign the proposal, and `installTrustRoot` puts it in force.
 * Only generated private keys are written.
 * @throws GovernanceError TRUST-011 to -015, TRUST-050 to -052
 */
export async function proposeTrust(input: TrustInput): Promise<ProposedTrust> {
  const { document, keys } = planTrust(input);
  const signers = keys.flatMap(({ role, signer }) => (role === "root" ? (signer ?? []) : []));
  const proposal = await signProposal(createProposal(payloadTypes.trustRoot, document), signers);
  const written: string[] = [];
  try {
    await writePrivateKeys(keys, written);
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    throw error;
  }
  return Object.freeze({ proposal, keys: Object.freeze(keys.map(createdKey)) });
}

async function writePrivateKeys(keys: readonly PlannedKey[], written: string[]): Promise<void> {
  for (const { privateKey, privateKeyPath } of keys) {
    if (privateKey === null || privateKeyPath === null) continue;
    await writePrivateKey(privateKeyPath, privateKey);
    written.push(privateKeyPath);
  }
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
      await writePrivateKeys(keys, written);
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
