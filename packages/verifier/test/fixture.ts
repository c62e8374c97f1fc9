import { canonicalBytes, encodeUtf8, sha256 } from "@parmanasystems/canonical";
import {
  attestationPayload,
  compilePolicy,
  executeDecision,
  executionFingerprint,
  issueExecutionToken,
  LocalSigner,
  LocalVerifier,
  type ExecutionAttestation,
} from "@parmanasystems/execution";
import {
  createBundleManifest,
  createPolicyIndexDocument,
  createReleaseManifestDocument,
  createTrustRootDocument,
  EVALUATOR_SEMANTICS,
  openPolicyBundle,
  openPolicyIndex,
  openReleaseManifest,
  openTrustRoot,
  SCHEMA_VERSION,
  type BundleContent,
  type KeyStatus,
  type SignedDocument,
} from "@parmanasystems/governance";
import {
  evidenceBytes,
  signalProvenanceHash,
  signalsHash,
  type Evidence,
  type SignalProvenance,
  type SignalValues,
} from "@parmanasystems/provenance";
import { encodeBase64, payloadTypes, signDetached } from "@parmanasystems/signing";
import type {
  AttestationMaterial,
  Check,
  CheckId,
  PinnedTrustRoot,
  VerificationMaterial,
  VerificationReport,
} from "../src/index.js";

/** Fixed seeds: the whole world, signatures included, is the same in every run. */
const signerOf = (seed: number): LocalSigner => new LocalSigner(new Uint8Array(32).fill(seed));

export const signers = {
  root: signerOf(1),
  policy: signerOf(2),
  release: signerOf(3),
  runtime: signerOf(4),
  stranger: signerOf(5),
  otherRoot: signerOf(6),
  source: signerOf(7),
  ada: signerOf(8),
  eve: signerOf(9),
  log: signerOf(10),
  nextLog: signerOf(11),
} as const;

export const times = {
  validFrom: Date.UTC(2026, 0, 1),
  rootIssued: Date.UTC(2026, 1, 1),
  bundleCreated: "2026-02-02T00:00:00.000Z",
  indexIssued: Date.UTC(2026, 1, 3),
  attestationIssued: "2026-03-01T12:00:00.000Z",
  now: Date.UTC(2026, 2, 2),
  indexExpires: Date.UTC(2026, 5, 1),
  rootExpires: Date.UTC(2027, 1, 1),
  validUntil: Date.UTC(2028, 0, 1),
} as const;

/** The example of DESIGN section 5. */
export function claimsPolicy(
  policyVersion = "1.0.0",
  smallClaim = 100_000,
  policyId = "claims-approval",
  override: object = {},
): Uint8Array {
  return canonicalBytes({
    policyId,
    policyVersion,
    schemaVersion: "1.0.0",
    signalsSchema: {
      claim_amount: { type: "integer", minimum: 0, maximum: 100_000_000, description: "in cents" },
      risk_score: { type: "integer", minimum: 0, maximum: 100 },
      vip_customer: { type: "boolean" },
    },
    replay: { identity: "fingerprint" },
    override: { approverRoles: ["claims-manager"], quorum: 1, expiresAfterSeconds: 86_400, ...override },
    rules: [
      {
        id: "high-risk",
        condition: { signal: "risk_score", greater_than: 80 },
        outcome: { decision: "rejected", action: "reject", reason: "risk score above 80" },
      },
      {
        id: "small-claim",
        condition: { all: [{ signal: "claim_amount", less_than_or_equal: smallClaim }] },
        outcome: { decision: "approved", action: "approve", reason: "small claim" },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "manual_review", reason: "needs a claims manager" },
      },
    ],
  });
}

export const smallClaim: SignalValues = { claim_amount: 45_000, risk_score: 12, vip_customer: false };
export const largeClaim: SignalValues = { claim_amount: 4_500_000, risk_score: 12, vip_customer: true };
export const riskyClaim: SignalValues = { claim_amount: 45_000, risk_score: 95, vip_customer: false };

interface KeyStanding {
  readonly status: KeyStatus;
  readonly validFrom?: number;
  readonly revokedAt?: number;
  readonly validUntil?: number;
}

interface TrustRootOptions {
  /** The version to follow; without it, version 1. */
  readonly after?: PinnedTrustRoot;
  readonly operator?: string;
  readonly rootKeys?: { readonly signers: readonly LocalSigner[]; readonly threshold: number };
  readonly runtimeRole?: boolean;
  /** Only the roles that L1 needs. */
  readonly minimal?: boolean;
  readonly runtimeKey?: KeyStanding;
  /** Of the source claims-db; without it, the trust root knows no source. */
  readonly sourceKey?: KeyStanding;
  /** Keys of the role log; without them, the trust root knows no log. */
  readonly logKeys?: readonly (KeyStanding & { readonly signer: LocalSigner })[];
  /** People who sign votes as claims-manager, by name. */
  readonly approvers?: Readonly<Record<string, LocalSigner>>;
  readonly signedBy?: readonly LocalSigner[];
}

