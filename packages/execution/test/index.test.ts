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
      "auditEvents",
      "compilePolicy",
      "executeDecision",
      "executionErrors",
      "executionFingerprint",
      "fingerprintSignals",
      "fromEnvelope",
      "fromResolutionEnvelope",
      "interpretPolicy",
      "isDecisionOutcome",
      "isErrorCode",
      "isExecutionId",
      "isParty",
      "issueExecutionToken",
      "issueResolution",
      "parseAttestation",
      "parseLogEntry",
      "parseResolution",
      "parseResolutionEvidence",
      "parseSealedVote",
      "parseVote",
      "readVoteSeal",
      "replayIdentities",
      "resolutionEvidence",
      "resolutionHash",
      "resolutionPayload",
      "sealVote",
      "signVote",
      "toEnvelope",
      "toResolutionEnvelope",
      "toStatement",
      "verifyAttestationSignature",
      "verifyExecutionToken",
      "verifyResolutionSignature",
      "verifyVoteSeal",
      "verifyVoteSignature",
      "votesHash",
    ]);
  });

  it("holds the signer and verifier of the published examples", () => {
    const signer = new execution.LocalSigner(new Uint8Array(32));
    expect(new execution.LocalVerifier(signer.publicKey).keyId).toBe(signer.keyId);
  });
});
