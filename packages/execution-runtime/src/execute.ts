import { formatTimestamp, ParmanaError, type Sha256 } from "@parmanasystems/canonical";
import {
  type DecisionResult,
  executeDecision,
  type ExecutionAttestation,
  fingerprintSignals,
  issueExecutionToken,
} from "@parmanasystems/execution";
import {
  type OverrideTerms,
  type ProvenanceInput,
  requireProvenance,
  validateSignals,
} from "@parmanasystems/governance";
import { type Evidence, type RuntimeProvenance, signalProvenanceHash } from "@parmanasystems/provenance";
import type { Signer, Verifier } from "@parmanasystems/signing";
import type { EnvironmentSource } from "./environment-source.js";
import { RuntimeError } from "./errors.js";
import { eventRecord } from "./event-record.js";
import type { StepWatch } from "./execution-observer.js";
import { type ExecutionRequest, type RequestSnapshot, snapshotRequest } from "./execution-request.js";
import type { GovernedEnvironment, GovernedPolicy } from "./governed-environment.js";
import type { AttestedRecord, Clock, Reservation } from "./ports.js";
import type { ReviewTask } from "./review-ports.js";
import type { Recorder } from "./recorder.js";
import { reserveOnce } from "./reserve-once.js";

export interface ExecutionContext {
  readonly environment: EnvironmentSource;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly ids: (nowMs: number) => string;
  readonly leaseMs: number;
}

/** The token lives as long as its redemption, in the same process, may take. */
const TOKEN_LIFETIME_MS = 60_000;

/**
 * One governed decision. Nothing of it is reserved, signed or recorded before step 6, and the attestation is released
 * only after step 9: durable record and consumed identity come first.
 */
export async function execute(
  context: ExecutionContext,
  request: ExecutionRequest,
  watch?: StepWatch,
): Promise<ExecutionAttestation> {
  // 1. Read the request once, before anything can change it.
  const requested = snapshotRequest(request);
  const { policyId, policyVersion } = requested;

  // 2. Load and verify what the decision stands on.
  watch?.enter("load_bundle");
  const environment = context.environment.atHand ?? (await context.environment.current());
  const now = context.clock.now();
  const elapsedMs = stopwatch();
  environment.requireInForce(now, context.signer.keyId);
  const policy =
    environment.atHand(policyId, policyVersion) ?? (await environment.policy(policyId, policyVersion));

  // 3. Validate the signals, and judge where they come from.
  watch?.enter("validate_signals", { policyId, policyVersion });
  const signals = validateSignals(policy.bundle.policy, requested.signals.values);
  const stated = {
    policy: policy.bundle.policy,
    signals,
    provenance: requested.signals.provenance,
    executionId: requested.executionId,
    now,
  };
  requireProvenance({ ...stated, trustRoot: environment.trustRoot });

  // 4. Evaluate.
  watch?.enter("evaluate");
  const decision = policy.compiled.evaluate(signals);

  // 5. Fingerprint the facts, and say what it all stands on.
  watch?.enter("fingerprint", { ruleId: decision.rule_id, decision: decision.decision });
  const { executionFingerprint, signalsHash } = fingerprintSignals({ policyId, policyVersion, signals });
  const executionId = requested.executionId ?? context.ids(now);
  const evidence: Evidence = {
    type: "parmana/evidence/v1",
    execution_id: executionId,
    signals,
    signalProvenance: requested.signals.provenance,
  };
  const provenance = provenanceOf(environment, policy, signalsHash, evidence);

  // 6. Reserve: from here on nobody else can execute this identity.
  watch?.enter("reserve");
  const { identity } = policy.bundle.policy.replay;
  const { leaseMs } = context;
  const reserveRequest = { executionId, fingerprint: executionFingerprint, identity, leaseMs };
  const reservation = await reserveOnce(context.recorder, reserveRequest);

  // 7. + 8. Issue the one-time token and redeem it for the signed attestation.
  watch?.enter("issue_token");
  const attempt = { requested, reservation, decision, provenance, environment, stated, elapsedMs, watch };
  const attestation = await attest(context, attempt);

  // 9. Append to the log and confirm the identity.
  watch?.enter("append_and_confirm");
  const record: AttestedRecord = {
    event: "attested",
    executionId,
    fingerprint: executionFingerprint,
    identity,
    decision: decision.decision,
    code: null,
    attestation,
    evidence,
  };
  const task =
    decision.decision === "pending_override"
      ? reviewTaskOf(attestation, policy.bundle.policy.override, now)
      : undefined;
  await context.recorder.commit(reservation, record, task);
  return attestation;
}

