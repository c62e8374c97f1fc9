import { canonicalBytes, canonicalize, parseStrict, sha256 } from "@parmanasystems/canonical";
import { decodeBase64, pae, payloadTypes, type Signer } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import {
  LocalVerifier,
  parseSealedVote,
  parseVote,
  readVoteSeal,
  sealVote,
  signVote,
  verifyVoteSeal,
  type VoteSeal,
} from "../src/index.js";
import { codeOf, codeOfAsync } from "./code-of.js";
import { otherSigner, signer, verifier } from "./fixtures.js";

const subject = { execution_id: "claim-1", attestationHash: sha256("pending") };
const sealedAt = "2026-11-20T22:30:01.000Z";
const vote = parseVote({
  approver: "ada",
  role: "claims-manager",
  decision: "approved",
  reason: "called the customer",
  votedAt: "2026-11-20T22:30:00.000Z",
});

async function sealed(): Promise<VoteSeal> {
  const seal = readVoteSeal(await sealVote(subject, vote, sealedAt, signer, verifier));
  if (seal === undefined) throw new Error("what was sealed is a seal");
  return seal;
}

/** A signer in another process, which answers with what the test chooses. */
const remote = (keyId: string, sign: Signer["sign"]): Signer => ({ keyId, sign });

describe("the seal of a vote", () => {
  it("is the runtime's signature over execution, attestation, vote and time, under a payload type of its own", async () => {
    const seal = await sealed();
    expect(seal).toMatchObject({ sealedAt, keyId: signer.keyId });
    expect(await verifyVoteSeal(subject, vote, seal, verifier)).toBe(true);
    const statement = canonicalBytes({ type: "parmana/vote-seal/v1", ...subject, vote, sealedAt });
    const signature = decodeBase64(seal.signature);
    expect(payloadTypes.voteSeal).toBe("application/vnd.parmana.vote-seal.v1+json");
    expect(signer.publicKey.verify(pae(payloadTypes.voteSeal, statement), signature)).toBe(true);
    expect(new Set(Object.values(payloadTypes)).size).toBe(Object.keys(payloadTypes).length);
  });

  it("holds for nothing else", async () => {
    const seal = await sealed();
    const signed = await signVote(subject, vote, otherSigner);
    const others = [
      { ...vote, approver: "bob" },
      { ...vote, role: "manager" },
      { ...vote, decision: "rejected" },
      { ...vote, reason: "changed afterwards" },
      { ...vote, votedAt: "2026-11-20T22:29:59.000Z" },
      signed,
    ] as const;
    for (const other of others) expect(await verifyVoteSeal(subject, other, seal, verifier)).toBe(false);
    for (const other of [
      { ...subject, execution_id: "claim-2" },
      { ...subject, attestationHash: sha256("another") },
    ])
      expect(await verifyVoteSeal(other, vote, seal, verifier)).toBe(false);
    const later = { ...seal, sealedAt: "2026-11-20T22:30:02.000Z" };
    expect(await verifyVoteSeal(subject, vote, later, verifier)).toBe(false);
    const stranger = new LocalVerifier(otherSigner.publicKey);
    expect(await verifyVoteSeal(subject, vote, seal, stranger)).toBe(false);
    expect(await verifyVoteSeal(subject, vote, { ...seal, keyId: otherSigner.keyId }, stranger)).toBe(false);
  });

  it("is not made of what a signer elsewhere answers wrongly (INV-053)", async () => {
    const honest = remote(signer.keyId, (type, payload) => signer.sign(type, payload));
    expect(await sealVote(subject, vote, sealedAt, honest, verifier)).toBe(
      await sealVote(subject, vote, sealedAt, signer, verifier),
    );
    for (const wrong of [
      remote(signer.keyId, (type, payload) => otherSigner.sign(type, payload)),
      remote(signer.keyId, (_, payload) => signer.sign(payloadTypes.reviewVote, payload)),
      remote(signer.keyId, () => Promise.resolve(new Uint8Array(63))),
      remote(otherSigner.keyId, (type, payload) => signer.sign(type, payload)),
    ])
      expect(await codeOfAsync(() => sealVote(subject, vote, sealedAt, wrong, verifier))).toBe("INV-053");
  });

  it("is read from its closed form only, and anything else is none", async () => {
    const text = await sealVote(subject, vote, sealedAt, signer, verifier);
    const seal = parseStrict(text) as unknown as VoteSeal;
    expect(readVoteSeal(text)).toEqual(seal);
    for (const other of [
      { ...seal, more: 1 },
      { sealedAt, keyId: seal.keyId },
      { ...seal, sealedAt: "now" },
      { ...seal, keyId: "a" },
      { ...seal, signature: "AA==" },
      null,
    ])
      expect(readVoteSeal(canonicalize(other))).toBeUndefined();
    for (const other of ["", "seal", "{", `${text}${text}`]) expect(readVoteSeal(other)).toBeUndefined();
  });
});

describe("a sealed vote", () => {
  it("is copied and frozen, and keeps any text as its seal", () => {
    const kept = parseSealedVote({ vote: { ...vote }, seal: "s" });
    expect(kept).toEqual({ vote, seal: "s" });
    expect([kept, kept.vote].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it("is refused in another form (INV-044)", () => {
    for (const value of [
      vote,
      { vote },
      { vote, seal: 1 },
      { vote, seal: "" },
      { vote, seal: "s".repeat(1_025) },
      { vote: { ...vote, role: 1 }, seal: "s" },
      { vote, seal: "s", more: 1 },
    ])
      expect(codeOf(() => parseSealedVote(value))).toBe("INV-044");
  });
});
