// Makes a trust root, a signed policy and one attestation in memory, then verifies them as a stranger would: offline.
import { canonicalBytes, sha256 } from "@parmanasystems/canonical";
import {
  compilePolicy,
  executeDecision,
  executionFingerprint,
  issueExecutionToken,
} from "@parmanasystems/execution";
import * as governance from "@parmanasystems/governance";
import { evidenceBytes, signalProvenanceHash, signalsHash } from "@parmanasystems/provenance";
import { LocalSigner, LocalVerifier, payloadTypes, PrivateKey, signDetached } from "@parmanasystems/signing";
import { verifyAttestation } from "@parmanasystems/verifier";

// The owners: one key for each role of the trust root.
const now = Date.now();
const signers = new Map(
  ["root", "policy", "release", "runtime"].map((role) => [role, new LocalSigner(PrivateKey.generate())]),
);
const sign = async (role, payloadType, document) => ({
  document,
  signature: await signDetached(payloadType, document, [signers.get(role)]),
});
const life = { validFrom: now - 1_000, validUntil: now + 86_400_000, status: "active" };
const trustRoot = await sign(
  "root",
  payloadTypes.trustRoot,
  governance.createTrustRootDocument({
    version: 1,
    issuedAt: now - 1_000,
    expiresAt: now + 86_400_000,
    previous: null,
    keys: [...signers].map(([role, { publicKey }]) => ({ publicKey, operator: `${role}-team`, ...life })),
    roles: new Map([...signers].map(([role, { keyId }]) => [role, { keyids: [keyId], threshold: 1 }])),
  }),
);
const pinnedKey = signers.get("root").publicKey;
const root = governance.openTrustRoot({ ...trustRoot, pinnedKey });

const policyFile = canonicalBytes({
  policyId: "refunds",
  policyVersion: "1.0.0",
  schemaVersion: governance.SCHEMA_VERSION,
  signalsSchema: { amount: { type: "integer", minimum: 0, maximum: 1_000_000 } },
  replay: { identity: "execution" },
  rules: [
    {
      id: "small",
      condition: { signal: "amount", less_than: 5_000 },
      outcome: { decision: "approved", action: "refund", reason: "small amount" },
    },
    {
      id: "catch-all",
      condition: { all: [] },
      outcome: { decision: "rejected", action: "none", reason: "amount too high" },
    },
  ],
});
const manifest = governance.createBundleManifest({
  policy: policyFile,
  createdAt: new Date(now).toISOString(),
});
const { signature } = await sign("policy", payloadTypes.policyBundle, manifest);
const bundle = { manifest, signature, files: new Map([["policy.json", policyFile]]) };
const policyIndex = await sign(
  "policy",
  payloadTypes.policyIndex,
  governance.createPolicyIndexDocument({
    version: 1,
    issuedAt: now,
    expiresAt: now + 86_400_000,
    policies: new Map([
      [
        "refunds",
        { active: new Map([["1.0.0", sha256(manifest)]]), deprecated: new Map(), revoked: new Map() },
      ],
    ]),
  }),
);
const release = await sign(
  "release",
  payloadTypes.releaseManifest,
  governance.createReleaseManifestDocument({
    runtimeVersion: "1.0.0",
    evaluatorSemantics: governance.EVALUATOR_SEMANTICS,
    schemaVersions: [governance.SCHEMA_VERSION],
    createdAt: now,
    files: [{ path: "runtime.js", size: 0, sha256: sha256("") }],
  }),
);

// The runtime: decides once and attests. In practice @parmanasystems/execution-runtime does all of this.
const signals = { amount: 1_200 };
const { policy, policyHash, bundleHash } = governance.openPolicyBundle(bundle, root);
const { policyId, policyVersion } = policy;
const { runtimeVersion, runtimeHash, releaseManifestHash } = governance.openReleaseManifest(release, root);
const decision = compilePolicy(policy).decide(signals);
const runtime = signers.get("runtime");
const token = await issueExecutionToken(
  {
    execution_id: "refund-0001",
    execution_fingerprint: executionFingerprint({ policyId, policyVersion, signals }),
    policyId,
    policyVersion,
    bundleHash,
    decision: decision.decision,
    rule_id: decision.rule_id,
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 60_000).toISOString(),
    audience: runtime.keyId,
  },
  runtime,
);
const provenance = {
  runtimeVersion,
  runtimeHash,
  policyHash,
  bundleHash,
  releaseManifestHash,
  trustRootVersion: root.version,
  trustRootHash: root.hash,
  policyIndexVersion: 1,
  schemaVersion: policy.schemaVersion,
  evaluatorSemantics: governance.EVALUATOR_SEMANTICS,
  signalsHash: signalsHash(signals),
  signalProvenanceHash: signalProvenanceHash({}),
};
const attestation = await executeDecision(
  { token, decision, provenance },
  runtime,
  new LocalVerifier(runtime.publicKey),
);
const evidence = evidenceBytes({
  type: "parmana/evidence/v1",
  execution_id: "refund-0001",
  signals,
  signalProvenance: {},
});

// The stranger: has the files and one pinned root key, nothing else.
const material = { trustRoot: { ...trustRoot, pinnedKey }, bundle, policyIndex, release, evidence, now };
const report = verifyAttestation(attestation, material);
console.log(`genuine: ${report.verdict}, level ${report.level}`);

const forged = verifyAttestation({ ...attestation, decision: "rejected" }, material);
console.log(`changed: ${forged.verdict}`);
for (const { id, code, detail } of forged.checks.filter(({ status }) => status === "fail"))
  console.log(`  ${id} ${code}: ${detail}`);

if (report.verdict !== "verified" || forged.verdict !== "refused") process.exitCode = 1;
