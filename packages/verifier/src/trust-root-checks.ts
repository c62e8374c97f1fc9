import {
  newestTrustRoot,
  openTrustRootChain,
  requireUnexpired,
  type TrustRoot,
} from "@parmanasystems/governance";
import { importPublicKey } from "@parmanasystems/signing";
import type { Checklist, Established } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, unknown, type Known } from "./known.js";
import { requireDocumentSize } from "./limits.js";
import type { Presented } from "./statement-kind.js";
import type { ReadMaterial } from "./verification-material.js";

/** A trust root with all versions before it. */
export interface TrustRootChain {
  /** The one supplied; everything is judged by it. */
  readonly newest: TrustRoot;
  /** Version N at index N - 1. */
  readonly versions: readonly TrustRoot[];
}

/** Pinned key, signatures and thresholds of every version; then whether the newest is in force at the time of verification. */
export function checkTrustRoot(
  checks: Checklist,
  supplied: ReadMaterial["trustRoot"],
  now: Known<number>,
): Known<TrustRootChain> {
  const chain = checks.establish("trust-root.authentic", known(supplied), openChain);
  checks.confirm("trust-root.unexpired", both(chain, now), ([{ newest }, time]) => {
    requireUnexpired(newest, time);
    return "The trust root is in force at the time of verification.";
  });
  return chain;
}

function openChain({
  pinnedKey,
  pinnedHash,
  predecessors,
  ...signed
}: ReadMaterial["trustRoot"]): Established<TrustRootChain> {
  const key = importPublicKey(pinnedKey);
  const versions = openTrustRootChain({
    documents: [
      ...predecessors.map((earlier) => requireDocumentSize(earlier, "an earlier trust root")),
      requireDocumentSize(signed, "the trust root"),
    ],
    pinnedKey: key,
    pinnedHash,
  });
  const newest = newestTrustRoot(versions);
  const detail =
    newest.version === 1
      ? `Trust root version 1 is signed by the pinned root key ${key.keyId} and by as many root keys as it demands.`
      : `Trust root version 1 is signed by the pinned root key ${key.keyId}, and every version up to ${newest.version} by as many root keys as it and the version before it demand.`;
  return { value: { newest, versions }, detail };
}

/** Whether the trust root that the attestation names is the one supplied, or an earlier one of its chain. */
export function checkTrustRootNamed(
  checks: Checklist,
  presented: Known<Presented>,
  chain: Known<TrustRootChain>,
): void {
  checks.confirm("trust-root.version", both(presented, chain), ([{ attestation }, { newest: root }]) => {
    const named = attestation.provenance.trustRootVersion;
    if (named > root.version) {
      throw new VerifierError(
        "INV-066",
        `the statement names version ${named}, and version ${root.version} was supplied.`,
      );
    }
    if (named === root.version)
      return `The statement was made under the trust root supplied, version ${named}.`;
    return `The statement was made under version ${named}; its keys are judged by the later version ${root.version} that was supplied.`;
  });

  const named = versionNamed(both(presented, chain));
  checks.confirm("trust-root.hash", both(presented, named), ([{ attestation }, { version, hash }]) => {
    const { trustRootHash } = attestation.provenance;
    if (trustRootHash !== hash)
      throw new VerifierError(
        "INV-066",
        `the statement names the trust root ${trustRootHash}, and version ${version} is ${hash}.`,
      );
    return "The statement names the trust root by its right hash.";
  });

  checks.confirm("trust-root.in-force", both(presented, named), ([{ attestation, issuedAt }, root]) => {
    requireUnexpired(root, issuedAt);
    return `Trust root version ${root.version} was in force at ${attestation.issuedAt}, when the statement was issued.`;
  });
}

/** The version that the attestation names, out of the chain. */
function versionNamed(given: Known<readonly [Presented, TrustRootChain]>): Known<TrustRoot> {
  if (!given.known) return given;
  const [{ attestation }, { versions }] = given.value;
  const named = attestation.provenance.trustRootVersion;
  const root = versions.find(({ version }) => version === named);
  return root === undefined
    ? unknown(`trust root version ${named}, which the statement names, was not supplied`)
    : known(root);
}
