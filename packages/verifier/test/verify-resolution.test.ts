import { sha256 } from "@parmanasystems/canonical";
import { attestationHash, toEnvelope, toResolutionEnvelope } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type AttestationInput,
  checkCatalogue,
  createResolutionVerifier,
  resolutionCatalogue,
  type ResolutionInput,
  verifyAttestation,
  verifyResolution,
} from "../src/index.js";
import {
  failures,
  find,
  indexOf,
  jsonBytes,
  releaseOf,
  signed,
  signers,
  skipped,
  trustRootOf,
  type World,
} from "./fixture.js";
import {
  counting,
  createEnded,
  type Ended,
  ends,
  signedEnd,
  signedVote,
  vote,
} from "./resolution-fixture.js";

const logChecks = ["log.form", "log.inclusion", "log.checkpoint", "log.consistency", "log.witnesses"];

let ended: Ended;
let signedByApprovers: Ended;
beforeAll(async () => {
  ended = await createEnded();
  signedByApprovers = await createEnded({
    override: { signed: true },
    votes: (world) => Promise.all([signedVote(world, "ada"), signedVote(world, "eve")]),
  });
});

describe("an honest end is verified", () => {
  it("up to the votes when everything is supplied", () => {
    const report = verifyResolution(ended.resolution, ended.options);
    expect(failures(report)).toEqual({});
    expect(skipped(report)).toEqual(logChecks);
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "votes.signatures").detail).toContain("0 of 2; the policy does not demand it");
  });

  it.each([
    ["with the attestation", "2026-03-01T12:00:00.000Z"],
    ["as late as clocks may differ from the resolution's", "2026-03-01T13:05:00.000Z"],
  ])("with a vote dated %s", (_name, votedAt) => {
    const { resolution, options } = counting(ended, [vote("ada"), vote("eve", { votedAt })]);
    expect(failures(verifyResolution(resolution, options))).toEqual({});
  });

  it("when nobody is named who asked for it", () => {
    const anonymous = { ...ended.world.attestation };
    Reflect.deleteProperty(anonymous, "requester");
    const original = signed(anonymous, {});
    const resolution = signedEnd(ended.resolution, { attestationHash: attestationHash(original) });
    const report = verifyResolution(resolution, { ...ended.options, original });
    expect(failures(report)).toEqual({});
    expect(find(report, "votes.requester").detail).toBe("The attestation names no requester.");
  });

  it("when approvers signed their votes", () => {
    const report = verifyResolution(signedByApprovers.resolution, signedByApprovers.options);
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "votes.signatures").detail).toContain("2 of 2; the policy demands it");
  });

  it.each([
    ["expired without votes", { resolution: "expired", votes: () => [] }],
    ["expired with too few approvals", { resolution: "expired", votes: () => [vote("ada")] }],
    [
      "rejected by one",
      { resolution: "rejected", votes: () => [vote("ada"), vote("eve", { decision: "rejected" })] },
    ],
    ["rejected by nobody's vote", { resolution: "rejected", votes: () => [] }],
    ["approved in time, and signed later", { issuedAt: "2026-03-02T13:00:00.000Z" }],
    [
      "approved by votes of which one is signed although none must be",
      { votes: async (world: World) => [await signedVote(world, "ada"), vote("carl")] },
    ],
  ] as const)("%s", async (_name, options) => {
    const { resolution, options: material } = await createEnded(options);
    const report = verifyResolution(resolution, material);
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it("in every spelling: parsed or bytes, flat or envelope, and its attestation too", () => {
    const envelope = toResolutionEnvelope(ended.resolution);
    const { attestation } = ended.world;
    for (const input of [ended.resolution, envelope, jsonBytes(ended.resolution), jsonBytes(envelope)]) {
      for (const original of [attestation, toEnvelope(attestation), jsonBytes(toEnvelope(attestation))])
        expect(verifyResolution(input, { ...ended.options, original })).toMatchObject({
          verdict: "verified",
          level: "L4",
        });
    }
  });

  it("by another release, index and trust root than its attestation", async () => {
    const { trustRoot, bundle } = ended.world.material;
    const later = await trustRootOf({ after: trustRoot, approvers: { ada: signers.ada, eve: signers.eve } });
    const release = await releaseOf("1.3.0");
    const resolution = signedEnd(ended.resolution, {
      provenance: {
        ...ended.resolution.provenance,
        runtimeVersion: "1.3.0",
        releaseManifestHash: sha256(release.document),
        trustRootVersion: 2,
        trustRootHash: sha256(later.document),
        policyIndexVersion: 8,
      },
    });
    const policyIndex = await indexOf([["1.0.0", bundle, "active"]], { version: 8 });
    const report = verifyResolution(resolution, { ...ended.options, trustRoot: later, policyIndex, release });
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it("when it refuses what a revoked policy had left pending, unlike an approval", async () => {
    const { bundle } = ended.world.material;
    const revoking = await indexOf([["1.0.0", bundle, "revoked"]], { version: 7 });
    const material = (end: Ended) => ({ ...end.options, policyIndex: revoking });
    const expired = await createEnded({ resolution: "expired", votes: () => [] });
    expect(verifyResolution(expired.resolution, material(expired))).toMatchObject({ verdict: "verified" });
    expect(failures(verifyResolution(ended.resolution, material(ended)))).toEqual({
      "policy-index.listed": "POL-043",
    });
    const now8 = await indexOf([["1.0.0", bundle, "revoked"]], { version: 8 });
    const options = { ...expired.options, policyIndex: now8, formerPolicyIndexes: [revoking] };
    expect(failures(verifyResolution(expired.resolution, options))).toEqual({});
  });
});

describe("the level", () => {
  it("is L1 with the attestation that it ends, L2 with bundle, index and release, L4 with the votes", () => {
    const { trustRoot } = ended.world.material;
    const { original, votes, ...material } = ended.options;
    expect(verifyResolution(ended.resolution, { trustRoot, original })).toMatchObject({
      verdict: "verified",
      level: "L1",
    });
    expect(verifyResolution(ended.resolution, { ...material, original })).toMatchObject({
      verdict: "verified",
      level: "L2",
    });
    expect(verifyResolution(ended.resolution, { ...material, original, requiredLevel: "L4" })).toMatchObject({
      verdict: "refused",
      level: "L2",
    });
    expect(verifyResolution(ended.resolution, { trustRoot, original, votes })).toMatchObject({
      verdict: "verified",
      level: "L1",
    });
  });

  it("is none without the attestation that it ends, and the report says why", () => {
    const report = verifyResolution(ended.resolution, { ...ended.options, original: undefined });
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
    expect(find(report, "original.link").detail).toBe(
      "Not checked: the attestation that it ends was not supplied.",
    );
    expect(find(report, "votes.form").status).toBe("pass");
  });

  it("is L2 without the votes for what expired, and for an approval signed before the time ran out", async () => {
    for (const [end, sentence] of [
      [
        { resolution: "expired", votes: () => [] },
        "The time for it ran out at UNTIL, and the resolution was",
      ],
      [
        { issuedAt: "2026-03-02T11:59:59.999Z" },
        "It was decided within the time for it, which ran until UNTIL.",
      ],
    ] as const) {
      const { resolution, options } = await createEnded(end);
      const report = verifyResolution(resolution, { ...options, votes: undefined });
      expect(report).toMatchObject({ verdict: "verified", level: "L2" });
      expect(find(report, "terms.expiry").detail).toContain(sentence.replace("UNTIL", ends.expired));
    }
  });

  it("is not L2 for an approval signed late, unless the votes show that they were in time", async () => {
    for (const issuedAt of [ends.expired, "2026-03-02T13:00:00.000Z"]) {
      const late = await createEnded({ issuedAt });
      const report = verifyResolution(late.resolution, { ...late.options, votes: undefined });
      expect(report).toMatchObject({ verdict: "refused", level: "L1" });
      expect(skipped(report)).toContain("terms.expiry");
      expect(find(report, "terms.expiry").detail).toMatch(/no votes show that they were in time\.$/);
    }
  });
});

describe("a resolution is no attestation", () => {
  it("to the verifier of attestations (threat 14)", () => {
    const { material } = ended.world;
    for (const [input, code] of [
      [jsonBytes(ended.resolution), "INV-020"],
      [toResolutionEnvelope(ended.resolution), "INV-027"],
    ] as const)
      expect(failures(verifyAttestation(input, material))).toEqual({ "attestation.form": code });
  });
});

describe("the catalogue of resolutions", () => {
  it("has unique ids in the order of the levels, and is the report's", () => {
    expect(new Set(resolutionCatalogue.map(({ id }) => id)).size).toBe(resolutionCatalogue.length);
    const levels = resolutionCatalogue.map(({ level }) => level);
    expect(levels).toEqual([...levels].sort());
    const catalogue = resolutionCatalogue.map(({ id, level }) => ({ id, level }));
    for (const input of [ended.resolution, null, new Uint8Array()]) {
      for (const options of [ended.options, { trustRoot: ended.options.trustRoot }])
        expect(verifyResolution(input, options).checks.map(({ id, level }) => ({ id, level }))).toEqual(
          catalogue,
        );
    }
  });

  it("lets only what is judged against today, an older index, or knowledge of the log from elsewhere be skipped", () => {
    expect(resolutionCatalogue.filter(({ required }) => !required).map(({ id }) => id)).toEqual([
      "resolution.date",
      "trust-root.unexpired",
      "policy-index.unexpired",
      "policy-index.in-force",
      "log.consistency",
      "log.witnesses",
    ]);
  });

  it("shares with attestations what is the same, and the release's way of deciding is not", () => {
    const all: readonly string[] = resolutionCatalogue.map(({ id }) => id);
    const missing = checkCatalogue
      .map(({ id }) => id)
      .filter((id) => !all.includes(id) && !/^(?:attestation|evidence|decision)\./.test(id));
    expect(missing).toEqual(["release.evaluator-semantics", "release.schema-version"]);
  });
});

describe("hostile input and unusable options", () => {
  it("never throws on what is to be judged (threat 57)", () => {
    const cyclic: Record<string, unknown> = { ...ended.resolution };
    cyclic["provenance"] = cyclic;
    const getter = Object.defineProperty({ ...ended.resolution }, "resolution", {
      enumerable: true,
      get: () => "approved",
    });
    const hostile = [
      null,
      1,
      "text",
      [],
      {},
      new Uint8Array(100_000),
      cyclic,
      getter,
      new Map(),
      Symbol("x"),
    ];
    for (const input of hostile) {
      const resolution = verifyResolution(input as ResolutionInput, ended.options);
      expect(resolution).toMatchObject({ verdict: "refused", level: "none" });
      expect(Object.keys(failures(resolution))).toEqual(["resolution.form"]);
      const original = input as AttestationInput;
      const report = verifyResolution(ended.resolution, { ...ended.options, original });
      expect(Object.keys(failures(report))).toEqual(["original.form"]);
    }
    const votes = new Uint8Array(5_000_000);
    expect(failures(verifyResolution(ended.resolution, { ...ended.options, votes }))).toEqual({
      "votes.form": "INV-061",
    });
  });

  it("changes no verdict on a polluted Object.prototype (threat 58)", () => {
    const { resolution, options } = signedByApprovers;
    const forged = { ...resolution, approvals: 3 };
    const judge = () => [verifyResolution(resolution, options), verifyResolution(forged, options)];
    const clean = judge();
    const names = [
      "audience",
      "actionHash",
      "requester",
      "keyId",
      "signature",
      "original",
      "votes",
      "override",
    ];
    try {
      for (const name of names) Reflect.set(Object.prototype, name, "ada");
      expect(judge()).toEqual(clean);
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  it.each([
    ["the evidence of an attestation", { evidence: new Uint8Array() }],
    ["votes as an object", { votes: {} }],
    ["a level that there is not", { requiredLevel: "L5" }],
    ["a misspelt option", { vote: new Uint8Array() }],
    ["no trust root", { trustRoot: undefined }],
  ])("throws for %s (INV-060)", (_name, change) => {
    const misuse = expect.objectContaining({ name: "VerifierError", code: "INV-060" }) as Error;
    expect(() => verifyResolution(ended.resolution, { ...ended.options, ...change } as never)).toThrow(
      misuse,
    );
  });
});

describe("a verifier for many resolutions", () => {
  it("gives the reports that single calls give", () => {
    const { original, votes, ...material } = ended.options;
    const verifier = createResolutionVerifier(material);
    const forged = { ...ended.resolution, resolution: "rejected" } as const;
    for (const resolution of [ended.resolution, signedByApprovers.resolution, forged, null]) {
      expect(verifier.verify(resolution)).toEqual(verifyResolution(resolution, material));
      expect(verifier.verify(resolution, { original, votes })).toEqual(
        verifyResolution(resolution, { ...material, original, votes }),
      );
    }
  });

  it("refuses an option that is misspelt", () => {
    const verifier = createResolutionVerifier({ trustRoot: ended.options.trustRoot });
    expect(() => verifier.verify(ended.resolution, { vote: ended.options.votes } as never)).toThrow(
      expect.objectContaining({ code: "INV-060" }),
    );
  });
});