export async function trustRootOf(options: TrustRootOptions = {}): Promise<PinnedTrustRoot> {
  const {
    after,
    operator = "board",
    rootKeys = { signers: [signers.root], threshold: 1 },
    runtimeRole = true,
    minimal = false,
    runtimeKey = { status: "active" },
    sourceKey,
    logKeys = [],
    approvers = {},
    signedBy = [signers.root],
  } = options;
  const active = { validFrom: times.validFrom, validUntil: times.validUntil, status: "active" } as const;
  const roleOf = (signer: LocalSigner): { keyids: readonly string[]; threshold: number } => ({
    keyids: [signer.keyId],
    threshold: 1,
  });
  const predecessors = after === undefined ? [] : [...(after.predecessors ?? []), signedPart(after)];
  const document = createTrustRootDocument({
    version: predecessors.length + 1,
    previous: after === undefined ? null : sha256(after.document),
    issuedAt: times.rootIssued,
    expiresAt: times.rootExpires,
    keys: [
      ...rootKeys.signers.map(({ publicKey }, at) => ({
        publicKey,
        operator: `${operator}${at === 0 ? "" : `, seat ${at + 1}`}`,
        ...active,
      })),
      ...(minimal ? [] : [{ publicKey: signers.policy.publicKey, operator: "compliance", ...active }]),
      ...(minimal ? [] : [{ publicKey: signers.release.publicKey, operator: "engineering", ...active }]),
      ...(runtimeRole
        ? [{ publicKey: signers.runtime.publicKey, operator: "operations", ...active, ...runtimeKey }]
        : []),
      ...(sourceKey === undefined
        ? []
        : [{ publicKey: signers.source.publicKey, operator: "claims", ...active, ...sourceKey }]),
      ...logKeys.map(({ signer: { publicKey }, ...standing }) => ({
        publicKey,
        operator: "audit",
        ...active,
        ...standing,
      })),
      ...Object.entries(approvers).map(([person, { publicKey }]) => ({
        publicKey,
        operator: person,
        ...active,
      })),
    ],
    roles: new Map([
      [
        "root",
        { keyids: rootKeys.signers.map(({ keyId }) => keyId), threshold: rootKeys.threshold },
      ] as const,
      ...(minimal
        ? []
        : [["policy", roleOf(signers.policy)] as const, ["release", roleOf(signers.release)] as const]),
      ...(runtimeRole ? [["runtime", roleOf(signers.runtime)] as const] : []),
      ...(sourceKey === undefined ? [] : [["source:claims-db", roleOf(signers.source)] as const]),
      ...(logKeys.length === 0
        ? []
        : [["log", { keyids: logKeys.map(({ signer }) => signer.keyId), threshold: 1 }] as const]),
      ...(Object.keys(approvers).length === 0
        ? []
        : [
            [
              "approver:claims-manager",
              { keyids: Object.values(approvers).map(({ keyId }) => keyId), threshold: 1 },
            ] as const,
          ]),
    ]),
  });
  return {
    document,
    signature: await signDetached(payloadTypes.trustRoot, document, signedBy),
    ...(after === undefined ? {} : { predecessors }),
    pinnedKey: signers.root.publicKey,
  };
}

export function signedPart({ document, signature }: SignedDocument): SignedDocument {
  return { document, signature };
}

export async function bundleOf(policy: Uint8Array, signer = signers.policy): Promise<BundleContent> {
  const manifest = createBundleManifest({ policy, createdAt: times.bundleCreated });
  const signature = await signDetached(payloadTypes.policyBundle, manifest, [signer]);
  return { manifest, signature, files: new Map([["policy.json", policy]]) };
}

type Standing = "active" | "deprecated" | "revoked";

export async function indexOf(
  bundles: readonly (readonly [version: string, bundle: BundleContent, standing: Standing])[],
  { version = 7, signer = signers.policy } = {},
): Promise<SignedDocument> {
  const versions = (wanted: Standing): Map<string, `sha256:${string}`> =>
    new Map(
      bundles
        .filter(([, , standing]) => standing === wanted)
        .map(([policyVersion, { manifest }]) => [policyVersion, sha256(manifest)]),
    );
  const document = createPolicyIndexDocument({
    version,
    issuedAt: times.indexIssued,
    expiresAt: times.indexExpires,
    policies: new Map([
      [
        "claims-approval",
        { active: versions("active"), deprecated: versions("deprecated"), revoked: versions("revoked") },
      ],
    ]),
  });
  return { document, signature: await signDetached(payloadTypes.policyIndex, document, [signer]) };
}

export async function releaseOf(
  runtimeVersion = "1.2.3",
  signer = signers.release,
  evaluatorSemantics = EVALUATOR_SEMANTICS,
): Promise<SignedDocument> {
  const document = createReleaseManifestDocument({
    runtimeVersion,
    evaluatorSemantics,
    schemaVersions: [SCHEMA_VERSION],
    createdAt: times.rootIssued,
    files: [{ path: "@parmanasystems/execution@1.2.3/dist/index.js", size: 3, sha256: sha256("abc") }],
  });
  return { document, signature: await signDetached(payloadTypes.releaseManifest, document, [signer]) };
}

