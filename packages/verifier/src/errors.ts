import { ParmanaError, type ErrorTable } from "@parmanasystems/canonical";

/** The verifier's own findings. Whatever a lower package finds keeps the code of that package. */
export const verifierErrors = {
  "INV-060": {
    meaning: "A function of the verifier was called with options or arguments that it cannot use.",
    remedy: "Correct the call: the message names the option or argument and what it must be.",
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
  "INV-068": {
    meaning: "The resolution ends another attestation than the one supplied.",
    remedy: "Supply the attestation whose hash the resolution names, unchanged.",
  },
  "INV-069": {
    meaning: "The resolution contradicts the attestation that it ends.",
    remedy: "Do not rely on the resolution; a conforming runtime cannot have made it.",
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
  "INV-078": {
    meaning: "The votes supplied are not the ones that the resolution counted.",
    remedy: "Supply the votes that were recorded with the resolution, unchanged.",
  },
  "INV-079": {
    meaning: "The end that the resolution states does not follow from the votes and the terms of the policy.",
    remedy: "Do not rely on the resolution; a conforming runtime cannot have made it.",
  },
  "INV-084": {
    meaning: "The log proof or the checkpoint is malformed.",
    remedy: "Supply the .tlog-proof file as the log gave it, and checkpoints as the log signed them.",
  },
  "INV-085": {
    meaning: "The checkpoint is not of the log that is trusted or expected.",
    remedy: "Check the origin, and that the trust root gives its key the log role.",
  },
  "INV-086": {
    meaning: "The entry of the log is valid, but belongs to another attestation or resolution.",
    remedy:
      "Supply the log proof of exactly this attestation or resolution; if this is it, do not rely on what you verify.",
  },
  "INV-087": {
    meaning: "The inclusion proof does not show the entry in the log.",
    remedy: "Obtain the log proof again; if the log has no better one, what you verify is not in it.",
  },
  "INV-088": {
    meaning: "The log is not shown to contain everything that the remembered checkpoint contained.",
    remedy:
      "Ask the log for the consistency proof between both checkpoints. If there is none, the log was rewritten: keep both as evidence.",
  },
  "INV-089": {
    meaning: "Fewer independent witnesses cosigned the checkpoint than are demanded.",
    remedy: "Obtain the checkpoint with more cosignatures. Witnesses of one operator count once.",
  },
  "INV-098": {
    meaning: "A vote was counted that the policy does not admit: by its approver, its role or its date.",
    remedy: "Do not rely on the resolution; a conforming runtime cannot have made it.",
  },
  "INV-099": {
    meaning: "A vote lacks the signature that the policy demands, or has one that is not its approver's.",
    remedy: "Do not rely on the resolution; ask the approver whether the vote is theirs.",
  },
  "INV-100": {
    meaning: "The evidence bundle is malformed.",
    remedy: "Supply the .evidence.json file as it was exported; if it is that, have it exported again.",
  },
  "INV-102": {
    meaning:
      "The key that signed is revoked, and the log proof does not show that the log had the entry before the revocation.",
    remedy:
      "Supply a log proof under a checkpoint that enough witnesses cosigned before the revocation, with log.witnesses; or a checkpoint that covers the entry and that you have kept since before it, with log.remembered and log.rememberedAt. If there is neither, do not rely on what you verify.",
  },
} as const satisfies ErrorTable;

export type VerifierErrorCode = keyof typeof verifierErrors;

export class VerifierError extends ParmanaError<VerifierErrorCode> {}
