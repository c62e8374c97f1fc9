import { payloadTypes } from "@parmanasystems/signing";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createNextTrustRoot, openTrustRoot, type PolicyIndex, type TrustRoot } from "../../src/index.js";
import {
  type CountersignPoliciesInput,
  countersignPolicies,
  createPolicyIndex,
  loadPolicyBundle,
  publishToIndex,
  readPolicyIndex,
  revokeInIndex,
  signPolicyBundle,
} from "../../src/node/index.js";
import { DAY_MS, NOW, openedTrustRoot, signAs, signerOf } from "../signed-fixtures.js";
import { readTree, refused, temporaryDirectory, writeSource } from "./environment-fixtures.js";

const REVOKED = NOW + DAY_MS;
const first = await openedTrustRoot();
const policyKey = signerOf("policy").keyId;

/** The next trust root: the policy key is revoked, and another takes its place from that time on. */
async function replaced(validFrom: number): Promise<TrustRoot> {
  const heir = { role: "policy", operator: "heir", publicKey: signerOf("heir").publicKey, validFrom };
  const revoke = [{ keyId: policyKey, reason: "laptop lost" }];
  const document = createNextTrustRoot(first, { add: [heir], revoke }, REVOKED);
  const signed = await signAs(payloadTypes.trustRoot, document, ["root"]);
  return openTrustRoot({ ...signed, pinnedKey: signerOf("root").publicKey, previous: first });
}

const second = await replaced(NOW);

interface Published {
  readonly policiesRootPath: string;
  readonly index: PolicyIndex;
  readonly terms: CountersignPoliciesInput;
}

/** Three versions by the policy key: active, active and revoked. Then the key is lost. */
async function published(): Promise<Published> {
  const directory = temporaryDirectory();
  const policiesRootPath = join(directory, "policies");
  const terms = { policiesRootPath, trustRoot: first, signers: [signerOf("policy")], now: NOW };
  const dates = { expiresAt: NOW + 30 * DAY_MS, remembered: undefined, policyId: "claims-approval" };
  await createPolicyIndex({ ...terms, ...dates });
  for (const policyVersion of ["1.0.0", "1.1.0", "1.2.0"]) {
    await signPolicyBundle({ ...terms, sourceDir: writeSource(directory, policyVersion) });
    await publishToIndex({ ...terms, ...dates, policyVersion });
  }
  const { value: index } = await revokeInIndex({ ...terms, ...dates, policyVersion: "1.2.0" });
  return {
    policiesRootPath,
    index,
    terms: {
      policiesRootPath,
      trustRoot: second,
      signers: [signerOf("heir")],
      now: REVOKED,
      remembered: { version: index.version, hash: index.hash },
    },
  };
}

describe("After a policy key was revoked (threat 25)", () => {
  it("nothing it signed verifies, until another key signs it again as it is", async () => {
    const { policiesRootPath, index, terms } = await published();
    const load = () => loadPolicyBundle(policiesRootPath, "claims-approval", "1.0.0", second);
    await expect(readPolicyIndex(policiesRootPath, second)).rejects.toThrow(refused("TRUST-037"));
    await expect(load()).rejects.toThrow(refused("TRUST-037"));

    const { policyIndex, bundles } = await countersignPolicies(terms);
    expect(policyIndex.hash).toBe(index.hash);
    expect(bundles.map(({ policyVersion }) => policyVersion)).toEqual(["1.0.0", "1.1.0"]);
    expect((await readPolicyIndex(policiesRootPath, second)).value.hash).toBe(index.hash);
    expect((await load()).bundleHash).toBe(index.policies.get("claims-approval")?.active.get("1.0.0"));
  });

  it("the index goes on from there", async () => {
    const { terms, index } = await published();
    await countersignPolicies(terms);
    const renewed = await publishToIndex({
      ...terms,
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      expiresAt: REVOKED + DAY_MS,
    });
    expect(renewed.value.version).toBe(index.version + 1);
  });

  it("doing it again changes nothing", async () => {
    const { policiesRootPath, terms } = await published();
    await countersignPolicies(terms);
    const before = readTree(policiesRootPath);
    expect((await countersignPolicies(terms)).bundles).toEqual([]);
    expect(readTree(policiesRootPath)).toEqual(before);
  });

  it("it ends what a crash in the middle of it left (threat 37)", async () => {
    const { policiesRootPath, terms } = await published();
    const manifest = join(policiesRootPath, "claims-approval/1.0.0/bundle.manifest.json");
    writeFileSync(`${manifest}.next`, readFileSync(manifest));
    renameSync(join(policiesRootPath, "index.json"), join(policiesRootPath, "index.json.next"));
    expect((await countersignPolicies(terms)).bundles).toHaveLength(2);
    expect(Object.keys(readTree(policiesRootPath)).filter((path) => path.endsWith(".next"))).toEqual([]);
  });
});

describe("Countersigning takes nothing but what was accepted before the key was lost", () => {
  const thief = { expiresAt: NOW + 30 * DAY_MS, remembered: undefined, policyId: "claims-approval" };
  const stolen = (policiesRootPath: string) => ({
    ...thief,
    policiesRootPath,
    trustRoot: first,
    signers: [signerOf("policy")],
    now: NOW,
  });

  it("no index that the thief signed, though it is well signed and newer", async () => {
    const { policiesRootPath, terms } = await published();
    await publishToIndex({ ...stolen(policiesRootPath), policyVersion: "1.0.0" });
    await expect(countersignPolicies(terms)).rejects.toThrow(refused("POL-048"));
  });

  it("no older index (rollback, threat 31)", async () => {
    const { policiesRootPath, terms } = await published();
    for (const ending of ["json", "sig"]) {
      const old = readFileSync(join(policiesRootPath, `index.2.${ending}`));
      writeFileSync(join(policiesRootPath, `index.${ending}`), old);
    }
    await expect(countersignPolicies(terms)).rejects.toThrow(refused("POL-047"));
  });

  it("no bundle but the one listed (mix-and-match, threat 31)", async () => {
    const { policiesRootPath, terms } = await published();
    const at = (version: string, name: string) => join(policiesRootPath, "claims-approval", version, name);
    for (const name of ["bundle.manifest.json", "bundle.sig"]) {
      writeFileSync(at("1.0.0", name), readFileSync(at("1.1.0", name)));
    }
    await expect(countersignPolicies(terms)).rejects.toThrow(refused("POL-044"));
  });

  it("no edited file (threat 28)", async () => {
    const { policiesRootPath, terms } = await published();
    writeFileSync(join(policiesRootPath, "claims-approval/1.0.0/policy.test.json"), "{}");
    await expect(countersignPolicies(terms)).rejects.toThrow(refused("POL-034"));
  });

  it("no signature of a key that was not valid then, nor of the revoked one", async () => {
    const { terms } = await published();
    const late = { ...terms, trustRoot: await replaced(REVOKED) };
    await expect(countersignPolicies(late)).rejects.toThrow(refused("TRUST-037"));
    await expect(countersignPolicies({ ...terms, signers: [signerOf("policy")] })).rejects.toThrow(
      refused("TRUST-036"),
    );
    await expect(countersignPolicies({ ...terms, signers: [] })).rejects.toThrow(refused("TRUST-032"));
  });
});
