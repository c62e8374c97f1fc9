import type { Sha256 } from "@parmanasystems/canonical";
import type {
  PolicyBundle,
  PolicyIndex,
  ReleaseManifest,
  SignedDocument,
  TrustRoot,
} from "@parmanasystems/governance";
import type { PublicKey } from "@parmanasystems/signing";

/** The signed documents in force, as the exact bytes that were verified: what a verifier asks for. */
export interface InForceDocuments {
  readonly trustRoot: SignedDocument & {
    readonly predecessors: readonly SignedDocument[];
    readonly pinnedKey: PublicKey;
    readonly pinnedHash: Sha256 | undefined;
  };
  readonly policyIndex: SignedDocument;
  readonly release: SignedDocument;
}

/** Everything signed that decisions stand on, for those who show it. */
export interface InForce {
  readonly trustRoot: TrustRoot;
  readonly policyIndex: PolicyIndex;
  readonly release: ReleaseManifest;
  readonly policiesRootPath: string;
  readonly documents: InForceDocuments;
  /** A verified policy that the index lists. @throws GovernanceError POL-*, TRUST-* */
  policy(policyId: string, policyVersion: string): Promise<{ readonly bundle: PolicyBundle }>;
}
