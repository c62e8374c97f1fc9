import {
  formatTimestamp,
  isTimestamp,
  ownMembers,
  ParmanaError,
  parseTimestamp,
  shorten,
} from "@parmanasystems/canonical";
import {
  type SignalProvenance,
  signalStatementBytes,
  type SignalValue,
  type SignalValues,
} from "@parmanasystems/provenance";
import { decodeBase64, type DsseSignature, pae, payloadTypes } from "@parmanasystems/signing";
import { GovernanceError, type GovernanceErrorCode } from "./errors.js";
import type { Policy, ProvenanceRequirement } from "./policy.js";
import { roleKey } from "./trust-root/roles.js";
import type { TrustRoot } from "./trust-root/trust-root.js";

export interface ProvenanceInput {
  readonly policy: Policy;
  /** As `validateSignals` returns them. */
  readonly signals: SignalValues;
  /** By signal, as `normalizeGovernedSignals` returns it. */
  readonly provenance: Readonly<Record<string, SignalProvenance>>;
  /** The one that the caller named. One that is made later cannot have been signed for. */
  readonly executionId: string | undefined;
  /** When it is decided, in milliseconds since 1970. */
  readonly now: number;
  readonly trustRoot: TrustRoot;
}

/** One signal and what is said of its origin. */
interface Stated {
  readonly signal: string;
  readonly value: SignalValue;
  readonly record: SignalProvenance;
}

/**
 * Judges where the signals come from, in the order in which the policy declares them: what it demands of each, and
 * every signature that is there, demanded or not.
 * @throws GovernanceError VAL-030 to VAL-038; details: signal
 */
export function requireProvenance(input: ProvenanceInput): void {
  const { policy, signals, provenance } = input;
  requireNoStray(input);
  for (const [signal, declaration] of policy.signals) {
    const value = ownMember(signals, signal);
    // An optional signal that was left out states nothing.
    if (value === undefined) continue;
    const given = ownMember(provenance, signal);
    // Own members only: an inherited observedAt must not make an old value a fresh one (threat 58).
    const stated = given === undefined ? undefined : { signal, value, record: ownMembers(given) };
    const demand = Object.hasOwn(declaration, "provenance") ? declaration.provenance : undefined;
    if (demand !== undefined) requireDemanded(ownMembers(demand), signal, stated, input);
    if (stated?.record.attestation !== undefined) requireSignature(stated, stated.record.attestation, input);
  }
}

/** What nobody would look at is not let in: it would be attested all the same. */
function requireNoStray({ policy, signals, provenance }: ProvenanceInput): void {
  const stray = Object.keys(provenance)
    .sort()
    .find((name) => !policy.signals.has(name) || !Object.hasOwn(signals, name));
  if (stray === undefined) return;
  throw new GovernanceError(
    "VAL-038",
    `There is provenance of ${shorten(stray)}, which is no signal that was given and declared.`,
    { details: { signal: stray.slice(0, 64) } },
  );
}

function requireDemanded(
  { sources, maxAgeSeconds, signed, subject }: ProvenanceRequirement,
  signal: string,
  stated: Stated | undefined,
  input: ProvenanceInput,
): void {
  if (stated === undefined) {
    const { policyId, policyVersion } = input.policy;
    throw refusal(
      "VAL-030",
      signal,
      `must come with its provenance, which policy ${policyId} ${policyVersion} demands`,
    );
  }
  const { source, attestation } = stated.record;
  if (sources?.includes(source) === false) {
    throw refusal("VAL-031", signal, `must come from ${sources.join(" or ")}, not from ${shorten(source)}`);
  }
  if (maxAgeSeconds !== undefined) requireFresh(stated, maxAgeSeconds, input.now);
  if (signed === undefined) return;
  if (attestation === undefined) {
    throw refusal("VAL-034", signal, `must be signed by its source ${shorten(source)}`);
  }
  requireSubject(stated, subject, input.signals);
}

function requireFresh(stated: Stated, maxAgeSeconds: number, now: number): void {
  const observedAt = requireObserved(stated, now);
  if (now - observedAt > maxAgeSeconds * 1000) {
    throw refusal(
      "VAL-032",
      stated.signal,
      `must have been observed in the last ${maxAgeSeconds} seconds, not at ${formatTimestamp(observedAt)}`,
    );
  }
}

/** Milliseconds since 1970, not after `now`. */
function requireObserved({ signal, record: { observedAt } }: Stated, now: number): number {
  if (observedAt === undefined || !isTimestamp(observedAt)) {
    throw refusal("VAL-032", signal, "must state in observedAt when its source observed it");
  }
  const observed = parseTimestamp(observedAt);
  // Negated, so that NaN is refused too.
  if (!(observed <= now)) {
    throw refusal("VAL-033", signal, `was observed at ${observedAt}, a time this clock has not reached`);
  }
  return observed;
}

/** Without a subject the signature is for one execution, and must not be for a subject, which may come again. */
function requireSubject(
  { signal, record }: Stated,
  subject: string | undefined,
  signals: SignalValues,
): void {
  if (subject === undefined) {
    if (record.subject === undefined) return;
    throw refusal("VAL-036", signal, "must be stated for this execution, and is stated for a subject");
  }
  const expected = ownMember(signals, subject);
  // As text, because a subject is one: 17 and "17" never meet, as the subject's signal has one type.
  if (expected === undefined || record.subject !== String(expected)) {
    throw refusal(
      "VAL-036",
      signal,
      `must be stated for the subject that the signal "${subject}" names, and is stated for ${record.subject === undefined ? "none" : "another"}`,
    );
  }
}

function requireSignature(stated: Stated, attestation: DsseSignature, input: ProvenanceInput): void {
  const { signal, record } = stated;
  const { executionId } = input;
  const observedAt = requireObserved(stated, input.now);
  if (record.subject === undefined && executionId === undefined) {
    throw refusal(
      "VAL-037",
      signal,
      "is signed for one execution: the request must name the executionId that its source signed for",
    );
  }
  if (verifies(stated, attestation, observedAt, input)) return;
  throw badSignature(stated, "it is not over this signal, value, origin and execution or subject.");
}

function verifies(
  { signal, value, record }: Stated,
  { keyid, sig }: DsseSignature,
  observedAt: number,
  { trustRoot, executionId }: ProvenanceInput,
): boolean {
  try {
    const { publicKey } = roleKey(trustRoot, `source:${record.source}`, keyid, observedAt);
    const statement = signalStatementBytes({ signal, value, provenance: record, executionId });
    return publicKey.verify(pae(payloadTypes.signal, statement), decodeBase64(sig));
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw badSignature({ signal, value, record }, cause.message, cause);
  }
}

function badSignature({ signal, record }: Stated, problem: string, cause?: ParmanaError): GovernanceError {
  return new GovernanceError(
    "VAL-035",
    `The signature of the source ${shorten(record.source)} over signal "${signal}" does not hold: ${problem}`,
    { details: { signal }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** The value stays out: signals are often personal data, and messages end in logs. */
function refusal(code: GovernanceErrorCode, signal: string, problem: string): GovernanceError {
  return new GovernanceError(code, `Signal "${signal}" ${problem}.`, { details: { signal } });
}

function ownMember<Value>(owner: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(owner, name) ? owner[name] : undefined;
}
