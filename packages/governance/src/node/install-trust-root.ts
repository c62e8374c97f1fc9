import { encodeUtf8 } from "@parmanasystems/canonical";
import { parseDetachedSignature, type PublicKey } from "@parmanasystems/signing";
import { dirname } from "node:path";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { openTrustRootChain } from "../trust-root/chain.js";
import {
  newestTrustRoot,
  requireTrustRootNotRolledBack,
  requireUnexpired,
} from "../trust-root/continuity.js";
import { parseTrustRoot } from "../trust-root/document.js";
import type { RememberedVersion } from "../trust-root/trust-root.js";
import { archiveDocument } from "./archive-document.js";
import { withDirectoryLock } from "./directory-lock.js";
import {
  type OpenedTrustRoot,
  readTrustRoot,
  readTrustRootPredecessors,
  type TrustRootPaths,
} from "./environment.js";
import { readPinnedKey } from "./key-files.js";
import {
  exists,
  recoverSignedDocument,
  signedPathsOf,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory, writeFileAtomically } from "./write-file-atomically.js";

export interface InstallTrustRootInput {
  readonly paths: TrustRootPaths;
  readonly signed: SignedDocument;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * The highest version that was ever accepted here; undefined only when there was none. On top of an older one put in its
   * place nothing is installed: that would fork the chain.
   */
  readonly remembered: RememberedVersion | undefined;
}

/**
 * Puts a trust root in force: opens the whole chain with it, archives the pair it replaces, and replaces it. A crash at
 * any moment leaves a chain that opens, with the old version or the new one; doing it again ends what was begun.
 *
 * Version 1 is installed where there is no trust root yet. Then root.pub pins the first of its root keys that signed,
 * unless a root.pub lies there already.
 * @throws GovernanceError TRUST-001 to -037, TRUST-050 to -053
 */
export async function installTrustRoot(input: InstallTrustRootInput): Promise<OpenedTrustRoot> {
  if (!Object.hasOwn(input, "remembered")) {
    throw new GovernanceError(
      "TRUST-050",
      "What is remembered of the trust root must be stated, if only as undefined.",
    );
  }
  const { document, signature } = input.signed;
  const terms = {
    ...input,
    signed: { document: new Uint8Array(document), signature: new Uint8Array(signature) },
  };
  const { trustRootPath } = input.paths;
  const directory = dirname(trustRootPath);
  await makeDirectory(directory, 0o755);
  await withDirectoryLock(directory, async () => {
    await recoverSignedDocument(signedPathsOf(trustRootPath), (signed) => opens(input.paths, signed));
    await ((await exists(trustRootPath)) ? installNext(terms) : installFirst(terms));
  });
  return readTrustRoot(input.paths);
}

async function installNext({ paths, signed, now, remembered }: InstallTrustRootInput): Promise<void> {
  const inForce = await readTrustRoot(paths);
  requireTrustRootNotRolledBack(remembered, inForce.chain);
  const { hash } = parseTrustRoot(signed.document);
  if (inForce.value.hash === hash) return;
  const { pinnedKey, predecessors } = inForce;
  const documents = [...predecessors, inForce.signed, signed];
  const chain = openTrustRootChain({ documents, pinnedKey, pinnedHash: paths.trustRootHash });
  requireUnexpired(newestTrustRoot(chain), now);
  // The chain needs the former version as soon as the new one is in its place, so it is kept first.
  await archiveDocument(paths.trustRootPath, inForce.value.version, inForce.signed);
  await writeSignedDocument(signedPathsOf(paths.trustRootPath), signed);
}

async function installFirst({ paths, signed, now, remembered }: InstallTrustRootInput): Promise<void> {
  const { trustRootPath, trustPublicKeyPath, trustRootHash } = paths;
  const pinned = (await exists(trustPublicKeyPath)) ? await readPinnedKey(trustPublicKeyPath) : undefined;
  const pinnedKey = pinned ?? firstSigner(signed);
  const chain = openTrustRootChain({ documents: [signed], pinnedKey, pinnedHash: trustRootHash });
  requireTrustRootNotRolledBack(remembered, chain);
  requireUnexpired(newestTrustRoot(chain), now);
  if (pinned === undefined) {
    await makeDirectory(dirname(trustPublicKeyPath), 0o755);
    // Whole or not at all: half a key would be in the way for ever.
    await writeFileAtomically(trustPublicKeyPath, encodeUtf8(pinnedKey.toPem()), { mode: 0o644 });
  }
  await writeSignedDocument(signedPathsOf(trustRootPath), signed);
}

async function opens(paths: TrustRootPaths, signed: SignedDocument): Promise<boolean> {
  const pinnedKey = await readPinnedKey(paths.trustPublicKeyPath);
  const predecessors = await readTrustRootPredecessors(paths.trustRootPath, signed.document);
  try {
    // Whether the chain is the one that is pinned is for later: a wrong setting must not undo what was begun.
    openTrustRootChain({ documents: [...predecessors, signed], pinnedKey });
    return true;
  } catch (error) {
    if (error instanceof GovernanceError) return false;
    throw error;
  }
}

function firstSigner({ document, signature }: SignedDocument): PublicKey {
  const trustRoot = parseTrustRoot(document);
  const signed = new Set(parseDetachedSignature(signature).signatures.map(({ keyid }) => keyid));
  const keyId = trustRoot.roles.get("root")?.keyids.find((candidate) => signed.has(candidate));
  const key = keyId === undefined ? undefined : trustRoot.keys.get(keyId);
  if (key !== undefined) return key.publicKey;
  throw new GovernanceError(
    "TRUST-032",
    "No root key has signed this trust root, so root.pub has none to pin.",
  );
}
