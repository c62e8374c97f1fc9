import type { Sha256 } from "@parmanasystems/canonical";
import { openTrustRoot, requireUnexpired, type TrustRoot } from "@parmanasystems/governance";
import { importPublicKey } from "@parmanasystems/signing";
import type { PresentedAttestation } from "./attestation-checks.js";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, unknown, type Known } from "./known.js";
import { requireDocumentSize } from "./limits.js";
import type { ReadMaterial } from "./verification-material.js";

/** Pinned key, signatures and thresholds; then whether it is in force at the time of verification. */
export function checkTrustRoot(
  checks: Checklist,
  supplied: ReadMaterial["trustRoot"],
  now: Known<number>,
): Known<TrustRoot> {
  const trustRoot = checks.establish("trust-root.authentic", known(supplied), ({ pinnedKey, ...signed }) => {
    const value = openTrustRoot({
      ...requireDocumentSize(signed, "the trust root"),
      pinnedKey: importPublicKey(pinnedKey),
    });
    return {
      value,
      detail: `Trust root version ${value.version} is signed by the pinned root key and by as many root keys as it demands.`,
    };
  });
  checks.confirm("trust-root.unexpired", both(trustRoot, now), ([root, time]) => {
    requireUnexpired(root, time);
    return "The trust root is in force at the time of verification.";
  });
  return trustRoot;
}

/** Whether the trust root that the attestation names is the one supplied, or an earlier one of its chain. */
export function checkTrustRootNamed(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  trustRoot: Known<TrustRoot>,
): void {
  checks.confirm("trust-root.version", both(presented, trustRoot), ([{ attestation }, root]) => {
    const named = attestation.provenance.trustRootVersion;
    if (named > root.version) {
      throw new VerifierError(
        "INV-066",
        `the attestation names version ${named}, and version ${root.version} was supplied.`,
      );
    }
    if (named === root.version)
      return `The attestation was made under the trust root supplied, version ${named}.`;
    return `The attestation was made under version ${named}; its keys are judged by the later version ${root.version} that was supplied.`;
  });

  const expected = trustRootHash(both(presented, trustRoot));
  checks.confirm("trust-root.hash", both(presented, expected), ([{ attestation }, hash]) => {
    const named = attestation.provenance.trustRootHash;
    if (named !== hash)
      throw new VerifierError(
        "INV-066",
        `the attestation names the trust root ${named}, and it should be ${hash}.`,
      );
    return "The attestation names the trust root by its right hash.";
  });

  checks.confirm(
    "trust-root.in-force",
    both(presented, sameVersion(both(presented, trustRoot))),
    ([{ attestation, issuedAt }, root]) => {
      requireUnexpired(root, issuedAt);
      return `The trust root was in force at ${attestation.issuedAt}, when the attestation was issued.`;
    },
  );
}

/** The hash of the version that the attestation names: of the trust root itself, or of its predecessor, which it records. */
function trustRootHash(given: Known<readonly [PresentedAttestation, TrustRoot]>): Known<Sha256> {
  if (!given.known) return given;
  const [{ attestation }, root] = given.value;
  const named = attestation.provenance.trustRootVersion;
  if (named === root.version) return known(root.hash);
  if (named === root.version - 1 && root.previous !== null) return known(root.previous);
  return unknown(`trust root version ${named}, which the attestation names, was not supplied`);
}

function sameVersion(given: Known<readonly [PresentedAttestation, TrustRoot]>): Known<TrustRoot> {
  if (!given.known) return given;
  const [{ attestation }, root] = given.value;
  const named = attestation.provenance.trustRootVersion;
  return named === root.version
    ? known(root)
    : unknown(`trust root version ${named}, which the attestation names, was not supplied`);
}
