import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";
import * as nodeDoor from "../src/node/index.js";

const source = fileURLToPath(new URL("../src/", import.meta.url));

describe("The doors of the package", () => {
  it("the portable one exports these names", () => {
    expect(Object.keys(door).sort()).toEqual([
      "EVALUATOR_SEMANTICS",
      "GovernanceError",
      "SCHEMA_VERSION",
      "apiKeyId",
      "callerRoles",
      "createApiKey",
      "createBundleManifest",
      "createNextTrustRoot",
      "createPolicyIndexDocument",
      "createProposal",
      "createReleaseManifestDocument",
      "createTrustRootDocument",
      "daysLeft",
      "decimalToScaled",
      "describeProposal",
      "describeTrustRootChanges",
      "encodeApiKeys",
      "encodeProposal",
      "expiryWarnings",
      "findVersion",
      "governanceErrors",
      "isBundlePath",
      "isComplete",
      "isPolicyId",
      "isPolicyVersion",
      "keyValidUntil",
      "locatePointer",
      "mergeProposals",
      "newestTrustRoot",
      "openPolicyBundle",
      "openPolicyIndex",
      "openReleaseManifest",
      "openTrustRoot",
      "openTrustRootChain",
      "parseApiKeys",
      "parseCeremony",
      "parsePolicy",
      "parseProposal",
      "policyDocumentSchema",
      "requireIndexNotRolledBack",
      "requireIndexUnexpired",
      "requireListed",
      "requireProvenance",
      "requireReleasedRuntime",
      "requireSigningKey",
      "requireTrustRootNotRolledBack",
      "requireUnexpired",
      "requireWantedSigner",
      "roleKey",
      "runtimeHashOf",
      "signProposal",
      "signalsJsonSchema",
      "signatureNeeds",
      "signedDocumentOf",
      "suggestion",
      "validateSignals",
      "verifyForRole",
      "walkTrustRootChain",
    ]);
  });

  it("the one for Node exports these names", () => {
    expect(Object.keys(nodeDoor).sort()).toEqual([
      "archivedPathsOf",
      "assertMatchesPolicySchema",
      "changeApiKeys",
      "checkPolicyDirectory",
      "compileSignalsSchema",
      "countersignPolicies",
      "createPolicyIndex",
      "createTrust",
      "deprecateInIndex",
      "installPolicyBundle",
      "installPolicyIndex",
      "installRelease",
      "installTrustRoot",
      "loadPolicyBundle",
      "measureRuntimeFiles",
      "privateKeyFile",
      "proposeIndexChange",
      "proposePolicyBundle",
      "proposePolicyIndex",
      "proposeRelease",
      "proposeTrust",
      "publishToIndex",
      "readApiKeys",
      "readBundleContent",
      "readFileSafely",
      "readPinnedKey",
      "readPolicyIndex",
      "readPrivateKey",
      "readPublicKey",
      "readReleaseManifest",
      "readTrustRoot",
      "readTrustRootPredecessors",
      "requireManifestFiles",
      "revokeInIndex",
      "runtimePackageRoots",
      "signPolicyBundle",
      "signRelease",
      "withDirectoryLock",
      "writeFileAtomically",
      "writePrivateKey",
    ]);
  });

  it("nothing behind the portable one reaches for Node or Ajv", () => {
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
      (path) => path.endsWith(".ts") && !path.startsWith("node/"),
    );
    const reaching = files.filter((path) =>
      /from "(?:node:|ajv|\.\.?\/node\/)/.test(readFileSync(`${source}${path}`, "utf8")),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(reaching).toEqual([]);
  });
});
