import { canonicalBytes, encodeUtf8, formatTimestamp, sha256 } from "@parmanasystems/canonical";
import type { LogEntry } from "@parmanasystems/execution";
import {
  encodeBase64,
  formatNote,
  formatVerifierKey,
  generatePrivateKey,
  parseNote,
  signNote,
} from "@parmanasystems/signing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createAttestationVerifier,
  emptyRoot,
  formatCheckpoint,
  formatLogProof,
  verifyAttestation,
  type AttestationMaterial,
  type LogMaterial,
  type VerificationReport,
  type WitnessPolicy,
} from "../src/index.js";
import {
  claimsPolicy,
  createWorld,
  failures,
  find,
  signers,
  skipped,
  times,
  trustRootOf,
  type World,
} from "./fixture.js";
import {
  checkpointOf,
  fileOf,
  leavesWith,
  logOf,
  noteSigner,
  ORIGIN,
  seeds,
  witness,
  WRITTEN,
  type Log,
} from "./log/log-fixture.js";
import { damagedLists } from "./log/naive-tree.js";

const logKey = { signer: signers.log, status: "active" } as const;
const written = Date.parse(WRITTEN);
const day = 86_400_000;

let world: World;
let log: Log;
beforeAll(async () => {
  world = await createWorld({ trustRoot: await trustRootOf({ logKeys: [logKey] }) });
  log = await logOf(world.attestation);
});

type Changes = AttestationMaterial & {
  readonly now?: undefined;
  readonly log?: LogMaterial;
};

function verify(changes: Changes, of = world): VerificationReport {
  return verifyAttestation(of.attestation, { ...of.options, ...changes });
}

describe("an attestation with its log proof", () => {
  it("is verified, with every check of the log that knows enough", () => {
    const report = verify({ logProof: log.file });
    expect(failures(report)).toEqual({});
    expect(skipped(report)).toEqual(["log.consistency", "log.witnesses"]);
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "log.inclusion").detail).toBe(
      `Entry 5 of the log, of ${WRITTEN}, is that of this attestation and is included under the checkpoint.`,
    );
    expect(find(report, "log.checkpoint").detail).toContain(`${ORIGIN} at 13 entries`);
    expect(find(report, "log.consistency").detail).toBe("Not checked: no checkpoint was remembered.");
    expect(find(report, "log.witnesses").detail).toBe("Not checked: no witnesses were demanded.");
  });

  it("is verified at L3 without evidence, where that is the default", () => {
    const report = verifyAttestation(world.attestation, { ...world.material, logProof: log.file });
    expect(report).toMatchObject({ verdict: "verified", level: "L3" });
    expect(verify({ logProof: log.file, requiredLevel: "L3" })).toMatchObject({ verdict: "verified" });
  });

  it("is verified at every position and size", async () => {
    for (const [index, size] of [
      [0, 1],
      [0, 2],
      [1, 2],
      [6, 7],
      [7, 8],
      [0, 33],
    ] as const) {
      const { file } = await logOf(world.attestation, { index, size });
      expect(verify({ logProof: file }), `${index} of ${size}`).toMatchObject({
        verdict: "verified",
        level: "L4",
      });
    }
  });

  it("is verified with everything that can be known of the log", async () => {
    const w1 = witness("w1", 21);
    const full = await logOf(world.attestation, {
      cosignatures: async (text) => [await w1.cosign(text, written / 1_000)],
    });
    const remembered = await checkpointOf(full.leaves.slice(0, 9));
    const report = verify({
      logProof: full.file,
      log: {
        origin: ORIGIN,
        remembered,
        consistency: full.consistency(9),
        witnesses: {
          threshold: 1,
          witnesses: [{ name: "w1", verifierKey: w1.verifierKey, operator: "one" }],
        },
      },
    });
    expect(failures(report)).toEqual({});
    expect(skipped(report)).toEqual([]);
    expect(find(report, "log.consistency").detail).toContain("9 entries remembered and 13 now");
    expect(find(report, "log.witnesses").detail).toContain("cosigned by one; 1 were demanded");
  });

  it("is judged the same by a verifier for many", () => {
    const verifier = createAttestationVerifier({ ...world.material, log: { origin: ORIGIN } });
    expect(verifier.verify(world.attestation, { logProof: log.file })).toEqual(
      verifyAttestation(world.attestation, {
        ...world.material,
        log: { origin: ORIGIN },
        logProof: log.file,
      }),
    );
  });
});

