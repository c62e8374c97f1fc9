import { join } from "node:path";
import type { SqliteLedger } from "@parmanasystems/audit-db";
import { canonicalBytes, encodeUtf8, type Sha256 } from "@parmanasystems/canonical";
import { readBundleContent, readTrustRoot } from "@parmanasystems/governance/node";
import type { SignedDocument } from "@parmanasystems/governance";
import type { EndOfOverride, EvidenceBundle } from "@parmanasystems/verifier";
import type { Home } from "./home.js";
import type { ProvenExecution } from "./home-proof.js";
import { releasePaths } from "./release-archive.js";
import { formerIndex, signedFile } from "./signed-file.js";

/** All that verifies an attestation of this home elsewhere. @throws CliError CLI-004; GovernanceError */
export async function evidenceBundleOf(
  home: Home,
  ledger: SqliteLedger,
  { attestation: { statement: attestation, logProof }, resolution }: ProvenExecution,
): Promise<EvidenceBundle> {
  const { execution_id, policyId, policyVersion, provenance } = attestation;
  const { policiesRootPath } = home.environment;
  const index = join(policiesRootPath, "index.json");
  const versions = new Set([
    provenance.policyIndexVersion,
    resolution?.statement.provenance.policyIndexVersion ?? provenance.policyIndexVersion,
  ]);
  const { signed, predecessors } = await readTrustRoot(home.environment);
  return {
    attestation: canonicalBytes(attestation),
    evidence: await ledger.evidence(execution_id),
    bundle: await readBundleContent(policiesRootPath, policyId, policyVersion),
    policyIndex: signedFile(index),
    formerPolicyIndexes: [...versions].flatMap((version) => formerIndex(index, version)),
    release: releaseOf(home, provenance.releaseManifestHash),
    trustRoot: { ...signed, predecessors },
    logProof: encodeUtf8(logProof),
    resolution: resolution === undefined ? undefined : await endOfOverride(home, ledger, resolution),
  };
}

async function endOfOverride(
  home: Home,
  ledger: SqliteLedger,
  { statement: resolution, logProof }: NonNullable<ProvenExecution["resolution"]>,
): Promise<EndOfOverride | undefined> {
  const votes = await ledger.resolutionEvidence(resolution.execution_id);
  if (votes === undefined) return undefined;
  const release = releaseOf(home, resolution.provenance.releaseManifestHash);
  return { attestation: canonicalBytes(resolution), votes, release, logProof: encodeUtf8(logProof) };
}

function releaseOf(home: Home, hash: Sha256): SignedDocument {
  const { documentPath, signaturePath } = releasePaths(home, hash);
  return signedFile(documentPath, signaturePath);
}
