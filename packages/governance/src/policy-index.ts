import {
  formatTimestamp,
  type JsonObject,
  type JsonValue,
  type Sha256,
  sha256,
  shorten,
} from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import type { PolicyName } from "./bundle.js";
import { DocumentReader } from "./document-reader.js";
import { GovernanceError } from "./errors.js";
import { FrozenMap } from "./policy/frozen-map.js";
import { isPolicyId, isPolicyVersion } from "./policy/identity.js";
import type { SignedDocument } from "./signed-document.js";
import { verifyForRole } from "./trust-root/roles.js";
import type { RememberedVersion, TrustRoot } from "./trust-root/trust-root.js";

const TYPE = "parmana/policy-index/v1";
const MAX_POLICIES = 4096;
const MAX_VERSIONS = 1024;

/** What the index says of a policy version; only the first two may be executed. */
export type VersionStatus = "active" | "deprecated" | "revoked";

const statuses: readonly VersionStatus[] = ["active", "deprecated", "revoked"];

/** The versions of one policy: version → bundle hash, by status. */
export type PolicyVersions = Readonly<Record<VersionStatus, ReadonlyMap<string, Sha256>>>;

/** A signed list of every policy version that may be executed. Times are milliseconds since 1970. */
export interface PolicyIndex {
  readonly version: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** SHA-256 of the exact bytes of the document. */
  readonly hash: Sha256;
  readonly policies: ReadonlyMap<string, PolicyVersions>;
}

export type PolicyIndexDraft = Omit<PolicyIndex, "hash">;

const reader = new DocumentReader({ noun: "The policy index", code: "POL-040", maxBytes: 4 * 1024 * 1024 });

/**
 * The canonical bytes of an index, checked by the rules that will open it.
 * @throws GovernanceError POL-040
 */
export function createPolicyIndexDocument(draft: PolicyIndexDraft): Uint8Array {
  const document = reader.encode({
    type: TYPE,
    version: draft.version,
    issuedAt: reader.spellTime(draft.issuedAt, "/issuedAt"),
    expiresAt: reader.spellTime(draft.expiresAt, "/expiresAt"),
    policies: Object.fromEntries(
      Array.from(draft.policies, ([policyId, versions]) => [policyId, versionsDocument(versions)]),
    ),
  });
  parsePolicyIndex(document);
  return document;
}

/**
 * Opens a signed index. Whether it is in force is `requireIndexUnexpired`'s question.
 * @throws GovernanceError POL-040, TRUST-030 to -037
 */
export function openPolicyIndex(signed: SignedDocument, trustRoot: TrustRoot): PolicyIndex {
  const snapshot = {
    document: reader.snapshot(signed.document),
    signature: reader.snapshot(signed.signature),
  };
  const index = parsePolicyIndex(snapshot.document);
  verifyForRole({
    trustRoot,
    role: "policy",
    payloadType: payloadTypes.policyIndex,
    signed: snapshot,
    dated: index.issuedAt,
  });
  return index;
}

/** @throws GovernanceError POL-045 from `expiresAt` on, POL-046 before `issuedAt` */
export function requireIndexUnexpired(index: PolicyIndex, now: number): void {
  // Positive comparisons, so that NaN is refused too.
  if (!(now < index.expiresAt)) {
    throw new GovernanceError(
      "POL-045",
      `Policy index version ${index.version} expired at ${formatTimestamp(index.expiresAt)}.`,
    );
  }
  if (!(now >= index.issuedAt)) {
    throw new GovernanceError(
      "POL-046",
      `Policy index version ${index.version} was issued at ${formatTimestamp(index.issuedAt)}, a time this clock has not reached.`,
    );
  }
}

/**
 * Holds an index against the highest version remembered from earlier runs.
 * @throws GovernanceError POL-047 (older), POL-048 (same version, other content)
 */
export function requireIndexNotRolledBack(
  remembered: RememberedVersion | undefined,
  index: PolicyIndex,
): void {
  if (remembered === undefined) return;
  if (index.version < remembered.version) {
    throw new GovernanceError(
      "POL-047",
      `Policy index version ${index.version} is older than version ${remembered.version}, which was in force before.`,
    );
  }
  if (index.version === remembered.version && index.hash !== remembered.hash) {
    throw new GovernanceError(
      "POL-048",
      `There are two different policy indexes of version ${index.version}.`,
    );
  }
}

