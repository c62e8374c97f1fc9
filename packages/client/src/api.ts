// Generated from openapi.json by scripts/client-types.mjs; npm run export:openapi writes it again.

/** One line of the answer to a batch: the attestation of an item or, as the last line, the problem at which the batch stopped. */
export interface BatchLine {
  readonly index: number;
  readonly attestation?: ExecutionAttestation;
  readonly problem?: Problem;
}

export interface BatchRequest {
  readonly items: readonly EvaluateRequest[];
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly proof: readonly string[];
}

/** The same signature in the standard spelling: DSSE over an in-toto Statement. */
export interface DsseEnvelope {
  readonly payload: string;
  readonly payloadType: "application/vnd.in-toto+json";
  readonly signatures: readonly {
    /** RFC 7638 thumbprint. */
    readonly keyid: string;
    /** Ed25519, base64. */
    readonly sig: string;
  }[];
}

export interface EvaluateRequest {
  /** The identity of one attempt at one transaction; consumed once, for ever. */
  readonly execution_id?: string;
  readonly policyId: string;
  /** A semantic version without v. */
  readonly policyVersion: string;
  /** Facts: plain values, or governed signals {value, provenance}. The policy's schema has the rest. */
  readonly signals: Readonly<Record<string, unknown>>;
  /** The party meant to act on the decision. */
  readonly audience?: string;
  /** sha256 of the canonical parameters of the very action proposed. */
  readonly actionHash?: string;
}

/** What was decided, by which rule of which policy, on which facts, by which build of the runtime; signed. */
export interface ExecutionAttestation {
  /** The identity of one attempt at one transaction; consumed once, for ever. */
  readonly execution_id: string;
  readonly execution_fingerprint: string;
  readonly policyId: string;
  /** A semantic version without v. */
  readonly policyVersion: string;
  readonly decision: "approved" | "rejected" | "pending_override";
  readonly rule_id: string;
  readonly action: string;
  readonly reason: string;
  readonly execution_state: "completed" | "pending_override";
  /** RFC 3339 UTC with milliseconds. */
  readonly issuedAt: string;
  /** The authenticated caller. */
  readonly requester?: string;
  readonly audience?: string;
  readonly actionHash?: string;
  readonly provenance: RuntimeProvenance;
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

export interface ExecutionEntry {
  readonly seq: number;
  /** RFC 3339 UTC with milliseconds. */
  readonly time: string;
  /** The identity of one attempt at one transaction; consumed once, for ever. */
  readonly execution_id: string;
  readonly execution_fingerprint: string;
  readonly decision: "approved" | "rejected" | "pending_override";
  readonly attestationHash: string;
}

export interface ExecutionPage {
  readonly executions: readonly ExecutionEntry[];
  /** The cursor of the next page; absent at the end. A page may be empty and yet not the last. */
  readonly next?: string;
}

export interface Health {
  readonly status: "ok";
}

/** The keys that sign attestations, for tools that look for them here; trust comes from the trust root only. */
export interface JsonWebKeySet {
  readonly keys: readonly {
    readonly kty: "OKP";
    readonly crv: "Ed25519";
    readonly x: string;
    readonly kid: string;
    readonly alg: "EdDSA";
    readonly use: "sig";
  }[];
}

export interface LogEntry {
  readonly seq: number;
  readonly leafHash: string;
  /** The leaf: leafHash is the RFC 6962 hash of its canonical JSON. */
  readonly entry: {
    readonly type: string;
    readonly seq: number;
    /** RFC 3339 UTC with milliseconds. */
    readonly time: string;
    readonly event: string;
    /** The identity of one attempt at one transaction; consumed once, for ever. */
    readonly execution_id: string;
    readonly execution_fingerprint: string;
    readonly attestationHash?: string | null;
    readonly decision?: string | null;
    readonly code?: string | null;
    readonly replayIdentity?: "fingerprint" | "execution" | null;
  };
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; absent at the end. */
  readonly next?: number;
}

export interface PolicyList {
  readonly indexVersion: number;
  /** RFC 3339 UTC with milliseconds. */
  readonly expiresAt: string;
  readonly policies: readonly {
    readonly policyId: string;
    readonly versions: readonly {
      /** A semantic version without v. */
      readonly policyVersion: string;
      readonly status: "active" | "deprecated" | "revoked";
      readonly bundleHash: string;
    }[];
  }[];
}

export interface PolicyVersion {
  readonly policyId: string;
  /** A semantic version without v. */
  readonly policyVersion: string;
  readonly policyHash: string;
  readonly bundleHash: string;
  readonly status: "active" | "deprecated";
  /** policy.json, whose bytes policyHash covers. */
  readonly policy: Readonly<Record<string, unknown>>;
}

/** RFC 9457, with the stable code of the error. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly execution_id?: string;
  readonly state?: string;
  readonly attestationHash?: string;
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
  readonly signal?: string;
}

/** Whether everything that a decision needs answers: signed documents, signer, stores, log. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly code?: string;
  }[];
}

export interface ResolutionAttestation {
  /** The identity of one attempt at one transaction; consumed once, for ever. */
  readonly execution_id: string;
  readonly execution_fingerprint: string;
  readonly policyId: string;
  /** A semantic version without v. */
  readonly policyVersion: string;
  readonly attestationHash: string;
  readonly resolution: "approved" | "rejected" | "expired";
  readonly votesHash: string;
  readonly approvals: number;
  /** RFC 3339 UTC with milliseconds. */
  readonly issuedAt: string;
  readonly audience?: string;
  readonly actionHash?: string;
  readonly provenance: RuntimeProvenance;
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** The vote of the authenticated caller. */
export interface ResolveRequest {
  readonly decision: "approved" | "rejected";
  /** On one line; it is signed and kept. */
  readonly reason: string;
  /** In which of the caller's roles; may be left out where only one of them may decide. */
  readonly role?: string;
  /** The date of a signed vote; now when absent. */
  readonly votedAt?: string;
  /** RFC 7638 thumbprint. */
  readonly keyId?: string;
  /** Ed25519, base64. */
  readonly signature?: string;
}

export interface Review {
  readonly task: ReviewTask;
  readonly state: "pending" | "resolved" | "expired";
  readonly claim: {
    readonly by: string;
    /** RFC 3339 UTC with milliseconds. */
    readonly until: string;
  } | null;
  /** Those that count. */
  readonly votes: readonly {
    readonly approver: string;
    readonly role: string;
    readonly decision: "approved" | "rejected";
    readonly reason: string;
    /** RFC 3339 UTC with milliseconds. */
    readonly votedAt: string;
    /** RFC 7638 thumbprint. */
    readonly keyId?: string;
    /** Ed25519, base64. */
    readonly signature?: string;
  }[];
  /** How many others the ledger holds: nobody cast them, or a key behind them was revoked. */
  readonly uncounted: number;
}

export interface ReviewList {
  readonly reviews: readonly ReviewTask[];
  /** `after` of the next page; absent at the end. */
  readonly next?: string;
}

/** Pending, with the count of approvals; or resolved, with the signed resolution. */
export interface ReviewOutcome {
  readonly state: "pending" | "resolved";
  readonly approvals?: number;
  readonly quorum?: number;
  readonly resolution?: ResolutionAttestation;
}

export interface ReviewTask {
  /** The identity of one attempt at one transaction; consumed once, for ever. */
  readonly execution_id: string;
  readonly policyId: string;
  /** A semantic version without v. */
  readonly policyVersion: string;
  readonly reason?: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly createdAt: string;
  /** On which terms people may decide; absent in a task that nobody can approve. */
  readonly terms?: {
    readonly approverRoles: readonly string[];
    readonly quorum: number;
    readonly signed: boolean;
    /** RFC 3339 UTC with milliseconds. */
    readonly expiresAt: string;
    readonly attestation: ExecutionAttestation;
  };
}

export interface RuntimeManifest {
  readonly runtimeVersion: string;
  readonly runtimeHash: string;
  readonly releaseManifestHash: string;
  readonly evaluatorSemantics: string;
  readonly schemaVersions: readonly string[];
  /** RFC 3339 UTC with milliseconds. */
  readonly createdAt: string;
  readonly trustRootVersion: number;
  readonly trustRootHash: string;
  readonly policyIndexVersion: number;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly sha256: string;
  }[];
}

