import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canonicalBytes, encodeUtf8, formatTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  compilePolicy,
  executeDecision,
  type ExecutionAttestation,
  executionFingerprint,
  issueExecutionToken,
  issueResolution,
  type LogEntry,
  type ResolutionAttestation,
  resolutionEvidence,
  resolutionHash,
  signVote,
} from "@parmanasystems/execution";
import {
  EVALUATOR_SEMANTICS,
  openPolicyBundle,
  openReleaseManifest,
  type SignedDocument,
} from "@parmanasystems/governance";
import { readBundleContent } from "@parmanasystems/governance/node";
import {
  attestSignal,
  evidenceBytes,
  normalizeGovernedSignals,
  signalProvenanceHash,
  signalsHash,
} from "@parmanasystems/provenance";
import { createNoteSigner, signNote } from "@parmanasystems/signing";
import { createTestEnvironment, type TestEnvironment } from "@parmanasystems/testkit";
import {
  type EvidenceBundle,
  formatCheckpoint,
  formatEvidenceBundle,
  formatLogProof,
  leafHash,
} from "@parmanasystems/verifier";

const POLICY = { policyId: "agent-payment", policyVersion: "1.0.0" } as const;

/** A governed environment with real keys, and what the page is given of it. */
export interface Office {
  readonly environment: TestEnvironment;
  readonly rootPem: string;
  readonly rootKeyId: string;
  readonly trustRoot: SignedDocument;
  /** Decides, attests and puts it into a log of one entry. */
  execute(executionId: string, signals: Readonly<Record<string, unknown>>): Promise<Executed>;
}

export interface Executed {
  readonly attestation: ExecutionAttestation;
  readonly bundle: EvidenceBundle;
  /** The same, ended by two votes. */
  resolve(): Promise<EvidenceBundle>;
}

export const fileOf = (bundle: EvidenceBundle): Buffer => Buffer.from(formatEvidenceBundle(bundle));

export const invoice = {
  agent_id: "procurement-agent-7",
  vendor_id: "V-20418",
  invoice_number: "2026-1187",
  amount: 42_500,
  currency: "EUR",
  vendor_verified: true,
  bank_details_changed: false,
  daily_total_after: 310_000,
  daily_limit: 2_000_000,
};

