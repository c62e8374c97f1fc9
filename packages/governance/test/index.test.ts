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
      "createBundleManifest",
      "createPolicyIndexDocument",
      "createReleaseManifestDocument",
      "createTrustRootDocument",
      "decimalToScaled",
      "findVersion",
      "governanceErrors",
      "isBundlePath",
      "isPolicyId",
      "isPolicyVersion",
      "newestTrustRoot",
      "openPolicyBundle",
      "openPolicyIndex",
      "openReleaseManifest",
      "openTrustRoot",
      "openTrustRootChain",
      "parsePolicy",
      "policyDocumentSchema",
      "requireIndexNotRolledBack",
      "requireIndexUnexpired",
      "requireListed",
      "requireReleasedRuntime",
      "requireSigningKey",
      "requireTrustRootNotRolledBack",
      "requireUnexpired",
      "roleKey",
      "runtimeHashOf",
      "signalsJsonSchema",
      "validateSignals",
      "verifyForRole",
    ]);
  });

  it("the one for Node exports these names", () => {
    expect(Object.keys(nodeDoor).sort()).toEqual([
      "assertMatchesPolicySchema",
      "checkPolicyDirectory",
      "compileSignalsSchema",
      "createPolicyIndex",
      "createTrust",
      "deprecateInIndex",
      "loadPolicyBundle",
      "measureRuntimeFiles",
      "publishToIndex",
      "readBundleContent",
      "readFileSafely",
      "readPinnedKey",
      "readPolicyIndex",
      "readPrivateKey",
      "readReleaseManifest",
      "readTrustRoot",
      "readTrustRootPredecessors",
      "revokeInIndex",
      "runtimePackageRoots",
      "signPolicyBundle",
      "signRelease",
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