export interface RuntimeProvenance {
  readonly runtimeVersion: string;
  readonly runtimeHash: string;
  readonly policyHash: string;
  readonly bundleHash: string;
  readonly releaseManifestHash: string;
  readonly trustRootVersion: number;
  readonly trustRootHash: string;
  readonly policyIndexVersion: number;
  readonly schemaVersion: string;
  readonly evaluatorSemantics: string;
  readonly signalsHash: string;
  readonly signalProvenanceHash: string;
}

/** The JSON Schema of the policy's signals. */
export type SignalsSchema = Readonly<Record<string, unknown>>;

export interface SimulateRequest {
  /** The identity of one attempt at one transaction; consumed once, for ever. */
  readonly execution_id?: string;
  readonly policyId: string;
  /** A semantic version without v. */
  readonly policyVersion: string;
  /** Facts: plain values, or governed signals {value, provenance}. The policy's schema has the rest. */
  readonly signals: Readonly<Record<string, unknown>>;
}

/** What the policy would decide. Nothing was reserved, signed or recorded; nobody may act on it. */
export interface Simulation {
  readonly authoritative: false;
  readonly decision: "approved" | "rejected" | "pending_override";
  readonly rule_id: string;
  readonly action: string;
  readonly reason: string;
  readonly signalsValidated: true;
}

/** The trust root as it was signed, byte for byte. Believe it only after walking the chain from a pinned key. */
export type TrustRootDocument = Readonly<Record<string, unknown>>;

export interface TrustRootSignature {
  readonly payloadType: string;
  readonly signatures: readonly Readonly<Record<string, unknown>>[];
}

export interface VerificationReport {
  readonly verdict: "verified" | "refused";
  readonly level: "none" | "L1" | "L2" | "L3" | "L4";
  readonly checks: readonly {
    readonly id: string;
    readonly level: "L1" | "L2" | "L3" | "L4";
    readonly status: "pass" | "fail" | "not_checked";
    readonly code?: string;
    readonly detail: string;
  }[];
}

