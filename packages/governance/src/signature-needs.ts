import { GovernanceError } from "./errors.js";
import type { SignatureProposal } from "./signature-proposal.js";
import { requireSuccessor } from "./trust-root/continuity.js";
import { countForRole, requireSigningKey } from "./trust-root/roles.js";
import type { TrustedKey, TrustRoot } from "./trust-root/trust-root.js";

/** What one trust root demands of a proposal, and how far its signatures go. */
export interface SignatureNeed {
  readonly trustRootVersion: number;
  readonly role: string;
  /** How many keys, of as many operators, must sign. */
  readonly threshold: number;
  readonly signed: readonly TrustedKey[];
  /** How many more signatures, of as many further operators, are missing; 0 once the threshold is reached. */
  readonly missing: number;
  /** The keys that could give them. */
  readonly candidates: readonly TrustedKey[];
}

/**
 * Counts a proposal's signatures: for a trust root by the version in force and by itself, for anything else by the
 * trust root in force. Signatures by keys that nobody asked are ignored, as they are when the document is opened.
 * @param inForce absent for the first version of a trust root
 * @throws GovernanceError TRUST-020 to -023, TRUST-031 for a bad signature, TRUST-033, TRUST-042
 */
export function signatureNeeds(
  proposal: SignatureProposal,
  inForce: TrustRoot | undefined,
): readonly SignatureNeed[] {
  return judgesOf(proposal, inForce).map((trustRoot) => needOf(proposal, trustRoot));
}

export function isComplete(needs: readonly SignatureNeed[]): boolean {
  return needs.every(({ missing }) => missing === 0);
}

/**
 * Whether a key may sign the proposal now: it is enough that one of the trust roots that judge it asks for that key.
 * @throws GovernanceError TRUST-033 to -036, TRUST-039, TRUST-042
 */
export function requireWantedSigner(
  proposal: SignatureProposal,
  inForce: TrustRoot | undefined,
  keyId: string,
  now: number,
): void {
  const refusals: unknown[] = [];
  for (const trustRoot of judgesOf(proposal, inForce)) {
    try {
      requireSigningKey(trustRoot, proposal.content.role, keyId, now);
      return;
    } catch (error) {
      refusals.push(error);
    }
  }
  throw refusals[0];
}

/** The version in force first. @throws GovernanceError TRUST-020 to -023, TRUST-042 */
function judgesOf({ content }: SignatureProposal, inForce: TrustRoot | undefined): readonly TrustRoot[] {
  if (content.kind !== "trust-root") {
    if (inForce !== undefined) return [inForce];
    throw new GovernanceError("TRUST-042", "The proposal can be judged only by the trust root in force.");
  }
  if (inForce !== undefined) {
    // What could never be installed needs nobody's signature.
    requireSuccessor(inForce, content.value);
    return [inForce, content.value];
  }
  if (content.value.version === 1) return [content.value];
  throw new GovernanceError(
    "TRUST-042",
    `Trust root version ${content.value.version} can be judged only by the version before it.`,
  );
}

function needOf(proposal: SignatureProposal, trustRoot: TrustRoot): SignatureNeed {
  const { payloadType, document, signatures, content } = proposal;
  const { role, dated } = content;
  const count = countForRole({ trustRoot, role, payloadType, document, signatures, dated });
  const keysOf = (keyids: readonly string[]): readonly TrustedKey[] =>
    keyids.flatMap((keyId) => trustRoot.keys.get(keyId) ?? []);
  const signed = keysOf(count.keyids);
  const operators = new Set(signed.map(({ operator }) => operator));
  const missing = count.satisfied ? 0 : count.threshold - operators.size;
  const candidates = keysOf(trustRoot.roles.get(role)?.keyids ?? []).filter(
    ({ keyId, operator, status }) =>
      status === "active" && !count.refusals.has(keyId) && !operators.has(operator),
  );
  return Object.freeze({
    trustRootVersion: trustRoot.version,
    role,
    threshold: count.threshold,
    signed,
    missing,
    candidates: missing === 0 ? [] : candidates,
  });
}
