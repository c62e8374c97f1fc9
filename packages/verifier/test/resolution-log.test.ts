import { sha256 } from "@parmanasystems/canonical";
import { attestationHash, resolutionHash } from "@parmanasystems/execution";
import { createCosigner, formatNote, parseNote } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { type LogMaterial, type RequiredLevel, verifyAttestation, verifyResolution } from "../src/index.js";
import { failures, find, signers, skipped, trustRootOf } from "./fixture.js";
import { earlier, type EntryFacts, logOf, logSigner, ORIGIN } from "./log-fixture.js";
import { createEnded, type Ended, ends, type EndedOptions, signedEnd, vote } from "./resolution-fixture.js";

let ended: Ended;
beforeAll(async () => {
  ended = await createEnded();
});

/** What the ledger writes of an end: see prepareResolution of audit-db. */
function entryOf({ resolution }: Pick<Ended, "resolution">, changes: Partial<EntryFacts> = {}): EntryFacts {
  const { execution_id, execution_fingerprint } = resolution;
  return {
    event: "override_resolved",
    execution_id,
    execution_fingerprint,
    attestationHash: resolutionHash(resolution),
    decision: "approved",
    code: null,
    replayIdentity: null,
    ...changes,
  };
}

function judge(logProof: Uint8Array, log: LogMaterial = {}, { resolution, options } = ended) {
  return verifyResolution(resolution, { ...options, log, logProof });
}

describe("the log proof of a resolution", () => {
  it("reaches L3 without the votes, and is demanded there", async () => {
    const { proof } = await logOf(entryOf(ended));
    const options = { ...ended.options, votes: undefined };
    const report = verifyResolution(ended.resolution, { ...options, logProof: proof });
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "verified", level: "L3" });
    expect(find(report, "log.inclusion").detail).toBe(
      "Entry 2 of the log, of 2026-03-01T13:00:01.000Z, is that of this resolution and is included under the checkpoint.",
    );
    const without = (requiredLevel: RequiredLevel) =>
      verifyResolution(ended.resolution, { ...options, requiredLevel }).verdict;
    expect([without("L2"), without("L3")]).toEqual(["verified", "refused"]);
  });

  it("holds with votes up to L4, with nothing left unmade but what was not asked for", async () => {
    const log = await logOf(entryOf(ended));
    const report = judge(log.proof, { origin: ORIGIN });
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(skipped(report)).toEqual(["log.consistency", "log.witnesses"]);
  });

  it.each<[string, EndedOptions, Partial<EntryFacts>, string]>([
    [
      "rejected",
      { resolution: "rejected", votes: () => [vote("ada", { decision: "rejected" })] },
      { decision: "rejected" },
      "2026-03-01T13:00:01.000Z",
    ],
    [
      "expired",
      { resolution: "expired", votes: () => [vote("ada")] },
      { decision: "rejected", code: "INV-095" },
      "2026-03-02T12:00:01.000Z",
    ],
  ])("knows the entry of one that was %s", async (_name, options, facts, time) => {
    const other = await createEnded(options);
    const { proof } = await logOf(entryOf(other, facts), { time });
    const report = judge(proof, {}, other);
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    // The same without the code, or with one, is not what the ledger writes.
    const code = facts.code === undefined ? "INV-095" : null;
    const { proof: wrong } = await logOf(entryOf(other, { ...facts, code }), { time });
    expect(failures(judge(wrong, {}, other))).toEqual({ "log.inclusion": "INV-086" });
  });

  it.each<[string, () => Partial<EntryFacts>, RegExp]>([
    [
      "the attestation that it ends (threats 46 and 49)",
      () => ({
        event: "attested",
        replayIdentity: "fingerprint",
        attestationHash: attestationHash(ended.world.attestation),
        decision: "pending_override",
      }),
      /event attested/,
    ],
    [
      "an attestation with its very hash",
      () => ({ event: "attested", replayIdentity: "fingerprint" }),
      /event attested/,
    ],
    ["another execution", () => ({ execution_id: "claim-0002" }), /execution_id claim-0002/],
    ["other facts", () => ({ execution_fingerprint: sha256("other") }), /execution_fingerprint/],
    ["another resolution (threat 46)", () => ({ attestationHash: sha256("other") }), /attestationHash/],
    ["an end that nobody signed", () => ({ attestationHash: null }), /attestationHash null/],
    ["a rejection", () => ({ decision: "rejected" }), /decision rejected/],
    ["an end that ran out", () => ({ code: "INV-095" }), /code INV-095/],
  ])("is refused with the entry of %s", async (_name, changes, found) => {
    const report = judge((await logOf(entryOf(ended, changes()))).proof);
    expect(failures(report)).toEqual({ "log.inclusion": "INV-086" });
    expect(find(report, "log.inclusion").detail).toMatch(found);
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
  });

  it("is refused for another signature over the same end, which is another resolution", async () => {
    const { proof } = await logOf(entryOf(ended));
    const again = {
      ...ended,
      resolution: signedEnd(ended.resolution, { issuedAt: "2026-03-01T13:00:00.001Z" }),
    };
    expect(failures(judge(proof, {}, again))).toEqual({ "log.inclusion": "INV-086" });
  });

  it.each([
    ["before the resolution", "2026-03-01T12:54:59.999Z"],
    ["after the time of verification", "2026-03-03T00:05:00.001Z"],
  ])("is refused when it was written %s", async (_name, time) => {
    const { proof } = await logOf(entryOf(ended), { time });
    expect(failures(judge(proof))).toEqual({ "log.inclusion": "INV-086" });
  });

  it("proves nothing for the attestation, nor the attestation's for the resolution", async () => {
    const { attestation, material } = ended.world;
    const { proof } = await logOf(entryOf(ended));
    const report = verifyAttestation(attestation, { ...material, now: ends.now, logProof: proof });
    expect(failures(report)).toEqual({ "log.inclusion": "INV-086" });
    expect(find(report, "log.inclusion").detail).toMatch(/event override_resolved/);
  });
});