describe("the required level and the log", () => {
  it("L3 is refused without a log proof, and L4 waits for none", () => {
    expect(verify({ requiredLevel: "L3" })).toMatchObject({ verdict: "refused", level: "L2" });
    expect(verify({})).toMatchObject({ verdict: "verified", level: "L4" });
    expect(verify({ log: {} })).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it("a log that fails refuses on every level, and nothing above L2 is reached", async () => {
    const { file } = await logOf(world.attestation, { seed: seeds.stranger });
    for (const requiredLevel of ["L1", "L2", "L3", "L4", undefined] as const) {
      expect(verify({ logProof: file, requiredLevel })).toMatchObject({ verdict: "refused", level: "L2" });
    }
    const { trustRoot } = world.material;
    expect(verifyAttestation(world.attestation, { trustRoot, logProof: file })).toMatchObject({
      verdict: "refused",
      level: "L1",
    });
  });
});

describe("what is asked of the log", () => {
  const { name, verifierKey } = witness("w", 21);
  const witnesses = { threshold: 1, witnesses: [{ name, verifierKey, operator: "one" }] };

  it.each(["L1", "L2", "L3", "L4", undefined] as const)(
    "must be answered, whatever else is required: %s",
    async (requiredLevel) => {
      const remembered = await checkpointOf(log.leaves);
      for (const asked of [{ origin: ORIGIN }, { remembered }, { witnesses }]) {
        const report = verify({ requiredLevel, log: asked });
        expect(failures(report)).toEqual({});
        expect(report).toMatchObject({ verdict: "refused", level: requiredLevel === "L3" ? "L2" : "L4" });
        expect(
          createAttestationVerifier({ ...world.material, log: asked }).verify(world.attestation),
        ).toMatchObject({
          verdict: "refused",
        });
      }
      expect(verify({ requiredLevel, log: {} }).verdict).toBe(
        requiredLevel === "L3" ? "refused" : "verified",
      );
    },
  );

  it("is answered by a log proof that holds", async () => {
    const remembered = await checkpointOf(log.leaves);
    expect(
      verify({ requiredLevel: "L1", logProof: log.file, log: { origin: ORIGIN, remembered } }),
    ).toMatchObject({
      verdict: "verified",
      level: "L4",
    });
  });
});

describe("log.form", () => {
  const with_ = (changes: object): Uint8Array => fileOf({ ...log.proof, ...changes });
  it.each<readonly [string, string, () => Uint8Array]>([
    ["INV-084", "nothing", () => new Uint8Array()],
    ["INV-084", "another file", () => canonicalBytes({})],
    ["INV-061", "100 MB (threat 57)", () => new Uint8Array(100_000_000)],
    [
      "INV-084",
      "no entry",
      () =>
        encodeUtf8(formatLogProof({ ...log.proof, extra: undefined } as never).replace(/^extra .*\n/m, "")),
    ],
    ["INV-028", "an entry that is none", () => with_({ extra: encodeUtf8("{}") })],
    [
      "INV-028",
      "an entry in another spelling",
      () => with_({ extra: Uint8Array.of(...(log.proof.extra ?? []), 0x20) }),
    ],
    ["SIG-017", "an unsigned checkpoint", () => with_({ checkpoint: parseNote(log.note).text })],
    [
      "SIG-017",
      "a checkpoint with CRLF (threat 48)",
      () => with_({ checkpoint: log.note.replaceAll("\n", "\r\n") }),
    ],
    [
      "SIG-005",
      "a checkpoint that one key signed twice",
      () => with_({ checkpoint: log.note + (log.note.split("\n").at(-2) ?? "") + "\n" }),
    ],
    [
      "SIG-007",
      "a checkpoint with 10,000 signatures",
      () =>
        with_({
          checkpoint: log.note + Array.from({ length: 10_000 }, (_, at) => `— k${at} AAAAAAA=\n`).join(""),
        }),
    ],
    [
      "INV-084",
      "a size with leading zeros",
      () => with_({ checkpoint: log.note.replace("\n13\n", "\n013\n") }),
    ],
    ["SIG-017", "a second empty line", () => with_({ checkpoint: log.note.replace("\n\n", "\n\n\n") })],
  ])("fails with %s for %s", (code, _, file) => {
    const report = verify({ logProof: file() });
    expect(failures(report)).toEqual({ "log.form": code });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(find(report, "log.inclusion").detail).toBe("Not checked: the check log.form failed.");
  });
});

describe("log.checkpoint", () => {
  const fails = (report: VerificationReport, code: string): void => {
    expect(failures(report)).toEqual({ "log.checkpoint": code });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(find(report, "log.inclusion")).toMatchObject({ status: "not_checked" });
  };

  it("demands the pinned origin (threat 44)", () => {
    expect(verify({ logProof: log.file, log: { origin: ORIGIN } }).verdict).toBe("verified");
    fails(verify({ logProof: log.file, log: { origin: "log.example/other" } }), "INV-085");
    fails(verify({ logProof: log.file, log: { origin: "" } }), "INV-085");
  });

  it("demands that a key of the role log signed, under the name of the log", async () => {
    const { file } = await logOf(world.attestation, { seed: seeds.stranger });
    fails(verify({ logProof: file }), "SIG-019");
    const { text } = parseNote(log.note);
    const checkpoint = await signNote(text, [noteSigner(seeds.log, "log.example/other")]);
    fails(verify({ logProof: fileOf({ ...log.proof, checkpoint }) }), "SIG-019");
  });

  it("demands a trust root with the role log", async () => {
    const none = await createWorld();
    fails(verify({ logProof: log.file }, none), "INV-085");
  });

  it("does not take a key of another role", async () => {
    const checkpoint = await signNote(parseNote(log.note).text, [noteSigner(4)]);
    fails(verify({ logProof: fileOf({ ...log.proof, checkpoint }) }), "SIG-019");
  });

  it("refuses a known key's bad signature, although another known key's holds (threat 48)", async () => {
    const both = await createWorld({
      trustRoot: await trustRootOf({ logKeys: [logKey, { signer: signers.nextLog, status: "active" }] }),
    });
    const { file, proof, note } = await logOf(both.attestation, { entry: {} });
    expect(verify({ logProof: file }, both).verdict).toBe("verified");
    const { text, signatures } = parseNote(note);
    const bad = { ...(await noteSigner(seeds.nextLog).sign(text)), signature: new Uint8Array(64) };
    const checkpoint = formatNote({ text, signatures: [...signatures, bad] });
    fails(verify({ logProof: fileOf({ ...proof, checkpoint }) }, both), "SIG-008");
  });

  it.each([
    ["the origin", "SIG-019", ORIGIN, "log.example/claimz"],
    ["the size", "SIG-008", "\n13\n", "\n14\n"],
    ["the root", "SIG-008", /[^\n]+=\n$/, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"],
    ["what was added", "SIG-008", /$/, "more\n"],
  ] as const)("refuses a change of %s", (_, code, from, to) => {
    const { text } = parseNote(log.note);
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    fails(verify({ logProof: fileOf({ ...log.proof, checkpoint: log.note.replace(text, changed) }) }), code);
  });

  const keyed = async (standing: object): Promise<World> =>
    createWorld({ trustRoot: await trustRootOf({ logKeys: [{ ...logKey, ...standing }] }) });

  it.each<readonly [string, object, string | undefined]>([
    ["is retired", { status: "retired" }, undefined],
    ["ended after the entry", { validUntil: written + day / 2 }, undefined],
    ["ended before the entry", { validUntil: written - day }, "TRUST-035"],
    ["came after the entry, as the next key of the log does", { validFrom: written + day / 4 }, undefined],
    ["becomes valid when honest clocks may show it", { validFrom: times.now + 300_000 }, undefined],
    ["becomes valid a moment later", { validFrom: times.now + 300_001 }, "TRUST-035"],
    ["is not valid until after the time of verification", { validFrom: times.now + day }, "TRUST-035"],
    [
      "was revoked before the entry",
      { status: "revoked", revokedAt: written - day, reason: "lost" },
      "TRUST-036",
    ],
    [
      "was revoked after the entry, since nothing dates a checkpoint",
      { status: "revoked", revokedAt: written + day / 4, reason: "lost" },
      "TRUST-037",
    ],
  ])("judges a key that %s", async (_, standing, code) => {
    const other = await keyed(standing);
    const { file } = await logOf(other.attestation);
    const report = verify({ logProof: file }, other);
    if (code === undefined) expect(failures(report)).toEqual({});
    else fails(report, code);
  });

  it("is content with one valid key where an ended one signed as well", async () => {
    const ended = { signer: signers.log, status: "active", validUntil: written - day } as const;
    const rotated = await createWorld({
      trustRoot: await trustRootOf({ logKeys: [ended, { signer: signers.nextLog, status: "active" }] }),
    });
    const { proof, note } = await logOf(rotated.attestation);
    const checkpoint = await signNote(parseNote(note).text, [
      noteSigner(seeds.log),
      noteSigner(seeds.nextLog),
    ]);
    expect(verify({ logProof: fileOf({ ...proof, checkpoint }) }, rotated).verdict).toBe("verified");
    fails(verify({ logProof: fileOf(proof) }, rotated), "TRUST-035");
  });
});

describe("log.inclusion", () => {
  const fails = (report: VerificationReport, code: string): void => {
    expect(failures(report)).toEqual({ "log.inclusion": code });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
  };

  it("refuses the valid proof of another attestation (threats 46 and 49)", async () => {
    const other = await createWorld({ trustRoot: world.material.trustRoot, executionId: "claim-0002" });
    const { file } = await logOf(other.attestation);
    expect(verify({ logProof: file }, other).verdict).toBe("verified");
    fails(verify({ logProof: file }), "INV-086");
    expect(find(verify({ logProof: file }), "log.inclusion").detail).toBe(
      "The statement is not in the audit log: the log entry has execution_id claim-0002, and that of the attestation has claim-0001.",
    );
  });

  it.each<readonly [string, Partial<LogEntry>]>([
    ["another event", { event: "override_resolved", replayIdentity: null }],
    ["another execution", { execution_id: "claim-0009" }],
    ["other facts", { execution_fingerprint: sha256("other") }],
    ["another decision", { decision: "rejected" }],
    ["no decision", { decision: null }],
    ["another attestation of the same execution", { attestationHash: sha256("other") }],
    ["no attestation", { attestationHash: null }],
    ["another identity than the policy consumes", { replayIdentity: "execution" }],
    ["an error code", { code: "SYS-001" }],
    ["a time before the attestation", { time: formatTimestamp(Date.parse(WRITTEN) - 310_000) }],
    ["a time after the verification", { time: formatTimestamp(times.now + 310_000) }],
  ])("refuses a logged entry with %s", async (_, entry) => {
    const { file } = await logOf(world.attestation, { entry });
    fails(verify({ logProof: file }), "INV-086");
  });

  it("allows for clocks that differ a little", async () => {
    const tolerance = 300_000;
    const [first, last] = [Date.parse(world.attestation.issuedAt) - tolerance, times.now + tolerance];
    for (const time of [first, last]) {
      const { file } = await logOf(world.attestation, { entry: { time: formatTimestamp(time) } });
      expect(failures(verify({ logProof: file }))).toEqual({});
    }
    for (const time of [first - 1, last + 1]) {
      const { file } = await logOf(world.attestation, { entry: { time: formatTimestamp(time) } });
      fails(verify({ logProof: file }), "INV-086");
    }
  });

  it("leaves what an entry consumes to the bundle that was attested", async () => {
    const { file } = await logOf(world.attestation, { entry: { replayIdentity: "execution" } });
    const other = await createWorld({ policy: claimsPolicy("1.0.0", 99_999) });
    const report = verify(
      { logProof: file },
      { ...world, options: { ...world.options, bundle: other.material.bundle } },
    );
    expect(find(report, "bundle.hash").code).toBe("INV-070");
    expect(find(report, "log.inclusion").status).toBe("pass");
  });

  it("refuses an entry that is not in the tree, or stands elsewhere in it (threat 44)", () => {
    const elsewhere = canonicalBytes({ ...log.entry, seq: 6 });
    for (const changes of [
      { index: 4 },
      { index: 6 },
      { index: 13 },
      { index: 6, extra: elsewhere },
      { extra: elsewhere },
      { extra: canonicalBytes({ ...log.entry, time: "2026-03-01T12:00:03.000Z" }) },
    ]) {
      fails(verify({ logProof: fileOf({ ...log.proof, ...changes }) }), "INV-087");
    }
  });

  it("refuses an entry logged at a position that it does not name", async () => {
    const { file } = await logOf(world.attestation, { entry: { seq: 4 } });
    fails(verify({ logProof: file }), "INV-087");
  });

  it("refuses a path with any hash changed, left out, added, doubled or moved", () => {
    for (const hashes of damagedLists(log.proof.hashes)) {
      if (hashes.some(({ length }) => length !== 32)) continue;
      fails(verify({ logProof: fileOf({ ...log.proof, hashes }) }), "INV-087");
    }
    const deep = new Array<Uint8Array>(64).fill(new Uint8Array(32));
    fails(verify({ logProof: fileOf({ ...log.proof, hashes: deep }) }), "INV-087");
  });

  it("refuses a genuine checkpoint of another size, or of another log", async () => {
    const grown = await checkpointOf(leavesWith(log.entry, 14));
    fails(verify({ logProof: fileOf({ ...log.proof, checkpoint: grown }) }), "INV-087");
    const other = await checkpointOf(leavesWith({ ...log.entry, execution_id: "x" }, 13), {
      origin: "log.example/other",
    });
    fails(verify({ logProof: fileOf({ ...log.proof, checkpoint: other }) }), "INV-087");
  });

  it("refuses a checkpoint of the empty log", async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 0, rootHash: emptyRoot() });
    const checkpoint = await signNote(text, [noteSigner(seeds.log)]);
    fails(verify({ logProof: fileOf({ ...log.proof, checkpoint }) }), "INV-087");
  });
});