export interface VerifyRequest {
  /** An execution attestation, flat or as DSSE envelope. It is checked for more than its form. */
  readonly attestation: Readonly<Record<string, unknown>>;
  /** The evidence of the execution: the decision is made again from it (level L4). */
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** What must hold; L1 when absent, L4 with evidence. */
  readonly level?: "L1" | "L2" | "L4";
}

export interface GetExecutionProofQuery {
  /** Of the decision (default), or of the end of its override. */
  readonly of?: "attestation" | "resolution";
  /** Under the first checkpoint of at least so many entries that covers the execution; without it, under the latest. */
  readonly size?: string;
}

export interface ListReviewsQuery {
  /** Reviews at the most, 1 to 1,000. Default 100. */
  readonly limit?: string;
  /** `next` of the page before; the oldest reviews when absent. */
  readonly after?: string;
}

export interface ListExecutionsQuery {
  /** `next` of the page before; the newest executions when absent. */
  readonly cursor?: string;
  /** Executions at the most, 1 to 1,000. Default 100. */
  readonly limit?: string;
  readonly policyId?: string;
  /** A semantic version without v. */
  readonly policyVersion?: string;
  readonly decision?: "approved" | "rejected" | "pending_override";
  /** Recorded at this time or later. */
  readonly since?: string;
  /** Recorded before this time. */
  readonly until?: string;
}

export interface ListAuditEntriesQuery {
  /** The first position; 0 when absent. */
  readonly from?: string;
  /** Entries at the most, 1 to 1,000. Default 100. */
  readonly limit?: string;
}

export interface GetConsistencyProofQuery {
  /** The size of the older tree, 1 at the least. */
  readonly from: string;
  /** The size of the newer tree. */
  readonly to: string;
}

/** What each route answers with, where that is JSON. */
export interface Answers {
  readonly evaluate: ExecutionAttestation;
  readonly simulate: Simulation;
  readonly getExecution: ExecutionAttestation;
  readonly verify: VerificationReport;
  readonly listReviews: ReviewList;
  readonly getReview: Review;
  readonly claimReview: Review;
  readonly resolveReview: ReviewOutcome;
  readonly listExecutions: ExecutionPage;
  readonly listAuditEntries: LogPage;
  readonly getConsistencyProof: ConsistencyProof;
  readonly listPolicies: PolicyList;
  readonly getPolicy: PolicyVersion;
  readonly getPolicySchema: SignalsSchema;
  readonly getRuntimeManifest: RuntimeManifest;
  readonly getTrustRoot: TrustRootDocument;
  readonly getTrustRootSignature: TrustRootSignature;
  readonly getJwks: JsonWebKeySet;
  readonly getHealth: Health;
  readonly getReadiness: Readiness;
  readonly getOpenApi: Readonly<Record<string, unknown>>;
}

/** What each route reads. */
export interface Bodies {
  readonly evaluate: EvaluateRequest;
  readonly evaluateBatch: BatchRequest;
  readonly simulate: SimulateRequest;
  readonly verify: VerifyRequest;
  readonly resolveReview: ResolveRequest;
}

export const routes = {
  evaluate: { method: "POST", path: "/evaluate" },
  evaluateBatch: { method: "POST", path: "/evaluate/batch" },
  simulate: { method: "POST", path: "/simulate" },
  getExecution: { method: "GET", path: "/executions/{execution_id}" },
  getExecutionProof: { method: "GET", path: "/executions/{execution_id}/proof" },
  verify: { method: "POST", path: "/verify" },
  listReviews: { method: "GET", path: "/reviews" },
  getReview: { method: "GET", path: "/reviews/{execution_id}" },
  claimReview: { method: "POST", path: "/reviews/{execution_id}/claim" },
  resolveReview: { method: "POST", path: "/reviews/{execution_id}/resolve" },
  listExecutions: { method: "GET", path: "/executions" },
  listAuditEntries: { method: "GET", path: "/audit/entries" },
  getCheckpoint: { method: "GET", path: "/audit/checkpoint" },
  getConsistencyProof: { method: "GET", path: "/audit/consistency" },
  listPolicies: { method: "GET", path: "/policies" },
  getPolicy: { method: "GET", path: "/policies/{id}/versions/{version}" },
  getPolicySchema: { method: "GET", path: "/policies/{id}/versions/{version}/schema" },
  getRuntimeManifest: { method: "GET", path: "/runtime/manifest" },
  getTrustRoot: { method: "GET", path: "/.well-known/parmana/trust-root.json" },
  getTrustRootSignature: { method: "GET", path: "/.well-known/parmana/trust-root.sig" },
  getJwks: { method: "GET", path: "/.well-known/jwks.json" },
  getHealth: { method: "GET", path: "/healthz" },
  getReadiness: { method: "GET", path: "/readyz" },
  getMetrics: { method: "GET", path: "/metrics" },
  getOpenApi: { method: "GET", path: "/openapi.json" },
  getDocs: { method: "GET", path: "/docs" },
} as const;
