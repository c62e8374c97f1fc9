import { requireListed } from "@parmanasystems/governance";
import {
  createPolicyIndex,
  createTrust,
  loadPolicyBundle,
  publishToIndex,
  readPolicyIndex,
  signPolicyBundle,
} from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directory = await mkdtemp(join(tmpdir(), "governance-example-"));
const policiesRootPath = join(directory, "policies");
const now = Date.now();
const expiresAt = now + 90 * 24 * 3600 * 1000;

// The author's side: a trust root that lets one key sign policies, and a policy that this key signs.
const holder = { keys: [{ operator: "Example Ltd" }] };
const { trustRoot, keys } = await createTrust({
  trustDir: join(directory, "trust"),
  roles: { root: holder, policy: holder },
  now,
  expiresAt,
});
const signers = [new LocalSigner(keys.find(({ role }) => role === "policy").privateKey)];
const name = { policyId: "refunds", policyVersion: "1.0.0" };
const sourceDir = join(policiesRootPath, name.policyId, name.policyVersion);
await mkdir(sourceDir, { recursive: true });
await writeFile(
  join(sourceDir, "policy.json"),
  JSON.stringify({
    ...name,
    schemaVersion: "1.0.0",
    signalsSchema: { amount: { type: "integer", minimum: 0, maximum: 100000 } },
    replay: { identity: "fingerprint" },
    rules: [
      {
        id: "small",
        condition: { signal: "amount", less_than: 5000 },
        outcome: { decision: "approved", action: "refund", reason: "small amount" },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "reject", reason: "too much" },
      },
    ],
  }),
);
const terms = { policiesRootPath, trustRoot, signers, now };
await signPolicyBundle({ ...terms, sourceDir });
await createPolicyIndex({ ...terms, expiresAt });
await publishToIndex({ ...terms, ...name, expiresAt, remembered: undefined }); // nothing was accepted before

// The runtime's side: nothing is believed that the trust root does not vouch for.
const bundle = await loadPolicyBundle(policiesRootPath, name.policyId, name.policyVersion, trustRoot);
const { value: index } = await readPolicyIndex(policiesRootPath, trustRoot);
console.log("status:", requireListed(index, { ...name, bundleHash: bundle.bundleHash }));
console.log("rules:", bundle.policy.rules.map(({ id }) => id).join(", "));

await writeFile(join(sourceDir, "policy.json"), "{}");
const refusal = await loadPolicyBundle(policiesRootPath, name.policyId, name.policyVersion, trustRoot).catch(
  (error) => error,
);
console.log("after one edit:", refusal.code);

await rm(directory, { recursive: true });