describe("log.consistency", () => {
  const consistency = (material: LogMaterial): VerificationReport =>
    verify({ logProof: log.file, log: material });
  const fails = (report: VerificationReport, code: string): void => {
    expect(failures(report)).toEqual({ "log.consistency": code });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
  };

  it("holds from any size that was remembered, as text or bytes", async () => {
    for (let size = 1; size < 13; size += 1) {
      const remembered = await checkpointOf(log.leaves.slice(0, size));
      const report = consistency({ remembered, consistency: log.consistency(size) });
      expect(failures(report), `from ${size}`).toEqual({});
      expect(find(report, "log.consistency").status).toBe("pass");
      expect(consistency({ remembered: encodeUtf8(remembered), consistency: log.consistency(size) })).toEqual(
        report,
      );
    }
  });

  it("holds for the same checkpoint, and for one of the empty log, without a proof", async () => {
    expect(find(consistency({ remembered: log.note }), "log.consistency").status).toBe("pass");
    const text = formatCheckpoint({ origin: ORIGIN, size: 0, rootHash: emptyRoot() });
    const empty = await signNote(text, [noteSigner(seeds.log)]);
    expect(find(consistency({ remembered: empty }), "log.consistency").status).toBe("pass");
  });

  it("refuses a second root for one size: a split view (threat 43)", async () => {
    const remembered = await checkpointOf(log.leaves.with(2, Uint8Array.of(1)));
    fails(consistency({ remembered }), "INV-088");
    fails(consistency({ remembered, consistency: [] }), "INV-088");
    expect(find(consistency({ remembered }), "log.consistency").detail).toContain(
      "two different roots for 13 entries",
    );
  });

  it("refuses a log that got shorter (threats 41 and 43)", async () => {
    const remembered = await checkpointOf(leavesWith(log.entry, 14));
    fails(consistency({ remembered }), "INV-088");
    expect(find(consistency({ remembered }), "log.consistency").detail).toContain("shorter than it was");
  });

  it("refuses a rewritten log, whatever proof comes with it", async () => {
    const remembered = await checkpointOf(log.leaves.slice(0, 9).with(3, Uint8Array.of(1)));
    for (const proof of [
      log.consistency(9),
      log.consistency(8),
      [],
      new Array<Uint8Array>(65).fill(new Uint8Array(32)),
      [new Uint8Array(31)],
    ]) {
      fails(consistency({ remembered, consistency: proof }), "INV-088");
    }
  });

  it("refuses when the proof between both is missing or damaged", async () => {
    const remembered = await checkpointOf(log.leaves.slice(0, 9));
    fails(consistency({ remembered }), "INV-088");
    expect(find(consistency({ remembered }), "log.consistency").detail).toContain(
      "no consistency proof was supplied",
    );
    for (const proof of damagedLists(log.consistency(9)))
      fails(consistency({ remembered, consistency: proof }), "INV-088");
  });

  it("refuses a remembered checkpoint of another log, or one that is none", async () => {
    fails(
      consistency({ remembered: await checkpointOf(log.leaves, { origin: "log.example/other" }) }),
      "INV-085",
    );
    fails(consistency({ remembered: parseNote(log.note).text }), "SIG-017");
    fails(consistency({ remembered: log.note.replace("\n13\n", "\n013\n") }), "INV-084");
    fails(consistency({ remembered: new Uint8Array(100_000_000) }), "SIG-017");
  });

  it("is not checked without a log proof, and says so", async () => {
    const report = verify({ log: { remembered: await checkpointOf(log.leaves) } });
    expect(report.verdict).toBe("refused");
    expect(find(report, "log.consistency").detail).toBe("Not checked: no log proof was supplied.");
  });
});

