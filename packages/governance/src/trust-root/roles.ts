import { formatTimestamp, ParmanaError, shorten } from "@parmanasystems/canonical";
import {
  type DsseSignature,
  parseDetachedSignature,
  payloadTypes,
  type PublicKey,
  type ThresholdKey,
  verifyThreshold,
} from "@parmanasystems/signing";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import type { RoleDelegation, TrustedKey, TrustRoot } from "./trust-root.js";

export interface RoleSignatureInput {
  readonly trustRoot: TrustRoot;
  readonly role: string;
  readonly payloadType: string;
  readonly signed: SignedDocument;
  /** When the document says it was made, in milliseconds since 1970. */
  readonly dated: number;
}

/** Their documents have a signature file, which holds as many signatures as wanted. Every other role signs alone. */
const ROLES_OF_SIGNED_FILES: ReadonlySet<string> = new Set(["root", "policy", "release"]);

const nouns: ReadonlyMap<string, string> = new Map([
  [payloadTypes.trustRoot, "the trust root"],
  [payloadTypes.policyBundle, "the policy bundle"],
  [payloadTypes.policyIndex, "the policy index"],
  [payloadTypes.releaseManifest, "the release manifest"],
]);

/**
 * Verifies a detached signature file against a role's threshold and returns the keys that count. Signatures
 * by keys outside the role are ignored; a key that may not sign at `dated` does not count.
 * @throws GovernanceError TRUST-030 to -033 and TRUST-035 to -037
 */
export function verifyForRole(input: RoleSignatureInput): readonly string[] {
  const { role, payloadType, signed } = input;
  const signatures = readDetachedSignatures(payloadType, signed.signature);
  const count = countForRole({ ...input, document: signed.document, signatures });
  if (count.satisfied) return count.keyids;
  // The reason why a present signature does not count says more than the count.
  for (const { keyid } of signatures) {
    const refusal = count.refusals.get(keyid);
    if (refusal !== undefined) throw refusal;
  }
  throw new GovernanceError(
    "TRUST-032",
    `Of the keys of the role ${role}, ${count.keyids.length} signed ${nounOf(payloadType)}; ${count.threshold} of different operators must.`,
    { details: { role, threshold: count.threshold, keyids: [...count.keyids] } },
  );
}

export interface RoleCountInput extends Omit<RoleSignatureInput, "signed"> {
  readonly document: Uint8Array;
  readonly signatures: readonly DsseSignature[];
}

export interface RoleCount {
  readonly threshold: number;
  readonly satisfied: boolean;
  /** The keys of the role that signed and count. */
  readonly keyids: readonly string[];
  /** Why other keys of the role would not count. */
  readonly refusals: ReadonlyMap<string, GovernanceError>;
}

/** How far signatures go towards a role's threshold; there may be none yet. @throws GovernanceError TRUST-031, TRUST-033 */
export function countForRole(input: RoleCountInput): RoleCount {
  const { trustRoot, role, payloadType, document, signatures, dated } = input;
  const { keyids, threshold } = requireRole(trustRoot, role);
  const keys = new Map<string, ThresholdKey>();
  const refusals = new Map<string, GovernanceError>();
  for (const keyId of keyids) {
    const key = requireKey(trustRoot, role, keyId);
    const refusal = refusalOf(key, dated);
    if (refusal === undefined) keys.set(keyId, { publicKey: key.publicKey, operator: key.operator });
    else refusals.set(keyId, refusal);
  }
  const counted =
    signatures.length === 0
      ? { satisfied: false, keyids: [] }
      : countSignatures({ payloadType, payload: document, signatures, keys, threshold });
  const { satisfied } = counted;
  return { threshold, satisfied, keyids: Object.freeze([...counted.keyids]), refusals };
}

/**
 * The one signature by the pinned key.
 * @throws GovernanceError TRUST-017, TRUST-030, TRUST-031, TRUST-035 to -037
 */
export function verifyByKey(input: RoleSignatureInput & { readonly key: PublicKey }): void {
  const { trustRoot, role, payloadType, signed, dated, key } = input;
  const trusted =
    trustRoot.roles.get(role)?.keyids.includes(key.keyId) === true
      ? trustRoot.keys.get(key.keyId)
      : undefined;
  if (trusted === undefined) {
    throw new GovernanceError(
      "TRUST-017",
      `The pinned key ${key.keyId} is not a key of the trust root's role ${role}.`,
    );
  }
  const refusal = refusalOf(trusted, dated);
  if (refusal !== undefined) throw refusal;
  const { satisfied } = countSignatures({
    payloadType,
    payload: signed.document,
    signatures: readDetachedSignatures(payloadType, signed.signature),
    keys: new Map([[key.keyId, { publicKey: key, operator: trusted.operator }]]),
    threshold: 1,
  });
  if (!satisfied) {
    throw new GovernanceError(
      "TRUST-017",
      `The pinned key ${key.keyId} did not sign ${nounOf(payloadType)}.`,
    );
  }
}

