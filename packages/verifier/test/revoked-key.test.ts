import { formatTimestamp } from "@parmanasystems/canonical";
import type { Cosigner } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type AttestationMaterial,
  type LogMaterial,
  type PinnedTrustRoot,
  verifyAttestation,
  type WitnessPolicy,
} from "../src/index.js";
import { createWorld, failures, find, signers, times, trustRootOf, type World } from "./fixture.js";
import {
  checkpointOf,
  type Log,
  logOf,
  type LogOptions,
  seeds,
  witness,
  WRITTEN,
} from "./log/log-fixture.js";

const logKeys = [{ signer: signers.log, status: "active" }] as const;
const written = Date.parse(WRITTEN);
/** A minute after the log recorded it. */
const revokedAt = written + 60_000;

const ann = witness("w1", 21);
const bob = witness("w2", 22);
const witnesses: WitnessPolicy = {
  threshold: 2,
  witnesses: [ann, bob].map(({ name, verifierKey }) => ({ name, verifierKey, operator: `of ${name}` })),
};

let world: World;
/** Made under the first trust root, before anybody knew. */
let later: PinnedTrustRoot;
beforeAll(async () => {
  world = await createWorld({ trustRoot: await trustRootOf({ logKeys }) });
  const runtimeKey = { status: "revoked", revokedAt } as const;
  later = await trustRootOf({ after: world.material.trustRoot, logKeys, runtimeKey });
});

function judge(material: AttestationMaterial & { readonly log?: LogMaterial }, trustRoot = later) {
  return verifyAttestation(world.attestation, { ...world.options, trustRoot, ...material });
}

/** The log, cosigned so many milliseconds after the revocation; before it when negative. */
function cosigned(times: readonly (readonly [Cosigner, number])[], options: LogOptions = {}): Promise<Log> {
  const cosignatures: LogOptions["cosignatures"] = (text) =>
    Promise.all(times.map(([by, afterMs]) => by.cosign(text, (revokedAt + afterMs) / 1_000)));
  return logOf(world.attestation, { ...options, cosignatures });
}