describe("log.witnesses", () => {
  const [w1, w2, w3] = [witness("w1", 21), witness("w2", 22), witness("w3", 23)];
  const time = written / 1_000 + 5;
  const policyOf = (
    threshold: number,
    operators: readonly string[] = ["one", "two", "three"],
  ): WitnessPolicy => ({
    threshold,
    witnesses: [w1, w2, w3].map(({ name, verifierKey }, at) => ({
      name,
      verifierKey,
      operator: operators[at] ?? "",
    })),
  });
  const cosignedBy = (...cosigners: readonly (typeof w1)[]): Promise<Log> =>
    logOf(world.attestation, {
      cosignatures: (text) => Promise.all(cosigners.map((cosigner) => cosigner.cosign(text, time))),
    });
  const fails = (report: VerificationReport, code = "INV-089"): void => {
    expect(failures(report)).toEqual({ "log.witnesses": code });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
  };

  it("counts witnesses up to the threshold", async () => {
    for (const cosigners of [[], [w1], [w1, w3], [w1, w2, w3]]) {
      const { file } = await cosignedBy(...cosigners);
      for (const threshold of [1, 2, 3]) {
        const report = verify({ logProof: file, log: { witnesses: policyOf(threshold) } });
        if (cosigners.length >= threshold) expect(failures(report)).toEqual({});
        else fails(report);
      }
    }
  });

  it("reads verifier keys as they are published", async () => {
    const { file } = await cosignedBy(w1);
    const verifierKey = formatVerifierKey(w1.verifierKey);
    const witnesses = { threshold: 1, witnesses: [{ name: "w1", verifierKey, operator: "one" }] };
    expect(failures(verify({ logProof: file, log: { witnesses } }))).toEqual({});
  });

  it("counts an operator with two keys once (threat 47)", async () => {
    const { file } = await cosignedBy(w1, w2);
    fails(verify({ logProof: file, log: { witnesses: policyOf(2, ["one", "one", "three"]) } }));
    expect(failures(verify({ logProof: file, log: { witnesses: policyOf(2) } }))).toEqual({});
  });

  it("counts one key under two names or operators once (threat 47)", async () => {
    const alias = witness("alias", 21);
    const { file } = await cosignedBy(w1, alias);
    const witnesses = [
      { name: "w1", verifierKey: w1.verifierKey, operator: "one" },
      { name: "alias", verifierKey: alias.verifierKey, operator: "two" },
    ];
    fails(verify({ logProof: file, log: { witnesses: { threshold: 2, witnesses } } }));
    expect(failures(verify({ logProof: file, log: { witnesses: { threshold: 1, witnesses } } }))).toEqual({});
  });

  it("counts operators that list one key once, however many keys they have besides (threat 47)", async () => {
    // Three operators and three keys, and yet w1 may be any of them, and w2 and w3 are of one.
    const witnesses = [
      ...["one", "two", "three"].map((operator) => ({ name: "w1", verifierKey: w1.verifierKey, operator })),
      { name: "w2", verifierKey: w2.verifierKey, operator: "one" },
      { name: "w3", verifierKey: w3.verifierKey, operator: "one" },
    ];
    const { file } = await cosignedBy(w1, w2, w3);
    for (const listed of [witnesses, [...witnesses].reverse()]) {
      fails(verify({ logProof: file, log: { witnesses: { threshold: 2, witnesses: listed } } }));
      const one = { threshold: 1, witnesses: listed };
      expect(failures(verify({ logProof: file, log: { witnesses: one } }))).toEqual({});
    }
    // Joined through one that did not cosign.
    const chained = [
      { name: "w1", verifierKey: w1.verifierKey, operator: "one" },
      { name: "w3", verifierKey: w3.verifierKey, operator: "one" },
      { name: "w3", verifierKey: w3.verifierKey, operator: "two" },
      { name: "w2", verifierKey: w2.verifierKey, operator: "two" },
    ];
    const { file: without } = await cosignedBy(w1, w2);
    fails(verify({ logProof: without, log: { witnesses: { threshold: 2, witnesses: chained } } }));
  });

  it("ignores cosigners it does not know, and the log's own signature", async () => {
    const { file } = await cosignedBy(witness("w1", 99), witness("stranger", 98));
    fails(verify({ logProof: file, log: { witnesses: policyOf(1) } }));
  });

  it("refuses a cosignature moved from another checkpoint (threat 49)", async () => {
    const other = parseNote(await checkpointOf(leavesWith(log.entry, 14))).text;
    const { file } = await logOf(world.attestation, {
      cosignatures: async () => [await w1.cosign(other, time)],
    });
    fails(verify({ logProof: file, log: { witnesses: policyOf(1) } }), "SIG-008");
  });

  it("refuses a known witness's bad cosignature, although the threshold is met without it", async () => {
    const { file } = await logOf(world.attestation, {
      cosignatures: async (text) => [
        await w1.cosign(text, time),
        { ...(await w2.cosign(text, time)), signature: new Uint8Array(72) },
      ],
    });
    fails(verify({ logProof: file, log: { witnesses: policyOf(1) } }), "SIG-008");
  });

  it("does not count a cosignature from the future, unless no time was given", async () => {
    const { file } = await logOf(world.attestation, {
      cosignatures: async (text) => [await w1.cosign(text, times.now / 1_000 + 400)],
    });
    const material = { logProof: file, log: { witnesses: policyOf(1) } };
    fails(verify(material));
    expect(failures(verify({ ...material, now: undefined }))).toEqual({});
  });
});