describe("the log of a resolution is judged as that of an attestation", () => {
  it("refuses what is no log proof, and a place that the entry does not name", async () => {
    expect(failures(judge(new Uint8Array()))).toEqual({ "log.form": "INV-084" });
    const { proof } = await logOf(entryOf(ended), { seq: 3 });
    expect(failures(judge(proof))).toEqual({ "log.inclusion": "INV-087" });
    const text = new TextDecoder().decode((await logOf(entryOf(ended))).proof);
    const moved = new TextEncoder().encode(text.replace("\nindex 2\n", "\nindex 3\n"));
    expect(failures(judge(moved))).toEqual({ "log.inclusion": "INV-087" });
  });

  it("refuses another origin, another key, and a trust root without a log (threat 44)", async () => {
    const { proof } = await logOf(entryOf(ended));
    expect(failures(judge(proof, { origin: "other.example.com/log" }))).toEqual({
      "log.checkpoint": "INV-085",
    });
    const stranger = logSigner(ORIGIN, new Uint8Array(32).fill(5));
    const forged = await logOf(entryOf(ended), { signer: stranger });
    expect(failures(judge(forged.proof))).toEqual({ "log.checkpoint": "SIG-019" });
    const trustRoot = await trustRootOf({ approvers: { ada: signers.ada, eve: signers.eve } });
    const bare = await createEnded({ trustRoot });
    const { proof: unknownLog } = await logOf(entryOf(bare));
    expect(failures(judge(unknownLog, {}, bare))).toEqual({ "log.checkpoint": "INV-085" });
  });

  it("asks whether the log only grew since the checkpoint remembered (threats 41 and 43)", async () => {
    const log = await logOf(entryOf(ended));
    const { remembered, consistency } = await earlier(log, 2);
    expect(judge(log.proof, { remembered, consistency })).toMatchObject({ verdict: "verified" });
    expect(judge(log.proof, { remembered: log.note })).toMatchObject({ verdict: "verified" });
    const rewritten = await logOf(entryOf(ended), { time: "2026-03-01T13:00:02.000Z" });
    for (const log of [{ remembered }, { remembered, consistency: [] }, { remembered: rewritten.note }])
      expect(failures(judge((await logOf(entryOf(ended))).proof, log))).toEqual({
        "log.consistency": "INV-088",
      });
  });

  it("must answer what is asked of it, whatever else is required", () => {
    for (const requiredLevel of ["L1", "L2", "L4"] as const) {
      const options = { ...ended.options, requiredLevel };
      expect(verifyResolution(ended.resolution, options).verdict).toBe("verified");
      const report = verifyResolution(ended.resolution, { ...options, log: { origin: ORIGIN } });
      expect(failures(report)).toEqual({});
      expect(report).toMatchObject({ verdict: "refused", level: "L4" });
    }
  });

  it("counts the witnesses that are demanded", async () => {
    const log = await logOf(entryOf(ended));
    const cosigner = createCosigner({ name: "witness.example.com", privateKey: new Uint8Array(32).fill(11) });
    const { verifierKey, name } = cosigner;
    const witnesses = { threshold: 1, witnesses: [{ name, verifierKey, operator: "auditors" }] };
    expect(failures(judge(log.proof, { witnesses }))).toEqual({ "log.witnesses": "INV-089" });
    const { text, signatures } = parseNote(log.note);
    const cosignature = await cosigner.cosign(text, ends.now / 1_000);
    const cosigned = formatNote({ text, signatures: [...signatures, cosignature] });
    const file = new TextDecoder().decode(log.proof).replace(log.note, cosigned);
    const report = judge(new TextEncoder().encode(file), { witnesses });
    expect(failures(report)).toEqual({});
    expect(find(report, "log.witnesses").status).toBe("pass");
  });
});