export interface World {
  readonly material: VerificationMaterial & {
    readonly bundle: BundleContent;
    readonly policyIndex: SignedDocument;
    readonly release: SignedDocument;
    readonly now: number;
  };
  readonly attestation: ExecutionAttestation;
  readonly evidence: Evidence;
  /** Everything supplied: an honest world verifies at L4 with it. */
  readonly options: VerificationMaterial & AttestationMaterial;
}

interface WorldOptions {
  readonly trustRoot?: PinnedTrustRoot;
  readonly policy?: Uint8Array;
  readonly signals?: SignalValues;
  readonly signalProvenance?: Record<string, SignalProvenance>;
  readonly executionId?: string;
}

/** Real documents, really signed; a real decision, made through the same calls as the runtime makes them. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const trustRoot = options.trustRoot ?? (await trustRootOf());
  const signals = options.signals ?? smallClaim;
  const signalProvenance = options.signalProvenance ?? { claim_amount: { source: "claims-db" } };
  const execution_id = options.executionId ?? "claim-0001";
  const bundle = await bundleOf(options.policy ?? claimsPolicy());
  const policyIndex = await indexOf([["1.0.0", bundle, "active"]]);
  const release = await releaseOf();

  const root = openTrustRoot({
    document: trustRoot.document,
    signature: trustRoot.signature,
    pinnedKey: signers.root.publicKey,
  });
  const opened = openPolicyBundle(bundle, root);
  const index = openPolicyIndex(policyIndex, root);
  const manifest = openReleaseManifest(release, root);
  const { policyId, policyVersion, schemaVersion } = opened.policy;
  const decision = compilePolicy(opened.policy).evaluate(signals);
  const token = await issueExecutionToken(
    {
      execution_id,
      execution_fingerprint: executionFingerprint({ policyId, policyVersion, signals }),
      policyId,
      policyVersion,
      bundleHash: opened.bundleHash,
      decision: decision.decision,
      rule_id: decision.rule_id,
      issuedAt: times.attestationIssued,
      expiresAt: "2026-03-01T12:01:00.000Z",
      audience: signers.runtime.keyId,
    },
    signers.runtime,
  );
  const attestation = await executeDecision(
    {
      token,
      decision,
      provenance: {
        runtimeVersion: manifest.runtimeVersion,
        runtimeHash: manifest.runtimeHash,
        policyHash: opened.policyHash,
        bundleHash: opened.bundleHash,
        releaseManifestHash: manifest.releaseManifestHash,
        trustRootVersion: root.version,
        trustRootHash: root.hash,
        policyIndexVersion: index.version,
        schemaVersion,
        evaluatorSemantics: EVALUATOR_SEMANTICS,
        signalsHash: signalsHash(signals),
        signalProvenanceHash: signalProvenanceHash(signalProvenance),
      },
      requester: "agent-7",
    },
    signers.runtime,
    new LocalVerifier(signers.runtime.publicKey),
  );
  const evidence: Evidence = { type: "parmana/evidence/v1", execution_id, signals, signalProvenance };
  const material = { trustRoot, bundle, policyIndex, release, now: times.now };
  return { material, attestation, evidence, options: { ...material, evidence: evidenceBytes(evidence) } };
}

/** What a thief of the runtime key, or a faulty runtime, could make: any members, correctly signed. */
export function signed(
  attestation: ExecutionAttestation,
  changes: Partial<ExecutionAttestation>,
  signer = signers.runtime,
): ExecutionAttestation {
  const changed: ExecutionAttestation = { ...attestation, ...changes, keyId: signer.keyId };
  return {
    ...changed,
    signature: encodeBase64(signer.signSync(payloadTypes.attestation, attestationPayload(changed))),
  };
}

export function withProvenance(
  attestation: ExecutionAttestation,
  changes: Partial<ExecutionAttestation["provenance"]>,
): ExecutionAttestation {
  return signed(attestation, { provenance: { ...attestation.provenance, ...changes } });
}

export function jsonBytes(value: unknown): Uint8Array {
  return encodeUtf8(JSON.stringify(value));
}

export function find(report: VerificationReport, id: CheckId): Check {
  const check = report.checks.find((candidate) => candidate.id === id);
  if (check === undefined) throw new Error(`The report has no check ${id}.`);
  return check;
}

/** Ids and codes of the checks that failed, in the order of the report. */
export function failures(report: VerificationReport): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    report.checks.filter(({ status }) => status === "fail").map(({ id, code }) => [id, code]),
  );
}

export function skipped(report: VerificationReport): readonly string[] {
  return report.checks.filter(({ status }) => status === "not_checked").map(({ id }) => id);
}
