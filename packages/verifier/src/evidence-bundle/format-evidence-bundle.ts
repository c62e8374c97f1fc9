import { canonicalBytes, type JsonObject } from "@parmanasystems/canonical";
import type { SignedDocument } from "@parmanasystems/governance";
import { encodeBase64 } from "@parmanasystems/signing";
import { EVIDENCE_BUNDLE_TYPE, type EvidenceBundle } from "./evidence-bundle.js";
import { parseEvidenceBundle } from "./parse-evidence-bundle.js";

/** The file that `parseEvidenceBundle` reads back: the same bundle is always the same bytes. @throws VerifierError INV-061 */
export function formatEvidenceBundle(bundle: EvidenceBundle): Uint8Array {
  const { evidence, bundle: policy, trustRoot, resolution } = bundle;
  const file = canonicalBytes({
    type: EVIDENCE_BUNDLE_TYPE,
    attestation: encodeBase64(bundle.attestation),
    evidence: evidence === undefined ? null : encodeBase64(evidence),
    policyBundle: {
      manifest: encodeBase64(policy.manifest),
      signature: encodeBase64(policy.signature),
      files: Object.fromEntries([...policy.files].map(([path, bytes]) => [path, encodeBase64(bytes)])),
    },
    policyIndex: encoded(bundle.policyIndex),
    formerPolicyIndexes: bundle.formerPolicyIndexes.map(encoded),
    release: encoded(bundle.release),
    trustRoot: { ...encoded(trustRoot), predecessors: trustRoot.predecessors.map(encoded) },
    logProof: encodeBase64(bundle.logProof),
    resolution:
      resolution === undefined
        ? null
        : {
            attestation: encodeBase64(resolution.attestation),
            votes: encodeBase64(resolution.votes),
            release: encoded(resolution.release),
            logProof: encodeBase64(resolution.logProof),
          },
  });
  // What nobody could read must not be handed out.
  parseEvidenceBundle(file);
  return file;
}

function encoded({ document, signature }: SignedDocument): JsonObject {
  return { document: encodeBase64(document), signature: encodeBase64(signature) };
}
