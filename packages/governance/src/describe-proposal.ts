import { formatTimestamp, sha256 } from "@parmanasystems/canonical";
import type { BundleManifest } from "./bundle.js";
import { findVersion, type PolicyIndex } from "./policy-index.js";
import type { ReleaseManifest } from "./release-manifest.js";
import type { SignatureProposal } from "./signature-proposal.js";
import { describeTrustRootChanges } from "./trust-root/differences.js";
import type { TrustRoot } from "./trust-root/trust-root.js";

/** What is in force where the proposal is looked at; absent where there is none. */
export interface InForce {
  readonly trustRoot?: TrustRoot | undefined;
  readonly policyIndex?: PolicyIndex | undefined;
}

export interface ProposalDescription {
  /** What would be signed, with its hash. */
  readonly title: string;
  /** What it changes, one sentence each. */
  readonly changes: readonly string[];
}

/** Puts a proposal into words, for whoever is about to sign it. */
export function describeProposal(proposal: SignatureProposal, inForce: InForce = {}): ProposalDescription {
  const { content, document } = proposal;
  const hash = sha256(document);
  switch (content.kind) {
    case "trust-root":
      return {
        title: `Trust root version ${content.value.version}, ${hash}`,
        changes: describeTrustRootChanges(content.value, inForce.trustRoot),
      };
    case "policy-index":
      return {
        title: `Policy index version ${content.value.version}, ${hash}`,
        changes: describeIndexChanges(content.value, inForce.policyIndex),
      };
    case "policy-bundle": {
      const { policyId, policyVersion } = content.value;
      return {
        title: `Policy bundle ${policyId}@${policyVersion}, ${hash}`,
        changes: describeBundle(content.value),
      };
    }
    case "release-manifest":
      return {
        title: `Release manifest of runtime ${content.value.runtimeVersion}, ${hash}`,
        changes: describeRelease(content.value),
      };
  }
}

function describeIndexChanges(next: PolicyIndex, previous: PolicyIndex | undefined): readonly string[] {
  const until = formatTimestamp(next.expiresAt);
  const sentences: string[] = [`It is in force from ${formatTimestamp(next.issuedAt)} to ${until}.`];
  for (const [policyId, versions] of next.policies) {
    for (const policyVersion of Object.values(versions).flatMap((table) => [...table.keys()])) {
      const name = { policyId, policyVersion };
      const now = findVersion(next, name);
      const before = previous === undefined ? undefined : findVersion(previous, name);
      if (now === undefined || (before?.status === now.status && before.bundleHash === now.bundleHash)) {
        continue;
      }
      const former = before === undefined ? "was not listed" : `was ${before.status}`;
      const other =
        before !== undefined && before.bundleHash !== now.bundleHash ? " with ANOTHER bundle," : "";
      sentences.push(
        `${policyId}@${policyVersion} is ${now.status},${other} and ${former}: ${now.bundleHash}.`,
      );
    }
  }
  for (const [policyId, versions] of previous?.policies ?? []) {
    for (const policyVersion of Object.values(versions).flatMap((table) => [...table.keys()])) {
      if (findVersion(next, { policyId, policyVersion }) !== undefined) continue;
      sentences.push(`${policyId}@${policyVersion} is LISTED NO MORE.`);
    }
  }
  return sentences;
}

function describeBundle({ createdAt, files }: BundleManifest): readonly string[] {
  return [
    `It was put together at ${formatTimestamp(createdAt)}.`,
    ...files.map(({ path, size, sha256: hash }) => `It holds ${path}, ${size} bytes, ${hash}.`),
  ];
}

function describeRelease({ runtimeHash, createdAt, files }: ReleaseManifest): readonly string[] {
  return [
    `It was measured at ${formatTimestamp(createdAt)}: ${files.length} files.`,
    `Its runtimeHash is ${runtimeHash}.`,
  ];
}