describe("log proofs are hostile input", () => {
  it("no bytes make the verifier throw, and none but the genuine ones verify (threat 57)", () => {
    const verifier = createAttestationVerifier(world.material);
    fc.assert(
      fc.property(
        fc.nat(log.file.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(3),
        (at, flip, cut) => {
          const changed = log.file.map((byte, index) => (index === at ? byte ^ flip : byte));
          for (const logProof of [
            changed,
            changed.slice(0, at),
            log.file.slice(cut + 1),
            Uint8Array.of(...log.file, flip),
          ]) {
            expect(verifier.verify(world.attestation, { logProof }).verdict).toBe("refused");
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("and neither does random text around its marks", () => {
    const verifier = createAttestationVerifier(world.material);
    const word = fc.constantFrom(
      "c2sp.org/tlog-proof@v1",
      "extra ",
      "index ",
      "0",
      "\n",
      "\n\n",
      "— ",
      ORIGIN,
      "A".repeat(43),
      "=",
      " ",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const logProof = encodeUtf8(words.join(""));
        expect(verifier.verify(world.attestation, { logProof }).verdict).toBe("refused");
      }),
    );
  });

  it("takes the work of a megabyte at most", () => {
    const before = process.cpuUsage();
    const long = `${parseNote(log.note).text}${"x".repeat(900_000)}\n\n— ${ORIGIN} ${encodeBase64(new Uint8Array(68))}\n`;
    for (const logProof of [
      fileOf({ ...log.proof, checkpoint: long }),
      fileOf({ ...log.proof, extra: new Uint8Array(700_000).fill(0x5b) }),
      encodeUtf8(`c2sp.org/tlog-proof@v1\nindex 0\n\n${"\n".repeat(1_000_000)}`),
    ]) {
      expect(verify({ logProof }).verdict).toBe("refused");
    }
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});

describe("material of the log that cannot be what the caller meant throws, and names the option", () => {
  const misuse = expect.objectContaining({ name: "VerifierError", code: "INV-060" });
  const key = witness("w", 21).verifierKey;
  const known = { name: "w", verifierKey: key, operator: "one" };
  const witnesses = (change: object): object => ({
    witnesses: { threshold: 1, witnesses: [{ ...known, ...change }] },
  });

  it.each<readonly [string, unknown]>([
    ["log that is text", "log"],
    ["an unknown member", { orgin: ORIGIN }],
    ["an origin that is no text", { origin: 1 }],
    ["a remembered checkpoint that is an object", { remembered: {} }],
    ["a consistency proof that is no list", { consistency: "proof" }],
    ["a consistency proof with a hole", { consistency: new Array(1) }],
    ["hashes as text", { consistency: ["hash"] }],
    ["a proof from nothing remembered", { consistency: [] }],
    ["a time of nothing remembered", { rememberedAt: 1 }],
    ["a time that is none", { remembered: "", rememberedAt: 0.5 }],
    ["witnesses as a list", { witnesses: [known] }],
    ["no witnesses", { witnesses: { threshold: 1, witnesses: [] } }],
    ["65 witnesses", { witnesses: { threshold: 1, witnesses: new Array(65).fill(known) } }],
    ["no threshold", { witnesses: { witnesses: [known] } }],
    ["a threshold of 0", { witnesses: { threshold: 0, witnesses: [known] } }],
    ["half a threshold", { witnesses: { threshold: 0.5, witnesses: [known] } }],
    [
      "one threshold and a half, of two operators",
      { witnesses: { threshold: 1.5, witnesses: [known, { ...known, operator: "two" }] } },
    ],
    [
      "a threshold that its operators cannot meet",
      { witnesses: { threshold: 2, witnesses: [known, known] } },
    ],
    ["an unknown member of the policy", { witnesses: { threshold: 1, witnesses: [known], quorum: 1 } }],
    ["a witness that is null", { witnesses: { threshold: 1, witnesses: [null] } }],
    ["a witness under another name than its key", witnesses({ name: "v" })],
    ["a witness without operator", witnesses({ operator: "" })],
    ["a witness with an operator that is no text", witnesses({ operator: 1 })],
    ["a witness without key", witnesses({ verifierKey: undefined })],
    ["a witness whose key is no verifier key", witnesses({ verifierKey: "w+00000000+AAAA" })],
    ["a witness with the key of a plain note", witnesses({ verifierKey: { ...key, algorithm: 1 } })],
    ["an unknown member of a witness", witnesses({ url: "https://w.example" })],
  ])("%s", (name, material) => {
    const options = { ...world.material, log: material as LogMaterial };
    expect(() => verifyAttestation(world.attestation, options), name).toThrow(misuse);
    expect(() => createAttestationVerifier(options), name).toThrow(misuse);
  });

  it("up to 64 witnesses may be named", () => {
    const operators = Array.from({ length: 64 }, (_, at) => ({ ...known, operator: String(at) }));
    const policy = { threshold: 64, witnesses: operators };
    expect(failures(verify({ log: { witnesses: policy } }))).toEqual({});
  });

  it("says what of the witnesses is wrong", () => {
    const messageOf = (policy: object): unknown => {
      try {
        return verify({ log: { witnesses: policy as never } });
      } catch (error) {
        return error;
      }
    };
    const wrong = (message: RegExp): unknown =>
      expect.objectContaining({ message: expect.stringMatching(message) as unknown });
    expect(messageOf({ threshold: 1 })).toEqual(wrong(/witnesses\.witnesses must be an array/));
    expect(messageOf({ threshold: 2, witnesses: [known] })).toEqual(wrong(/witnesses\.threshold must be/));
    expect(messageOf({ threshold: 1, witnesses: [{ ...known, verifierKey: "w" }] })).toMatchObject({
      cause: expect.objectContaining({ code: expect.stringMatching(/^SIG-/) as unknown }) as unknown,
    });
  });

  it("a log proof as text, and what belongs to one attestation given for many", () => {
    expect(() => verify({ logProof: "proof" as never })).toThrow(misuse);
    expect(() => createAttestationVerifier({ ...world.material, logProof: log.file } as never)).toThrow(
      misuse,
    );
    const verifier = createAttestationVerifier(world.material);
    expect(() => verifier.verify(world.attestation, { log: {} } as never)).toThrow(misuse);
  });

  it("but the key may come from another copy of the package", () => {
    const { publicKey } = generatePrivateKey();
    const foreign = { ...known, verifierKey: { ...key, publicKey: { raw: publicKey.raw } } as never };
    expect(failures(verify({ log: { witnesses: { threshold: 1, witnesses: [foreign] } } }))).toEqual({});
  });
});