/**
 * Whether the index lets this very bundle be executed.
 * @throws GovernanceError POL-042 (not listed), POL-043 (revoked), POL-044 (listed with another bundle)
 */
export function requireListed(
  index: PolicyIndex,
  bundle: PolicyName & { readonly bundleHash: Sha256 },
): "active" | "deprecated" {
  const { policyId, policyVersion, bundleHash } = bundle;
  const status = findVersion(index, bundle);
  if (status === undefined) {
    throw new GovernanceError(
      "POL-042",
      `Policy index version ${index.version} does not list ${shorten(policyId)} ${shorten(policyVersion)}.`,
    );
  }
  if (status.status === "revoked") {
    throw new GovernanceError(
      "POL-043",
      `Policy index version ${index.version} revokes ${policyId} ${policyVersion}.`,
    );
  }
  if (status.bundleHash !== bundleHash) {
    throw new GovernanceError(
      "POL-044",
      `Policy index version ${index.version} lists another bundle as ${policyId} ${policyVersion}.`,
    );
  }
  return status.status;
}

export interface ListedVersion {
  readonly status: VersionStatus;
  readonly bundleHash: Sha256;
}

/** What the index says of a policy version, or undefined when it does not list it. */
export function findVersion(
  index: Pick<PolicyIndex, "policies">,
  { policyId, policyVersion }: PolicyName,
): ListedVersion | undefined {
  const versions = index.policies.get(policyId);
  if (versions === undefined) return undefined;
  for (const status of statuses) {
    const bundleHash = versions[status].get(policyVersion);
    if (bundleHash !== undefined) return { status, bundleHash };
  }
  return undefined;
}

function versionsDocument(versions: PolicyVersions): JsonObject {
  return {
    active: Object.fromEntries(versions.active),
    deprecated: Object.fromEntries(versions.deprecated),
    revoked: Object.fromEntries(versions.revoked),
  };
}

/** Reads the document; signatures are not looked at. @throws GovernanceError POL-040 */
export function parsePolicyIndex(document: Uint8Array): PolicyIndex {
  const index = reader.object(reader.parse(document), "", [
    "type",
    "version",
    "issuedAt",
    "expiresAt",
    "policies",
  ]);
  reader.constant(index["type"], "/type", TYPE);
  const version = reader.integer(index["version"], "/version", 1);
  const issuedAt = reader.timestamp(index["issuedAt"], "/issuedAt");
  const expiresAt = reader.timestamp(index["expiresAt"], "/expiresAt");
  if (expiresAt <= issuedAt) throw reader.defect("/expiresAt", "a time after issuedAt");
  const policies = reader.table(index["policies"], "/policies", MAX_POLICIES).map(([policyId, value]) => {
    if (!isPolicyId(policyId)) throw reader.defect("/policies", `policy ids, not ${shorten(policyId)}`);
    return [policyId, parseVersions(value, `/policies/${policyId}`)] as const;
  });
  return Object.freeze({
    version,
    issuedAt,
    expiresAt,
    hash: sha256(document),
    policies: new FrozenMap(policies),
  });
}

function parseVersions(value: JsonValue, pointer: string): PolicyVersions {
  const table = reader.object(value, pointer, statuses);
  const seen = new Set<string>();
  const versionsOf = (status: VersionStatus): ReadonlyMap<string, Sha256> => {
    const at = `${pointer}/${status}`;
    const versions = reader.table(table[status], at, MAX_VERSIONS).map(([policyVersion, hash]) => {
      if (!isPolicyVersion(policyVersion)) {
        throw reader.defect(at, `semantic versions, not ${shorten(policyVersion)}`);
      }
      // Versions name directories, so two that differ in case only would share one on some file systems.
      if (seen.has(policyVersion.toLowerCase())) {
        throw reader.defect(at, `version ${policyVersion} to have one status`);
      }
      seen.add(policyVersion.toLowerCase());
      return [policyVersion, reader.hash(hash, `${at}/${policyVersion}`)] as const;
    });
    return new FrozenMap(versions);
  };
  return Object.freeze({
    active: versionsOf("active"),
    deprecated: versionsOf("deprecated"),
    revoked: versionsOf("revoked"),
  });
}
