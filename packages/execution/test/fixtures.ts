import { canonicalBytes, sha256 } from "@parmanasystems/canonical";
import { parsePolicy, type Policy } from "@parmanasystems/governance";
import type { RuntimeProvenance } from "@parmanasystems/provenance";
import {
  compilePolicy,
  executeDecision,
  type ExecuteDecisionInput,
  type ExecutionAttestation,
  executionFingerprint,
  issueExecutionToken,
  LocalSigner,
  LocalVerifier,
  type SignedExecutionToken,
  type TokenFields,
} from "../src/index.js";

/** The policy of DESIGN section 5. */
export const claimsDocument = {
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  schemaVersion: "1.0.0",
  signalsSchema: {
    claim_amount: { type: "integer", minimum: 0, maximum: 100_000_000, description: "in cents" },
    risk_score: { type: "integer", minimum: 0, maximum: 100 },
    vip_customer: { type: "boolean" },
  },
  replay: { identity: "fingerprint" },
  override: { approverRoles: ["claims-manager"], quorum: 1, expiresAfterSeconds: 86_400 },
  rules: [
    {
      id: "high-risk",
      condition: { signal: "risk_score", greater_than: 80 },
      outcome: { decision: "rejected", action: "reject", reason: "risk score above 80" },
    },
    {
      id: "small-claim",
      condition: { all: [{ signal: "claim_amount", less_than_or_equal: 100_000 }] },
      outcome: { decision: "approved", action: "approve", reason: "small claim" },
    },
    {
      id: "catch-all",
      condition: { all: [] },
      outcome: { decision: "pending_override", action: "manual_review", reason: "needs a claims manager" },
    },
  ],
};

export function policyOf(document: unknown): Policy {
  return parsePolicy(canonicalBytes(document));
}

export const claimsPolicy = policyOf(claimsDocument);
export const claims = compilePolicy(claimsPolicy);

/** RFC 8032 section 7.1, secret keys of tests 1 and 2. */
export const signer = signerOf("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
export const otherSigner = signerOf("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
export const verifier = new LocalVerifier(signer.publicKey);

function signerOf(seed: string): LocalSigner {
  return new LocalSigner(Uint8Array.from(seed.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));
}

export const signals = { claim_amount: 100_000, risk_score: 80, vip_customer: false };
export const decision = claims.decide(signals);
export const issuedAt = "2026-11-20T22:00:00.000Z";
const expiresAt = "2026-11-20T22:01:00.000Z";

export const provenance: RuntimeProvenance = {
  runtimeVersion: "1.0.0",
  runtimeHash: sha256("runtime"),
  policyHash: claimsPolicy.policyHash,
  bundleHash: sha256("bundle"),
  releaseManifestHash: sha256("release"),
  trustRootVersion: 3,
  trustRootHash: sha256("trust root"),
  policyIndexVersion: 7,
  schemaVersion: "1.0.0",
  evaluatorSemantics: "parmana-policy/1",
  signalsHash: sha256("signals"),
  signalProvenanceHash: sha256("{}"),
};

export const tokenFields: TokenFields = {
  execution_id: "claim-2026-000017",
  execution_fingerprint: executionFingerprint({
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signals,
  }),
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  bundleHash: provenance.bundleHash,
  decision: decision.decision,
  rule_id: decision.rule_id,
  issuedAt,
  expiresAt,
  audience: signer.keyId,
};

export function issue(changes: Partial<TokenFields> = {}): Promise<SignedExecutionToken> {
  return issueExecutionToken({ ...tokenFields, ...changes }, signer);
}

/** What a remote party holds: equal, and unknown to this process. */
export function copyOf<T>(value: T): T {
  return structuredClone(value);
}

export async function inputFor(changes: Partial<ExecuteDecisionInput> = {}): Promise<ExecuteDecisionInput> {
  return { token: await issue(), decision, provenance, ...changes };
}

export async function attest(changes: Partial<ExecuteDecisionInput> = {}): Promise<ExecutionAttestation> {
  return executeDecision(await inputFor(changes), signer, verifier);
}

/** A copy without one member. */
export function without(value: object, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/** With every optional member. */
export const bound = {
  requester: "agent-7@claims.example",
  audience: "payments.example",
  actionHash: sha256('{"amount":100000}'),
} as const;

/** An execution that waits for people. */
export async function pendingAttestation(
  binding: Partial<ExecuteDecisionInput> = bound,
): Promise<ExecutionAttestation> {
  const decision = claims.decide({ claim_amount: 4_800_000, risk_score: 35, vip_customer: true });
  const token = await issue({ decision: decision.decision, rule_id: decision.rule_id });
  return attest({ token, decision, ...binding });
}
