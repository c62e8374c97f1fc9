import { describe, expect, it } from "vitest";
import * as core from "../src/index.js";

describe("the door of core", () => {
  it("exports the published surface, and nothing by accident", () => {
    expect(Object.keys(core).sort()).toMatchInlineSnapshot(`
      [
        "BatchError",
        "LocalSigner",
        "LocalVerifier",
        "MemoryReplayStore",
        "ParmanaError",
        "addReviewTask",
        "attestationHash",
        "canonicalize",
        "compilePolicy",
        "createExecutionRuntime",
        "evaluateDryRun",
        "evidenceBytes",
        "executeBatch",
        "executeDecision",
        "executeFromSignals",
        "executionFingerprint",
        "fromEnvelope",
        "generatePrivateKey",
        "getAllTasks",
        "getRuntimePaths",
        "importPrivateKey",
        "importPublicKey",
        "interpretPolicy",
        "issueExecutionToken",
        "loadPolicyBundle",
        "normalizeGovernedSignals",
        "openLedger",
        "parseAttestation",
        "parsePolicy",
        "parseStrict",
        "readBundleContent",
        "resolveOverride",
        "sha256",
        "signalsJsonSchema",
        "toEnvelope",
        "toStatement",
        "validateSignals",
        "verifyAttestation",
        "verifyExecutionToken",
      ]
    `);
  });
});
