import { join } from "node:path";
import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import { readBundleContent, readTrustRootPredecessors } from "@parmanasystems/governance/node";
import type { PinnedTrustRoot } from "@parmanasystems/verifier";
import { type Home, requireHome } from "../home.js";
import type { PresentedFile } from "../presented-file.js";
import { releasePaths } from "../release-archive.js";
import { readPublicKey } from "../root-key.js";
import { formerIndex, isPresent, signedFile, signedFileIfPresent } from "../signed-file.js";
import { KeptLast } from "./kept-last.js";
import type { VerifyTerms } from "./terms.js";
import { createVerifiers, type Verifiers } from "./verifiers.js";

type Statement = PresentedFile["statement"];

/** The verifiers for what was decided in a home. */
export type HomeVerifiers = (statement: Statement) => Promise<Verifiers>;

interface TrustFiles {
  readonly trustRoot: PinnedTrustRoot;
  readonly policyIndex: SignedDocument | undefined;
}

/** Trust root and index are read once, before the first statement; bundles and releases when one names them. */
export function homeVerifiers(home: Home, terms: VerifyTerms): HomeVerifiers {
  const opened = new KeptLast<Verifiers>();
  let trust: Promise<TrustFiles> | undefined;
  return async (statement) => {
    const { policyId, policyVersion, provenance } = statement;
    const { policyIndexVersion, releaseManifestHash } = provenance;
    // None of them can hold a space.
    const name = [policyId, policyVersion, policyIndexVersion, releaseManifestHash].join(" ");
    return opened.get(name, async () => {
      const files = await (trust ??= readTrustFiles(home, terms));
      const release = releasePaths(home, releaseManifestHash);
      return createVerifiers({
        ...files,
        bundle: await bundleOf(home, statement),
        formerPolicyIndexes: formerIndex(indexOf(home), policyIndexVersion),
        release: signedFileIfPresent(release.documentPath, release.signaturePath),
        runtimeKeys: terms.runtimeKeys,
        now: terms.now,
        log: terms.log,
      });
    });
  };
}

/** @throws CliError CLI-002, CLI-004; SigningError KEY-*; GovernanceError TRUST-001 to -006 */
async function readTrustFiles(home: Home, { rootKey }: VerifyTerms): Promise<TrustFiles> {
  requireHome(home);
  const { trustRootPath, trustPublicKeyPath, trustRootHash: pinnedHash } = home.environment;
  const newest = signedFile(trustRootPath);
  const predecessors = await readTrustRootPredecessors(trustRootPath, newest.document);
  const pinnedKey = rootKey ?? readPublicKey(trustPublicKeyPath);
  return {
    trustRoot: { ...newest, predecessors, pinnedKey, pinnedHash },
    policyIndex: signedFileIfPresent(indexOf(home)),
  };
}

function indexOf(home: Home): string {
  return join(home.environment.policiesRootPath, "index.json");
}

async function bundleOf(
  home: Home,
  { policyId, policyVersion }: Statement,
): Promise<BundleContent | undefined> {
  const { policiesRootPath } = home.environment;
  // Both are of the grammar that the parsers admit, so the path stays inside the root.
  if (!isPresent(join(policiesRootPath, policyId, policyVersion))) return undefined;
  return readBundleContent(policiesRootPath, policyId, policyVersion);
}
