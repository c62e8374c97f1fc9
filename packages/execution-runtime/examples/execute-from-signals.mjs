import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalSigner, LocalVerifier } from "@parmanasystems/execution";
import { executeFromSignals, MemoryReplayStore, runtimeVersion } from "@parmanasystems/execution-runtime";
import {
  createPolicyIndex,
  createTrust,
  measureRuntimeFiles,
  publishToIndex,
  runtimePackageRoots,
  signPolicyBundle,
  signRelease,
} from "@parmanasystems/governance/node";

// Once, by whoever owns keys and policies (`parmana init`, `policy sign` and `release build` do the same).
const directory = mkdtempSync(join(tmpdir(), "parmana-example-"));
const sourceDir = join(directory, "source", "claims-approval", "1.0.0");
mkdirSync(sourceDir, { recursive: true });
writeFileSync(
  join(sourceDir, "policy.json"),
  JSON.stringify({
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: {
      claim_amount: { type: "integer", minimum: 0, maximum: 100_000_000 },
      vip_customer: { type: "boolean" },
    },
    replay: { identity: "fingerprint" },
    rules: [
      {
        id: "small-claim",
        condition: { signal: "claim_amount", less_than_or_equal: 100_000 },
        outcome: { decision: "approved", action: "approve", reason: "small claim" },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "reject", reason: "too large to approve alone" },
      },
    ],
  }),
);

const now = Date.now();
const expiresAt = now + 86_400_000;
const policiesRootPath = join(directory, "policies");
const releaseManifestPath = join(directory, "release-manifest.json");
const roles = Object.fromEntries(
  ["root", "policy", "release", "runtime"].map((role) => [role, { keys: [{ operator: "example" }] }]),
);
const trust = await createTrust({ trustDir: join(directory, "trust"), roles, now, expiresAt });
const { trustRoot, trustRootPath, trustPublicKeyPath } = trust;
const keyOf = (role) => trust.keys.find((key) => key.role === role).privateKey;

const terms = { policiesRootPath, trustRoot, signers: [new LocalSigner(keyOf("policy"))], now, expiresAt };
await createPolicyIndex(terms);
await signPolicyBundle({ ...terms, sourceDir });
const name = { policyId: "claims-approval", policyVersion: "1.0.0" };
await publishToIndex({ ...terms, ...name, remembered: undefined }); // nothing was accepted before
await signRelease({
  releaseManifestPath,
  trustRoot,
  signers: [new LocalSigner(keyOf("release"))],
  now,
  runtimeVersion,
  files: await measureRuntimeFiles(
    await runtimePackageRoots(new URL(import.meta.resolve("@parmanasystems/execution-runtime"))),
  ),
});

// Then, for every decision:
const replayStore = new MemoryReplayStore();
const signer = new LocalSigner(keyOf("runtime"));
const verifier = new LocalVerifier(keyOf("runtime").publicKey);
const execute = (executionId) =>
  executeFromSignals({
    executionId,
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signals: { claim_amount: 1200, vip_customer: false },
    signer,
    verifier,
    replayStore,
    runtimeEnvironment: { policiesRootPath, trustRootPath, trustPublicKeyPath, releaseManifestPath },
  });

console.log(await execute("claim-0001"));
await execute("claim-0002").catch((error) => console.log(error.message)); // the same facts: [INV-013]

rmSync(directory, { recursive: true });
