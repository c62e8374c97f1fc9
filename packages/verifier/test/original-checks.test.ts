import { sha256 } from "@parmanasystems/canonical";
import { attestationHash, type ExecutionAttestation } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { Checklist } from "../src/checklist.js";
import { type Check, resolutionCatalogue, verifyResolution } from "../src/index.js";
import { known, unknown } from "../src/known.js";
import { openMaterial } from "../src/opened-material.js";
import { checkOriginal } from "../src/original-checks.js";
import { readSharedMaterial } from "../src/verification-material.js";
import { failures, find, signed, trustRootOf } from "./fixture.js";
import { createEnded, type Ended, ends, signedEnd } from "./resolution-fixture.js";

let ended: Ended;
beforeAll(async () => {
  ended = await createEnded();
});

/** The resolution changed, and ending the attestation changed so. */
function judge(
  original: Partial<ExecutionAttestation>,
  resolution: Parameters<typeof signedEnd>[1] = {},
  options: Partial<Ended["options"]> = {},
) {
  const begun = signed(ended.world.attestation, original);
  const end = signedEnd(ended.resolution, { attestationHash: attestationHash(begun), ...resolution });
  return verifyResolution(end, { ...ended.options, original: begun, ...options });
}

describe("the attestation that a resolution ends", () => {
  it("is not authentic when any check of it failed, also one that may be left out", () => {
    const issuedAt = new Date(ends.now + 300_001).toISOString();
    expect(failures(judge({ issuedAt }))).toMatchObject({ "original.authentic": "INV-067" });
  });

  it("is not authentic when its key was revoked since: the log proof is not its own", async () => {
    const trustRoot = await trustRootOf({
      after: ended.world.material.trustRoot,
      runtimeKey: { status: "revoked", revokedAt: ends.now },
    });
    const report = judge({}, {}, { trustRoot });
    expect(failures(report)).toMatchObject({ "original.authentic": "TRUST-037" });
  });

  it("is not authentic when a check that is required of it could not be made", () => {
    const { resolution, world } = ended;
    const opened = openMaterial(readSharedMaterial(world.material));
    const authentic = (material: typeof opened): Check | undefined => {
      const checks = new Checklist();
      const presented = { attestation: resolution, issuedAt: ends.now, envelope: undefined };
      checkOriginal(checks, known(presented), known(world.attestation), material);
      return checks.list(resolutionCatalogue).find(({ id }) => id === "original.authentic");
    };
    expect(authentic(opened)?.status).toBe("pass");
    const keyless = { ...opened, trustRoot: unknown("there is none") };
    expect(authentic(keyless)).toMatchObject({
      status: "fail",
      code: "INV-062",
      detail: expect.stringMatching(/: Not checked: there is none\.$/),
    });
  });

  it("may be of the same millisecond, and no later", () => {
    const { issuedAt } = ended.world.attestation;
    const withoutVotes = { votes: undefined };
    expect(failures(judge({}, { issuedAt }, withoutVotes))).toEqual({});
    const before = new Date(Date.parse(issuedAt) - 1).toISOString();
    expect(failures(judge({}, { issuedAt: before }, withoutVotes))).toEqual({ "original.date": "INV-069" });
  });
});

describe("what a resolution must say as its attestation did", () => {
  const bound = { audience: "bank", actionHash: sha256("pay 45") } as const;

  it("is the audience and the action where either names one", () => {
    expect(failures(judge(bound, bound))).toEqual({});
    for (const name of ["audience", "actionHash"] as const) {
      const other = { [name]: name === "audience" ? "shop" : sha256("pay 46") };
      for (const [begun, end] of [
        [{ [name]: bound[name] }, {}],
        [{}, { [name]: bound[name] }],
        [bound, { ...bound, ...other }],
      ] as const)
        expect(failures(judge(begun, end)), name).toEqual({ "original.audience": "INV-069" });
    }
  });

  it.each([
    [{ execution_id: "claim-0002" }, "original.execution", "the execution of the resolution is claim-0002"],
    [{ execution_fingerprint: sha256("x") }, "original.execution", "the fingerprint of the resolution is"],
    [{ policyId: "other" }, "original.policy", "the policy of the resolution is other"],
    [{ policyVersion: "1.0.1" }, "original.policy", "the policy version of the resolution is 1.0.1"],
    [{ audience: "bank" }, "original.audience", "the audience of the resolution is bank, that of"],
    [{ actionHash: sha256("x") }, "original.audience", "the hash of the action of the resolution is"],
  ] as const)("is named where it differs: %j", (change, id, sentence) => {
    expect(find(judge({}, change), id).detail).toContain(sentence);
  });
});
