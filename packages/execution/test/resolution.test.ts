import { canonicalBytes, canonicalize, sha256 } from "@parmanasystems/canonical";
import { parseEnvelope, payloadTypes, type Signer } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import {
  attestationHash,
  type ExecutionAttestation,
  fromEnvelope,
  issueResolution,
  type IssueResolutionInput,
  parseAttestation,
  parseResolution,
  parseResolutionEvidence,
  parseVote,
  type ResolutionAttestation,
  resolutionEvidence,
  resolutionHash,
  resolutionPayload,
  type ReviewVote,
  signVote,
  verifyResolutionSignature,
  verifyVoteSignature,
  votesHash,
} from "../src/index.js";
import { codeOf, codeOfAsync } from "./code-of.js";
import {
  attest,
  copyOf,
  otherSigner,
  pendingAttestation,
  provenance,
  signer,
  verifier,
  without,
} from "./fixtures.js";

const votedAt = "2026-11-20T22:30:00.000Z";
const issuedAt = "2026-11-20T22:31:00.000Z";
const cast = (approver: string, decision: "approved" | "rejected" = "approved"): ReviewVote =>
  parseVote({ approver, role: "claims-manager", decision, reason: "called the customer", votedAt });

let attestation: ExecutionAttestation;
let resolution: ResolutionAttestation;

beforeAll(async () => {
  attestation = await pendingAttestation();
  resolution = await resolve();
});

function resolve(changes: Partial<IssueResolutionInput> = {}, by: Signer = signer) {
  const input = { attestation, resolution: "approved", votes: [cast("ada")], issuedAt, provenance } as const;
  return issueResolution({ ...input, ...changes }, by, verifier);
}

describe("a resolution", () => {
  it("is signed by the runtime and linked to the attestation that it ends", () => {
    const { execution_id, execution_fingerprint, policyId, policyVersion, audience, actionHash } =
      attestation;
    expect(resolution).toMatchObject({
      execution_id,
      execution_fingerprint,
      policyId,
      policyVersion,
      audience,
      actionHash,
      attestationHash: attestationHash(attestation),
      votesHash: votesHash([cast("ada")]),
      approvals: 1,
      resolution: "approved",
      issuedAt,
      keyId: signer.keyId,
    });
    expect(verifyResolutionSignature(resolution, signer.publicKey)).toBe(true);
    expect(verifyResolutionSignature(resolution, otherSigner.publicKey)).toBe(false);
    expect(Object.isFrozen(resolution)).toBe(true);
  });

  it("is read back from its bytes, and named by their hash", () => {
    const bytes = canonicalBytes(resolution);
    expect(parseResolution(bytes)).toEqual(resolution);
    expect(resolutionHash(resolution)).toBe(sha256(bytes));
  });

  it.each(Object.entries({ resolution: "rejected", approvals: 2, issuedAt: votedAt, policyId: "other" }))(
    "does not verify with another %s",
    (member, value) => {
      expect(verifyResolutionSignature({ ...resolution, [member]: value }, signer.publicKey)).toBe(false);
    },
  );

  it("signs an in-toto Statement about the execution", () => {
    const statement: unknown = JSON.parse(new TextDecoder().decode(resolutionPayload(resolution)));
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: `execution:${attestation.execution_id}` }],
      predicateType: "https://parmana.systems/attestation/resolution/v1",
      predicate: { attestationHash: attestationHash(attestation), resolution: "approved" },
    });
    expect(statement).not.toHaveProperty("predicate.signature");
  });

  it("is never taken for an attestation, nor an attestation for one", () => {
    expect(codeOf(() => parseResolution({ ...attestation } as never))).toBe("INV-045");
    expect(codeOf(() => parseAttestation(copyOf(resolution) as never))).toBe("INV-020");
    const payload = Buffer.from(resolutionPayload(resolution)).toString("base64");
    const signatures = [{ keyid: resolution.keyId, sig: resolution.signature }];
    const envelope = parseEnvelope({ payloadType: payloadTypes.attestation, payload, signatures });
    expect(codeOf(() => fromEnvelope(envelope))).toBe("INV-027");
  });

  it.each([
    ["a missing member", () => without(resolution, "votesHash")],
    ["an unknown member", () => ({ ...resolution, extra: 1 })],
    ["another resolution", () => ({ ...resolution, resolution: "maybe" })],
    ["too many approvals", () => ({ ...resolution, approvals: 17 })],
    ["a date without milliseconds", () => ({ ...resolution, issuedAt: "2026-11-20T22:31:00Z" })],
    ["no object", () => []],
  ])("is refused with %s (INV-045)", (_name, value) => {
    expect(codeOf(() => parseResolution(value() as never))).toBe("INV-045");
  });

  it.each([
    ["an approval without votes", "approved", []],
    ["an approval with a rejection", "approved", [cast("ada"), cast("bob", "rejected")]],
    ["a rejection with approvals only", "rejected", [cast("ada")]],
    ["an expiry with a rejection", "expired", [cast("ada", "rejected")]],
    ["one approver twice", "approved", [cast("ada"), cast("ada")]],
  ] as const)("is not issued for %s (INV-046)", async (_name, end, votes) => {
    expect(await codeOfAsync(() => resolve({ resolution: end, votes }))).toBe("INV-046");
  });

  it.each([
    ["rejected", [cast("ada"), cast("bob", "rejected")], 1],
    ["rejected", [], 0],
    ["expired", [cast("ada")], 1],
  ] as const)("may be %s", async (end, votes, approvals) => {
    expect(await resolve({ resolution: end, votes })).toMatchObject({ resolution: end, approvals });
  });

  it("ends nothing but a pending execution (INV-047)", async () => {
    const approved = await attest();
    expect(await codeOfAsync(() => resolve({ attestation: approved }))).toBe("INV-047");
  });

  it("is not released with a signature that does not hold (INV-053)", async () => {
    const foreign: Signer = {
      keyId: signer.keyId,
      sign: (type, payload) => Promise.resolve(otherSigner.signSync(type, payload)),
    };
    expect(await codeOfAsync(() => resolve({}, foreign))).toBe("INV-053");
    expect(await codeOfAsync(() => resolve({}, { ...foreign, keyId: otherSigner.keyId }))).toBe("INV-053");
  });
});

