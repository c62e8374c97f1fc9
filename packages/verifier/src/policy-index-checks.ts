import { ParmanaError } from "@parmanasystems/canonical";
import {
  openPolicyIndex,
  requireIndexNotRolledBack,
  requireIndexUnexpired,
  requireListed,
  type PolicyIndex,
  type SignedDocument,
  type TrustRoot,
} from "@parmanasystems/governance";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, unknown, type Known } from "./known.js";
import { requireDocumentSize } from "./limits.js";
import type { Presented, RuntimeStatement } from "./statement-kind.js";

/** Signature of the index; then whether it is in force at the time of verification. */
export function checkPolicyIndex(
  checks: Checklist,
  signed: Known<SignedDocument>,
  trustRoot: Known<TrustRoot>,
  now: Known<number>,
): Known<PolicyIndex> {
  const index = checks.establish("policy-index.authentic", both(signed, trustRoot), ([supplied, root]) => {
    const value = openPolicyIndex(requireDocumentSize(supplied, "the policy index"), root);
    return { value, detail: `Policy index version ${value.version} is signed by the trusted policy keys.` };
  });
  checks.confirm("policy-index.unexpired", both(index, now), ([value, time]) => {
    requireIndexUnexpired(value, time);
    return "The policy index is in force at the time of verification.";
  });
  return index;
}

/**
 * Earlier indexes. One that does not open under the trust root, such as one signed by a key that was revoked
 * since, is as if it had not been supplied: it could only have shown more.
 */
export function openFormerIndexes(
  supplied: readonly SignedDocument[],
  trustRoot: Known<TrustRoot>,
): readonly PolicyIndex[] {
  const opened: PolicyIndex[] = [];
  if (!trustRoot.known) return opened;
  for (const signed of supplied) {
    try {
      opened.push(openPolicyIndex(requireDocumentSize(signed, "an earlier policy index"), trustRoot.value));
    } catch (error) {
      if (!ParmanaError.isInstance(error)) throw error;
    }
  }
  return opened;
}

/**
 * Whether the index is the attestation's own or a later one, and allows the policy version that decided. What needs no
 * listing, such as a resolution that approves nothing, is not refused for a version that was revoked.
 */
export function checkPolicyListed<Statement extends RuntimeStatement>(
  checks: Checklist,
  presented: Known<Presented<Statement>>,
  index: Known<PolicyIndex>,
  former: readonly PolicyIndex[],
  needsListing: (attestation: Statement) => boolean = () => true,
): void {
  const given = both(presented, index);

  checks.confirm("policy-index.version", given, ([{ attestation }, newest]) => {
    requireOneOfEach([newest, ...former]);
    const { version } = newest;
    const named = attestation.provenance.policyIndexVersion;
    if (version < named) {
      throw new VerifierError(
        "INV-071",
        `the statement was made under index version ${named}, and version ${version} was supplied.`,
      );
    }
    if (version === named)
      return `The statement was made under the policy index supplied, version ${version}.`;
    return `The statement was made under index version ${named}; the later version ${version} was supplied.`;
  });

  checks.confirm(
    "policy-index.in-force",
    both(presented, versionNamed(given, former)),
    ([{ attestation, issuedAt }, value]) => {
      const { policyId, policyVersion, provenance } = attestation;
      requireIndexUnexpired(value, issuedAt);
      // The check below says it of the index supplied as policyIndex, so here only of an earlier one.
      if (former.includes(value) && needsListing(attestation)) {
        requireListed(value, { policyId, policyVersion, bundleHash: provenance.bundleHash });
      }
      return `The policy index was in force at ${attestation.issuedAt}, when the statement was issued.`;
    },
  );

  checks.confirm("policy-index.listed", given, ([{ attestation }, value]) => {
    if (!needsListing(attestation)) return "It approves nothing, so its policy version need not be in use.";
    const { policyId, policyVersion, provenance } = attestation;
    const standing = requireListed(value, { policyId, policyVersion, bundleHash: provenance.bundleHash });
    const remark =
      standing === "deprecated" ? " It is marked as deprecated: allowed, and due to be replaced." : "";
    return `The index lists ${policyId} ${policyVersion} with this bundle, and it is not revoked.${remark}`;
  });
}

/** Whoever signed two indexes of one version shows each reader another. @throws GovernanceError POL-048 */
function requireOneOfEach(indexes: readonly PolicyIndex[]): void {
  const known = new Map<number, PolicyIndex>();
  for (const index of indexes) {
    requireIndexNotRolledBack(known.get(index.version), index);
    known.set(index.version, index);
  }
}

/** The version that the attestation names. */
function versionNamed(
  given: Known<readonly [Presented, PolicyIndex]>,
  former: readonly PolicyIndex[],
): Known<PolicyIndex> {
  if (!given.known) return given;
  const [{ attestation }, index] = given.value;
  const named = attestation.provenance.policyIndexVersion;
  const found = [index, ...former].find(({ version }) => version === named);
  return found !== undefined
    ? known(found)
    : unknown(`index version ${named}, which the statement names, was not supplied`);
}
