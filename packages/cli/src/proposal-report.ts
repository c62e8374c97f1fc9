import { sha256 } from "@parmanasystems/canonical";
import {
  describeProposal,
  type InForce,
  type SignatureNeed,
  type SignatureProposal,
  type TrustedKey,
} from "@parmanasystems/governance";

/** What a proposal changes, in words: shown before anyone signs it. */
export function describeForSigner(proposal: SignatureProposal, inForce: InForce): readonly string[] {
  const { title, changes } = describeProposal(proposal, inForce);
  const lines = changes.length === 0 ? ["It changes nothing but its date."] : changes;
  return [title, ...lines.map((line) => `  ${line}`)];
}

/** How far the signatures go, one line for each trust root that asks for some. */
export function describeNeeds(needs: readonly SignatureNeed[]): readonly string[] {
  return needs.map(({ trustRootVersion, role, threshold, signed, missing, candidates }) => {
    const by = signed.length === 0 ? "nobody signed yet" : `signed by ${namesOf(signed).join(", ")}`;
    const rest =
      missing === 0
        ? "complete"
        : candidates.length === 0
          ? `${String(missing)} missing, and no key is left that could sign`
          : `${String(missing)} missing, of ${namesOf(candidates).join(" or ")}`;
    return `Trust root version ${String(trustRootVersion)} asks for ${String(threshold)} of its role ${role}: ${by}; ${rest}.`;
  });
}

/** The same for machines. */
export function proposalJson(proposal: SignatureProposal, needs: readonly SignatureNeed[], inForce: InForce) {
  const { title, changes } = describeProposal(proposal, inForce);
  return {
    kind: proposal.content.kind,
    hash: sha256(proposal.document),
    title,
    changes,
    signatures: proposal.signatures.map(({ keyid }) => keyid),
    needs: needs.map(({ signed, candidates, ...need }) => ({
      ...need,
      signed: signed.map(({ keyId }) => keyId),
      candidates: candidates.map(({ keyId }) => keyId),
    })),
  };
}

function namesOf(keys: readonly TrustedKey[]): readonly string[] {
  return keys.map(({ operator, keyId }) => `${operator} (${keyId})`);
}
