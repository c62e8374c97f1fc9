import {
  type AttestationVerifier,
  createAttestationVerifier,
  createResolutionVerifier,
  type ResolutionVerifier,
  type VerificationMaterial,
} from "@parmanasystems/verifier";

/** For statements that name the same material: it is opened at the first one. */
export interface Verifiers {
  readonly attestations: AttestationVerifier["verify"];
  readonly resolutions: ResolutionVerifier["verify"];
}

export function createVerifiers(material: VerificationMaterial): Verifiers {
  let attestations: AttestationVerifier | undefined;
  let resolutions: ResolutionVerifier | undefined;
  return {
    attestations: (attestation, own) =>
      (attestations ??= createAttestationVerifier(material)).verify(attestation, own),
    resolutions: (resolution, own) =>
      (resolutions ??= createResolutionVerifier(material)).verify(resolution, own),
  };
}