describe("a vote", () => {
  const subject = { execution_id: "claim-1", attestationHash: sha256("first") };

  it("is signed for one execution and one attestation", async () => {
    const vote = await signVote(subject, cast("ada"), otherSigner);
    const key = otherSigner.publicKey;
    expect(verifyVoteSignature(subject, vote, key)).toBe(true);
    expect(verifyVoteSignature({ ...subject, execution_id: "claim-2" }, vote, key)).toBe(false);
    expect(verifyVoteSignature({ ...subject, attestationHash: sha256("other") }, vote, key)).toBe(false);
    expect(verifyVoteSignature(subject, vote, signer.publicKey)).toBe(false);
    expect(verifyVoteSignature(subject, cast("ada"), key)).toBe(false);
    for (const change of [{ approver: "bob" }, { role: "other" }, { decision: "rejected" }, { reason: "-" }])
      expect(verifyVoteSignature(subject, parseVote({ ...vote, ...change }), key)).toBe(false);
  });

  it.each([
    ["an unknown member", { extra: 1 }],
    ["a decision of its own", { decision: "pending_override" }],
    ["a reason of two lines", { reason: "a\nb" }],
    ["an empty approver", { approver: "" }],
    ["a role that no policy names", { role: "Claims Manager" }],
    ["a day as its date", { votedAt: "2026-11-20" }],
    ["a key without a signature", { keyId: signer.keyId }],
  ])("is refused with %s (INV-044)", (_name, change) => {
    expect(codeOf(() => parseVote({ ...cast("ada"), ...change }))).toBe("INV-044");
  });

  it("travels in the evidence of a resolution, in its order", () => {
    const votes = [cast("ada"), cast("bob")];
    const evidence = resolutionEvidence("claim-1", votes);
    expect(parseResolutionEvidence(canonicalBytes(evidence))).toEqual(evidence);
    expect(votesHash(evidence.votes)).toBe(sha256(canonicalize(votes)));
    expect(votesHash([...votes].reverse())).not.toBe(votesHash(votes));
    for (const wrong of [
      { type: "parmana/evidence/v1" },
      { votes: {} },
      { votes: [{}] },
      { execution_id: "" },
    ])
      expect(codeOf(() => parseResolutionEvidence({ ...copyOf(evidence), ...wrong } as never))).toBe(
        "INV-044",
      );
  });
});