interface AttestInput {
  readonly requested: RequestSnapshot;
  readonly reservation: Reservation;
  readonly decision: DecisionResult;
  readonly provenance: RuntimeProvenance;
  readonly environment: GovernedEnvironment;
  /** The signals and their origin, as of the time of the decision on the wall clock. */
  readonly stated: Omit<ProvenanceInput, "trustRoot">;
  /** A stopwatch that has run since. */
  readonly elapsedMs: () => number;
  readonly watch: StepWatch | undefined;
}

async function attest(context: ExecutionContext, input: AttestInput): Promise<ExecutionAttestation> {
  const { requested, reservation, decision, provenance } = input;
  const { now } = input.stated;
  const { signer, verifier } = context;
  try {
    const token = await issueExecutionToken(
      {
        execution_id: reservation.executionId,
        execution_fingerprint: reservation.fingerprint,
        policyId: requested.policyId,
        policyVersion: requested.policyVersion,
        bundleHash: provenance.bundleHash,
        decision: decision.decision,
        rule_id: decision.rule_id,
        issuedAt: formatTimestamp(now),
        expiresAt: formatTimestamp(now + TOKEN_LIFETIME_MS),
        audience: signer.keyId,
      },
      signer,
    );
    input.watch?.enter("execute_decision");
    const attestation = await executeDecision(
      { token, decision, provenance, ...requested.bound },
      signer,
      verifier,
    );
    // A reload in the meantime counts.
    requireStillInForce(context, input, context.environment.atHand ?? (await context.environment.current()));
    return attestation;
  } catch (cause) {
    const refusal = ParmanaError.isInstance(cause)
      ? cause
      : new RuntimeError("SYS-008", "The signer failed, so there is no attestation.", { cause });
    await burn(context.recorder, reservation, refusal.code);
    throw refusal;
  }
}

/** Time that passed, on the monotonic clock: a wall clock can be set. */
function stopwatch(): () => number {
  const startedMs = performance.now();
  return () => performance.now() - startedMs;
}

/** Store and signer took their time: is the decision still one that may be made? */
function requireStillInForce(
  context: ExecutionContext,
  input: AttestInput,
  environment: GovernedEnvironment,
): void {
  const { requested, provenance, stated, elapsedMs } = input;
  const later = context.clock.now();
  requireInTime(elapsedMs(), later - stated.now);
  environment.requireInForce(later, context.signer.keyId);
  environment.requireListed(requested, provenance.bundleHash);
  // A source's key may be revoked by now. Facts do not grow stale here: their age counts at the time the attestation is dated.
  if (environment !== input.environment) requireProvenance({ ...stated, trustRoot: environment.trustRoot });
}

/** What a signer that stalled, or a clock that jumped, would date wrongly is not released. @throws RuntimeError INV-083 */
function requireInTime(elapsedMs: number, wallMs: number): void {
  if (elapsedMs < TOKEN_LIFETIME_MS && wallMs >= 0 && wallMs < TOKEN_LIFETIME_MS) return;
  throw new RuntimeError(
    "INV-083",
    "The token ran out, or the clock jumped, before the decision was attested.",
    {
      details: { elapsedMs: Math.round(elapsedMs), wallMs },
    },
  );
}

/** Best effort: when even this fails, the lease runs out and whoever comes next finds the orphan. */
async function burn(recorder: Recorder, reservation: Reservation, code: string): Promise<void> {
  await recorder.fail(reservation, eventRecord("failed", reservation, code)).catch(() => undefined);
}

function provenanceOf(
  { trustRoot, policyIndex, release }: GovernedEnvironment,
  { bundle }: GovernedPolicy,
  signalsHash: Sha256,
  evidence: Evidence,
): RuntimeProvenance {
  return {
    runtimeVersion: release.runtimeVersion,
    runtimeHash: release.runtimeHash,
    policyHash: bundle.policyHash,
    bundleHash: bundle.bundleHash,
    releaseManifestHash: release.releaseManifestHash,
    trustRootVersion: trustRoot.version,
    trustRootHash: trustRoot.hash,
    policyIndexVersion: policyIndex.version,
    schemaVersion: bundle.policy.schemaVersion,
    evaluatorSemantics: release.evaluatorSemantics,
    signalsHash,
    signalProvenanceHash: signalProvenanceHash(evidence.signalProvenance),
  };
}

function reviewTaskOf(
  attestation: ExecutionAttestation,
  override: OverrideTerms | undefined,
  now: number,
): ReviewTask {
  const { execution_id: executionId, policyId, policyVersion, reason } = attestation;
  const task = { executionId, policyId, policyVersion, reason, createdAt: formatTimestamp(now) };
  if (override === undefined) return task;
  const { approverRoles, quorum, signed, expiresAfterSeconds } = override;
  const expiresAt = formatTimestamp(now + expiresAfterSeconds * 1_000);
  return { ...task, terms: { attestation, approverRoles, quorum, signed, expiresAt } };
}