/**
 * The key behind a single signature, such as that of an attestation.
 * @throws GovernanceError TRUST-033 to -038
 */
export function roleKey(trustRoot: TrustRoot, role: string, keyId: string, dated: number): TrustedKey {
  requireSingleSignature(role, requireRole(trustRoot, role));
  const key = requireKey(trustRoot, role, keyId);
  const refusal = refusalOf(key, dated);
  if (refusal !== undefined) throw refusal;
  return key;
}

/**
 * Whether a key may make new signatures for a role now: it is in the role, active and valid, and what it signs
 * can verify.
 * @throws GovernanceError TRUST-033 to -039
 */
export function requireSigningKey(
  trustRoot: TrustRoot,
  role: string,
  keyId: string,
  now: number,
): TrustedKey {
  const delegation = requireRole(trustRoot, role);
  if (!ROLES_OF_SIGNED_FILES.has(role)) requireSingleSignature(role, delegation);
  const key = requireKey(trustRoot, role, keyId);
  const refusal = refusalOf(key, now);
  if (refusal !== undefined) throw refusal;
  if (key.status !== "active") {
    throw new GovernanceError(
      "TRUST-039",
      `Key ${keyId} of the role ${role} is retired and signs nothing new.`,
    );
  }
  return key;
}

function requireSingleSignature(role: string, { threshold }: RoleDelegation): void {
  if (threshold === 1) return;
  throw new GovernanceError(
    "TRUST-038",
    `The role ${role} demands ${threshold} signatures, and one is never enough for it.`,
  );
}

function requireRole(trustRoot: TrustRoot, role: string): RoleDelegation {
  const delegation = trustRoot.roles.get(role);
  if (delegation === undefined) {
    throw new GovernanceError(
      "TRUST-033",
      `Trust root version ${trustRoot.version} declares no role ${shorten(role)}.`,
    );
  }
  return delegation;
}

function requireKey(trustRoot: TrustRoot, role: string, keyId: string): TrustedKey {
  const key =
    trustRoot.roles.get(role)?.keyids.includes(keyId) === true ? trustRoot.keys.get(keyId) : undefined;
  if (key === undefined) {
    throw new GovernanceError("TRUST-034", `Key ${shorten(keyId)} is not a key of the role ${role}.`);
  }
  return key;
}

/** Why the key does not count for something dated so, or undefined when it does. */
function refusalOf(key: TrustedKey, dated: number): GovernanceError | undefined {
  const { keyId, revokedAt, validFrom, validUntil } = key;
  const since = revokedAt === undefined ? "" : formatTimestamp(revokedAt);
  // Negated comparisons, so that NaN counts as outside.
  if (revokedAt !== undefined && !(dated < revokedAt)) {
    return new GovernanceError(
      "TRUST-036",
      `Key ${keyId} is revoked since ${since}, and what it signed is dated no earlier.`,
    );
  }
  if (!(dated >= validFrom && dated < validUntil)) {
    const span = `from ${formatTimestamp(validFrom)} to ${formatTimestamp(validUntil)}`;
    return new GovernanceError(
      "TRUST-035",
      `Key ${keyId} is valid ${span}, and what it signed is dated outside that.`,
    );
  }
  if (revokedAt === undefined) return undefined;
  return new GovernanceError(
    "TRUST-037",
    `Key ${keyId} is revoked since ${since}; only the log can prove that what it signed is older.`,
  );
}

/** @throws GovernanceError TRUST-030 */
export function readDetachedSignatures(payloadType: string, signature: Uint8Array): readonly DsseSignature[] {
  try {
    const detached = parseDetachedSignature(signature);
    if (detached.payloadType === payloadType) return detached.signatures;
  } catch (cause) {
    throw rethrown("TRUST-030", `The signature file of ${nounOf(payloadType)} is malformed`, cause);
  }
  throw new GovernanceError(
    "TRUST-030",
    `The signature file of ${nounOf(payloadType)} signs another type of document.`,
  );
}

function countSignatures(input: Parameters<typeof verifyThreshold>[0]): ReturnType<typeof verifyThreshold> {
  try {
    return verifyThreshold(input);
  } catch (cause) {
    throw rethrown("TRUST-031", `A signature of ${nounOf(input.payloadType)} does not count`, cause);
  }
}

function rethrown(code: "TRUST-030" | "TRUST-031", sentence: string, cause: unknown): unknown {
  // Anything but a typed refusal is a defect of the program and must not pass for a bad signature.
  if (!ParmanaError.isInstance(cause)) return cause;
  return new GovernanceError(code, `${sentence}: ${cause.message}`, { cause, details: cause.details });
}

function nounOf(payloadType: string): string {
  return nouns.get(payloadType) ?? "the document";
}