/** Ten minutes ago, so that all of it lies in the past of whoever looks at it now. */
export async function openOffice(now = Date.now() - 600_000, withoutRuntimeRole = false): Promise<Office> {
  const environment = await createTestEnvironment({
    policies: [fileURLToPath(new URL("../../../policies/agent-payment/1.0.0", import.meta.url))],
    modules: [import.meta.url],
    now,
    withoutRuntimeRole,
    sources: ["vendor-register"],
    approvers: { "payments-officer": ["ada"], "finance-manager": ["grace"] },
  });
  const { paths, trustRoot, keys, signer, verifier } = environment;
  const signed = (path: string): SignedDocument => ({
    document: readFileSync(path),
    signature: readFileSync(path.replace(/\.json$/, ".sig")),
  });
  const content = await readBundleContent(paths.policiesRootPath, POLICY.policyId, POLICY.policyVersion);
  const { policy, policyHash, bundleHash } = openPolicyBundle(content, trustRoot);
  const release = signed(paths.releaseManifestPath);
  const manifest = openReleaseManifest(release, trustRoot);

  const execute = async (
    execution_id: string,
    given: Readonly<Record<string, unknown>>,
  ): Promise<Executed> => {
    const register = environment.sources.get("vendor-register");
    if (register === undefined) throw new Error("there is no such source");
    const observedAt = formatTimestamp(now + 1_000);
    const vouched = await attestSignal(
      {
        signal: "vendor_verified",
        value: Boolean(given["vendor_verified"]),
        source: "vendor-register",
        observedAt,
        executionId: execution_id,
      },
      register,
    );
    const { values: signals, provenance: signalProvenance } = normalizeGovernedSignals({
      ...given,
      vendor_verified: vouched,
      amount: { value: given["amount"], provenance: { source: "erp", observedAt, subject: "2026-1187" } },
    });
    const decision = compilePolicy(policy).evaluate(signals);
    const issuedAt = formatTimestamp(now + 2_000);
    const token = await issueExecutionToken(
      {
        ...POLICY,
        execution_id,
        execution_fingerprint: executionFingerprint({ ...POLICY, signals }),
        bundleHash,
        decision: decision.decision,
        rule_id: decision.rule_id,
        issuedAt,
        expiresAt: formatTimestamp(now + 60_000),
        audience: signer.keyId,
      },
      signer,
    );
    const attestation = await executeDecision(
      {
        token,
        decision,
        provenance: {
          runtimeVersion: manifest.runtimeVersion,
          runtimeHash: manifest.runtimeHash,
          policyHash,
          bundleHash,
          releaseManifestHash: manifest.releaseManifestHash,
          trustRootVersion: trustRoot.version,
          trustRootHash: trustRoot.hash,
          policyIndexVersion: 2,
          schemaVersion: policy.schemaVersion,
          evaluatorSemantics: EVALUATOR_SEMANTICS,
          signalsHash: signalsHash(signals),
          signalProvenanceHash: signalProvenanceHash(signalProvenance),
        },
        requester: "procurement-agent-7",
        audience: "payments.example.com",
      },
      signer,
      verifier,
    );
    const bundle: EvidenceBundle = {
      attestation: canonicalBytes(attestation),
      evidence: evidenceBytes({ type: "parmana/evidence/v1", execution_id, signals, signalProvenance }),
      bundle: content,
      policyIndex: signed(join(paths.policiesRootPath, "index.json")),
      formerPolicyIndexes: [],
      release,
      trustRoot: { ...signed(paths.trustRootPath), predecessors: [] },
      logProof: await logOf(
        {
          event: "attested",
          ...subjectOf(attestation),
          attestationHash: attestationHash(attestation),
          decision: attestation.decision,
          replayIdentity: policy.replay.identity,
        },
        environment,
        formatTimestamp(now + 3_000),
      ),
      resolution: undefined,
    };
    const resolve = async (): Promise<EvidenceBundle> => {
      const subject = { execution_id, attestationHash: attestationHash(attestation) };
      const people = [
        ["ada", "payments-officer", "I called the vendor: the invoice is right."],
        ["grace", "finance-manager", "Within the budget of the quarter."],
      ] as const;
      const votes = await Promise.all(
        people.map(([approver, role, reason], at) => {
          const key = environment.approvers.get(approver);
          if (key === undefined) throw new Error(`${approver} has no key`);
          const votedAt = formatTimestamp(now + 60_000 * (at + 1));
          return signVote(subject, { approver, role, decision: "approved", reason, votedAt }, key);
        }),
      );
      const resolution = await issueResolution(
        {
          attestation,
          resolution: "approved",
          votes,
          issuedAt: formatTimestamp(now + 180_000),
          provenance: attestation.provenance,
        },
        signer,
        verifier,
      );
      const end = {
        attestation: canonicalBytes(resolution),
        votes: canonicalBytes(resolutionEvidence(execution_id, votes)),
        release,
        logProof: await logOf(
          {
            event: "override_resolved",
            ...subjectOf(resolution),
            attestationHash: resolutionHash(resolution),
            decision: "approved",
            replayIdentity: null,
          },
          environment,
          formatTimestamp(now + 181_000),
        ),
      };
      return { ...bundle, resolution: end };
    };
    return { attestation, bundle, resolve };
  };

  return {
    environment,
    rootPem: readFileSync(paths.trustPublicKeyPath, "utf8"),
    rootKeyId: keys.root.keyId,
    trustRoot: signed(paths.trustRootPath),
    execute,
  };
}

const subjectOf = ({
  execution_id,
  execution_fingerprint,
}: ExecutionAttestation | ResolutionAttestation) => ({
  execution_id,
  execution_fingerprint,
});

/** A log of this one entry. */
async function logOf(
  facts: Pick<
    LogEntry,
    "event" | "execution_id" | "execution_fingerprint" | "attestationHash" | "decision" | "replayIdentity"
  >,
  { keys }: TestEnvironment,
  time: string,
): Promise<Uint8Array> {
  const extra = canonicalBytes({ type: "parmana/log-entry/v1", seq: 0, time, ...facts, code: null });
  const origin = "log.example.com/payments";
  const signer = createNoteSigner({ name: origin, privateKey: keys.log.toPem() });
  const checkpoint = await signNote(formatCheckpoint({ origin, size: 1, rootHash: leafHash(extra) }), [
    signer,
  ]);
  return encodeUtf8(formatLogProof({ extra, index: 0, hashes: [], checkpoint }));
}
