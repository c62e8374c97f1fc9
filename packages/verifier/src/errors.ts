import { ParmanaError, type ErrorTable } from "@parmanasystems/canonical";

/** The verifier's own findings. Whatever a lower package finds keeps the code of that package. */
export const verifierErrors = {
  "INV-060": {
    meaning: "verifyAttestation was called with options that it cannot use.",
    remedy: "Correct the call: the message names the option and what it must be.",
  },
  "INV-061": {
    meaning: "A supplied file is larger than the verifier is willing to read.",
    remedy: "Check that the right file was supplied; genuine files are far below the limit.",
  },
  "INV-062": {
    meaning:
      "The input is not plain data, or made a check stop before it reached a finding, so the check counts as failed.",
    remedy: "Supply the bytes of the file, or what a JSON parser made of them.",
  },
  "INV-063": {
    meaning: "The signed envelope does not hold exactly the statement that the attestation shows.",
    remedy: "Treat the envelope as altered and obtain the original.",
  },
  "INV-064": {
    meaning: "The attestation was signed by a key that is not a trusted runtime key.",
    remedy:
      "Use the trust root under which the runtime ran, or pin the runtime's key when the trust root declares no runtime role.",
  },
  "INV-065": {
    meaning: "The signature does not verify: the attestation was altered or signed by somebody else.",
    remedy: "Treat the attestation as forged and obtain the original.",
  },
  "INV-066": {
    meaning: "The attestation names another trust root than the one supplied.",
    remedy:
      "Supply the trust root of the version that the attestation names, or a later one of the same chain.",
  },
  "INV-067": {
    meaning: "The attestation is dated after the time of verification.",
    remedy: "Check the clock of the verifying machine; if it is right, do not rely on the attestation.",
  },
  "INV-070": {
    meaning: "The attestation was made under another policy bundle than the one supplied.",
    remedy: "Supply the bundle of exactly the policy version that the attestation names.",
  },
  "INV-071": {
    meaning: "The policy index supplied is older than the one the attestation was made under.",
    remedy: "Supply the current policy index.",
  },
  "INV-072": {
    meaning: "The attestation was made by another runtime release than the one supplied.",
    remedy: "Supply the release manifest of the runtime that made the attestation.",
  },
  "INV-073": {
    meaning: "The evidence belongs to another execution.",
    remedy: "Supply the evidence file of the same execution id.",
  },
  "INV-074": {
    meaning: "The evidence is not what the attestation was made on: a hash over the signals differs.",
    remedy: "Supply the original evidence; if this is the original, do not rely on the attestation.",
  },
  "INV-075": {
    meaning:
      "The policy, applied again to the evidence, does not give the decision that the attestation states.",
    remedy:
      "Do not rely on the attestation; whoever holds the runtime key signed a decision that the policy did not make.",
  },
  "INV-076": {
    meaning: "The attestation was decided under evaluation rules that this verifier does not implement.",
    remedy: "Use a verifier of a version that implements them.",
  },
  "INV-077": {
    meaning: "The execution state contradicts the decision.",
    remedy: "Do not rely on the attestation; a conforming runtime cannot have made it.",
  },
} as const satisfies ErrorTable;

export type VerifierErrorCode = keyof typeof verifierErrors;

export class VerifierError extends ParmanaError<VerifierErrorCode> {}
