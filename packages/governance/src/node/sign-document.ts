import { signDetached, type Signer } from "@parmanasystems/signing";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { requireUnexpired } from "../trust-root/continuity.js";
import { requireSigningKey } from "../trust-root/roles.js";
import type { TrustRoot } from "../trust-root/trust-root.js";

export interface SigningTerms {
  readonly trustRoot: TrustRoot;
  /** As many keys of the role, of as many operators, as its threshold demands; for a proposal, those at hand. */
  readonly signers: readonly Signer[];
  /** Milliseconds since 1970; the document is dated so. */
  readonly now: number;
}

/**
 * A copy of the terms, after checking that the trust root is in force and lets these keys sign now.
 * @throws GovernanceError TRUST-024, TRUST-025, TRUST-032 to -037, TRUST-039, TRUST-050
 */
export function checkSigningTerms(role: string, terms: SigningTerms): SigningTerms {
  const checked = checkProposalTerms(role, terms);
  if (checked.signers.length > 0) return checked;
  throw new GovernanceError("TRUST-032", `Signing for the role ${role} needs a signer.`);
}

/** The same for a proposal, which others may sign later. @throws as `checkSigningTerms`, but TRUST-032 */
export function checkProposalTerms(role: string, { trustRoot, signers, now }: SigningTerms): SigningTerms {
  requireUnexpired(trustRoot, now);
  if (!Number.isInteger(now)) {
    throw new GovernanceError("TRUST-050", "The time of signing must be whole milliseconds since 1970.");
  }
  for (const { keyId } of signers) requireSigningKey(trustRoot, role, keyId, now);
  return { trustRoot, signers: [...signers], now };
}

export async function signDocument(
  payloadType: string,
  document: Uint8Array,
  signers: readonly Signer[],
): Promise<SignedDocument> {
  return Object.freeze({ document, signature: await signDetached(payloadType, document, signers) });
}
