import { describe, expect, it } from "vitest";
import * as execution from "../src/index.js";

describe("the door", () => {
  it("exports these names and no others", () => {
    expect(Object.keys(execution).sort()).toEqual([
      "ExecutionError",
      "LocalSigner",
      "LocalVerifier",
      "PREDICATE_TYPE",
      "RESOLUTION_PREDICATE_TYPE",
      "attestationHash",
      "attestationPayload",
      "compilePolicy",
      "executeDecision",
      "executionErrors",
      "executionFingerprint",
      "fingerprintSignals",
      "fromEnvelope",
      "interpretPolicy",
      "isExecutionId",
      "isParty",
      "issueExecutionToken",
      "issueResolution",
      "parseAttestation",
      "parseResolution",
      "parseResolutionEvidence",
      "parseVote",
      "resolutionEvidence",
      "resolutionHash",
      "resolutionPayload",
      "signVote",
      "toEnvelope",
      "toStatement",
      "verifyAttestationSignature",
      "verifyExecutionToken",
      "verifyResolutionSignature",
      "verifyVoteSignature",
      "votesHash",
    ]);
  });

  it("holds the signer and verifier of the published examples", () => {
    const signer = new execution.LocalSigner(new Uint8Array(32));
    expect(new execution.LocalVerifier(signer.publicKey).keyId).toBe(signer.keyId);
  });
});
