import {
  openReleaseManifest,
  type ReleaseManifest,
  type SignedDocument,
  type TrustRoot,
} from "@parmanasystems/governance";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";
import { requireDocumentSize } from "./limits.js";
import { requireSame } from "./require-same.js";
import type { Presented } from "./statement-kind.js";

export function checkRelease(
  checks: Checklist,
  signed: Known<SignedDocument>,
  trustRoot: Known<TrustRoot>,
): Known<ReleaseManifest> {
  return checks.establish("release.authentic", both(signed, trustRoot), ([supplied, root]) => {
    const value = openReleaseManifest(requireDocumentSize(supplied, "the release manifest"), root);
    return {
      value,
      detail: `The manifest of release ${value.runtimeVersion} is signed by the trusted release keys.`,
    };
  });
}

/** Whether it is the release that the attestation says it was made by. */
export function checkReleaseNamed(
  checks: Checklist,
  presented: Known<Presented>,
  release: Known<ReleaseManifest>,
): void {
  const given = both(presented, release);

  checks.confirm("release.manifest-hash", given, ([{ attestation }, { releaseManifestHash }]) => {
    requireSame(
      "INV-072",
      "the release manifest",
      attestation.provenance.releaseManifestHash,
      releaseManifestHash,
    );
    return "The release manifest is the one that the statement names by its hash.";
  });

  checks.confirm("release.runtime-hash", given, ([{ attestation }, { runtimeHash }]) => {
    requireSame("INV-072", "the set of runtime files", attestation.provenance.runtimeHash, runtimeHash);
    return "The runtime said that it ran from exactly the files of this release.";
  });

  checks.confirm("release.runtime-version", given, ([{ attestation }, { runtimeVersion }]) => {
    requireSame("INV-072", "the runtime version", attestation.provenance.runtimeVersion, runtimeVersion);
    return `The statement and the release name the same runtime version, ${runtimeVersion}.`;
  });
}

/** Whether the release decides by the rules, and knows the schema, that the attestation names. */
export function checkReleaseDecides(
  checks: Checklist,
  presented: Known<Presented>,
  release: Known<ReleaseManifest>,
): void {
  const given = both(presented, release);

  checks.confirm("release.evaluator-semantics", given, ([{ attestation }, { evaluatorSemantics }]) => {
    requireSame(
      "INV-072",
      "the evaluation rules",
      attestation.provenance.evaluatorSemantics,
      evaluatorSemantics,
    );
    return `The release evaluates policies by the rules that the statement names, ${evaluatorSemantics}.`;
  });

  checks.confirm("release.schema-version", given, ([{ attestation }, { schemaVersions }]) => {
    const { schemaVersion } = attestation.provenance;
    if (!schemaVersions.includes(schemaVersion)) {
      throw new VerifierError(
        "INV-072",
        `the statement names schema version ${schemaVersion}, which the release does not list.`,
      );
    }
    return `The release supports policies of schema version ${schemaVersion}.`;
  });
}