describe("a runtime key that was revoked after it signed (threat 25)", () => {
  it("verifies what enough witnesses saw in the log before the revocation", async () => {
    const { file } = await cosigned([
      [ann, -2_000],
      [bob, -1_000],
    ]);
    const report = judge({ logProof: file, log: { witnesses } });
    expect(failures(report)).toEqual({});
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "signing-key.validity").detail).toContain("of w1, of w2 cosigned a checkpoint");
  });

  it.each<[string, number, number]>([
    ["at the revocation", -1_000, 0],
    ["after it", -1_000, 1_000],
    ["all after it", 1_000, 1_000],
  ])("does not where a witness that is needed cosigned %s", async (_, first, second) => {
    const { file } = await cosigned([
      [ann, first],
      [bob, second],
    ]);
    const report = judge({ logProof: file, log: { witnesses } });
    expect(report.verdict).toBe("refused");
    expect(failures(report)).toEqual({ "signing-key.validity": "INV-102" });
  });

  it("does not where too few cosigned, strangers did, or nobody says whom to believe", async () => {
    const alone = await cosigned([[ann, -1_000]]);
    expect(failures(judge({ logProof: alone.file, log: { witnesses } }))).toEqual({
      "log.witnesses": "INV-089",
      "signing-key.validity": "INV-102",
    });
    const both = await cosigned([
      [ann, -1_000],
      [witness("stranger", 98), -1_000],
    ]);
    expect(failures(judge({ logProof: both.file, log: { witnesses } }))).toMatchObject({
      "signing-key.validity": "INV-102",
    });
    const report = judge({ logProof: both.file });
    expect(failures(report)).toEqual({ "signing-key.validity": "INV-102" });
    expect(find(report, "signing-key.validity").detail).toContain("log.witnesses");
  });

  it("does not by the word of the log alone, however it dates the entry", async () => {
    const { file } = await logOf(world.attestation);
    expect(failures(judge({ logProof: file }))).toEqual({ "signing-key.validity": "INV-102" });
  });

  it("does not when the log recorded it after the revocation, whatever the witnesses say", async () => {
    const time = formatTimestamp(revokedAt);
    const { file } = await cosigned(
      [
        [ann, -1_000],
        [bob, -1_000],
      ],
      { entry: { time } },
    );
    expect(failures(judge({ logProof: file, log: { witnesses } }))).toEqual({
      "signing-key.validity": "INV-102",
    });
  });

  it("verifies what a checkpoint covers that the verifier remembers since before the revocation", async () => {
    const log = await logOf(world.attestation);
    const { file, note, leaves } = log;
    const same = judge({ logProof: file, log: { remembered: note, rememberedAt: revokedAt - 1 } });
    expect(failures(same)).toEqual({});
    expect(same.verdict).toBe("verified");
    const former = await checkpointOf(leaves.slice(0, 9));
    const grown = { remembered: former, rememberedAt: revokedAt - 1, consistency: log.consistency(9) };
    expect(failures(judge({ logProof: file, log: grown }))).toEqual({});
  });

  it("does not where the remembered checkpoint is too young, of no known time, or does not cover the entry", async () => {
    const log = await logOf(world.attestation);
    const { file, note, leaves } = log;
    const short = await checkpointOf(leaves.slice(0, 5));
    for (const known of [
      { remembered: note, rememberedAt: revokedAt },
      { remembered: note },
      { remembered: short, rememberedAt: revokedAt - 1, consistency: log.consistency(5) },
    ])
      expect(failures(judge({ logProof: file, log: known }))).toEqual({ "signing-key.validity": "INV-102" });
  });

  it("does not where the log does not continue the remembered checkpoint", async () => {
    const { file } = await logOf(world.attestation);
    const other = await checkpointOf((await logOf(world.attestation, { index: 4 })).leaves);
    const report = judge({ logProof: file, log: { remembered: other, rememberedAt: revokedAt - 1 } });
    expect(failures(report)).toEqual({ "log.consistency": "INV-088", "signing-key.validity": "INV-102" });
  });

  it("does not without a log proof that holds: the key alone proves nothing any more", async () => {
    expect(failures(judge({}))).toEqual({ "signing-key.validity": "TRUST-037" });
    const { file } = await cosigned(
      [
        [ann, -2_000],
        [bob, -1_000],
      ],
      { seed: seeds.stranger },
    );
    expect(failures(judge({ logProof: file, log: { witnesses } }))).toEqual({
      "log.checkpoint": expect.stringMatching(/^SIG-/),
      "signing-key.validity": "TRUST-037",
    });
    const { file: another } = await cosigned(
      [
        [ann, -2_000],
        [bob, -1_000],
      ],
      { entry: { execution_id: "another" } },
    );
    expect(failures(judge({ logProof: another, log: { witnesses } }))).toEqual({
      "log.inclusion": "INV-086",
      "signing-key.validity": "TRUST-037",
    });
  });

  it("never verifies what it dated after the revocation, nor outside its time", async () => {
    const issuedAt = Date.parse(times.attestationIssued);
    const { file } = await cosigned([
      [ann, -60_000],
      [bob, -60_000],
    ]);
    for (const [runtimeKey, code] of [
      [{ status: "revoked", revokedAt: issuedAt }, "TRUST-036"],
      [{ status: "revoked", revokedAt, validUntil: issuedAt }, "TRUST-035"],
    ] as const) {
      const trustRoot = await trustRootOf({ after: world.material.trustRoot, logKeys, runtimeKey });
      expect(failures(judge({ logProof: file, log: { witnesses } }, trustRoot))).toMatchObject({
        "signing-key.validity": code,
      });
    }
  });

  it("is of no matter to a key that was not revoked", async () => {
    const { file } = await logOf(world.attestation);
    const report = judge({ logProof: file }, world.material.trustRoot);
    expect(report).toMatchObject({ verdict: "verified" });
  });
});
