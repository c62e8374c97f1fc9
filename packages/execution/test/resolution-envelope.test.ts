import {
  canonicalBytes,
  canonicalize,
  encodeUtf8,
  type JsonObject,
  parseStrict,
} from "@parmanasystems/canonical";
import { type DsseEnvelope, encodeBase64, payloadTypes, signEnvelope } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import {
  fromResolutionEnvelope,
  issueResolution,
  type IssueResolutionInput,
  parseVote,
  type ResolutionAttestation,
  resolutionPayload,
  toEnvelope,
  toResolutionEnvelope,
  verifyResolutionSignature,
} from "../src/index.js";
import { codeOf } from "./code-of.js";
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

const vote = parseVote({
  approver: "ada",
  role: "claims-manager",
  decision: "approved",
  reason: "called the customer",
  votedAt: "2026-11-20T22:30:00.000Z",
});
const resolution = await resolve({});
const envelope = toResolutionEnvelope(resolution);
const statement = parseStrict(resolutionPayload(resolution)) as JsonObject & { predicate: JsonObject };
const [signature] = envelope.signatures;

async function resolve(changes: Partial<IssueResolutionInput>): Promise<ResolutionAttestation> {
  const input: IssueResolutionInput = {
    attestation: await pendingAttestation(),
    resolution: "approved",
    votes: [vote],
    issuedAt: "2026-11-20T22:31:00.000Z",
    provenance,
  };
  return issueResolution({ ...input, ...changes }, signer, verifier);
}

/** The envelope with another payload and, as an attacker could, the old signature. */
function withPayload(text: string): DsseEnvelope {
  return { ...envelope, payload: encodeBase64(encodeUtf8(text)) };
}

const withStatement = (changes: object) => withPayload(canonicalize({ ...statement, ...changes }));
const withPredicate = (changes: object) =>
  withStatement({ predicate: { ...statement.predicate, ...changes } });

describe("a resolution and its envelope are one signed form in two spellings", () => {
  it("there and back, from the object, from JSON and from bytes", async () => {
    const unbound = await resolve({ attestation: await pendingAttestation({}) });
    const expired = await resolve({ resolution: "expired", votes: [] });
    expect(Object.keys(unbound)).not.toContain("audience");
    for (const original of [resolution, unbound, expired]) {
      const there = toResolutionEnvelope(original);
      for (const given of [there, copyOf(there), parseStrict(canonicalize(there)), canonicalBytes(there)]) {
        const back = fromResolutionEnvelope(given);
        expect(back).toEqual(original);
        expect(canonicalize(back)).toBe(canonicalize(original));
        expect(toResolutionEnvelope(back)).toEqual(there);
        expect(verifyResolutionSignature(back, signer.publicKey)).toBe(true);
      }
    }
  });

  it("the envelope is a DSSE envelope as any tool makes it of the same Statement", async () => {
    expect(await signEnvelope(payloadTypes.attestation, resolutionPayload(resolution), [signer])).toEqual(
      envelope,
    );
  });

  it("both are deep frozen", () => {
    const back = fromResolutionEnvelope(copyOf(envelope));
    for (const part of [envelope, envelope.signatures, signature, back, back.provenance]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("the envelope of a tampered resolution is refused, or its signature fails", () => {
    const changed = toResolutionEnvelope({ ...resolution, resolution: "rejected" });
    expect(verifyResolutionSignature(fromResolutionEnvelope(changed), signer.publicKey)).toBe(false);
    expect(codeOf(() => toResolutionEnvelope({ ...resolution, extra: 1 } as never))).toBe("INV-045");
  });
});

describe("fromResolutionEnvelope refuses what would not come back the same", () => {
  it.each(Object.values(payloadTypes).filter((type) => type !== payloadTypes.attestation))(
    "payloadType %s (INV-023, threat 15)",
    (payloadType) => {
      expect(codeOf(() => fromResolutionEnvelope({ ...envelope, payloadType }))).toBe("INV-023");
    },
  );

  it("another number of signatures than one (threat 16)", () => {
    const sig = encodeBase64(otherSigner.signSync(payloadTypes.attestation, resolutionPayload(resolution)));
    const other = { keyid: otherSigner.keyId, sig };
    expect(codeOf(() => fromResolutionEnvelope({ ...envelope, signatures: [] }))).toBe("SIG-007");
    for (const signatures of [
      [...envelope.signatures, other],
      [other, ...envelope.signatures],
    ])
      expect(codeOf(() => fromResolutionEnvelope({ ...envelope, signatures }))).toBe("INV-024");
  });

  it("another key in the envelope than in the predicate (INV-025, threat 17)", () => {
    const signatures = [{ keyid: otherSigner.keyId, sig: resolution.signature }];
    expect(codeOf(() => fromResolutionEnvelope({ ...envelope, signatures }))).toBe("INV-025");
    expect(codeOf(() => fromResolutionEnvelope(withPredicate({ keyId: otherSigner.keyId })))).toBe("INV-025");
  });

  it("a payload that is not canonical (INV-026, threat 18)", () => {
    const text = canonicalize(statement);
    for (const spelling of [
      JSON.stringify(statement, null, 1),
      JSON.stringify(Object.fromEntries(Object.entries(statement).reverse())),
      text.replace('"approvals":1', '"approvals":1.0'),
      text.replace('"approved"', '"\\u0061pproved"'),
    ]) {
      expect(spelling).not.toBe(text);
      expect(codeOf(() => fromResolutionEnvelope(withPayload(spelling)))).toBe("INV-026");
    }
    const doubled = text.replace('"resolution"', '"resolution":"rejected","resolution"');
    expect(codeOf(() => fromResolutionEnvelope(withPayload(doubled)))).toMatch(/^CANONICAL-/);
  });

  it.each([
    ["the type of in-toto 0.1", { _type: "https://in-toto.io/Statement/v0.1" }],
    ["another predicateType", { predicateType: "https://slsa.dev/provenance/v1" }],
    ["no subject", { subject: [] }],
    ["an unknown member (threat 19)", { level: 4 }],
    ["an unknown member of the predicate (threat 19)", { predicate: { ...statement.predicate, extra: 1 } }],
    ["an execution id in the predicate", { predicate: { ...statement.predicate, execution_id: "e" } }],
    ["a signature in the predicate", { predicate: { ...statement.predicate, signature: "" } }],
    ["a predicate that lacks a member", { predicate: without(statement.predicate, "votesHash") }],
  ])("a Statement with %s (INV-027)", (_, changes) => {
    expect(codeOf(() => fromResolutionEnvelope(withStatement(changes)))).toBe("INV-027");
  });

  it("members of another form (INV-045)", () => {
    for (const change of [{ approvals: 17 }, { resolution: "maybe" }, { issuedAt: "never" }])
      expect(codeOf(() => fromResolutionEnvelope(withPredicate(change)))).toBe("INV-045");
  });

  it("a payload above the limit (INV-022, threat 57)", () => {
    expect(codeOf(() => fromResolutionEnvelope(withPayload(" ".repeat(900_000))))).toBe("INV-022");
  });

  it("an attestation (INV-027, threat 14)", async () => {
    const envelopeOfAttestation = toEnvelope(await attest());
    expect(codeOf(() => fromResolutionEnvelope(envelopeOfAttestation))).toBe("INV-027");
  });

  it.each([null, 7, "text", [], {}])("%j", (value) => {
    expect(codeOf(() => fromResolutionEnvelope(value))).toBe("SIG-003");
  });
});
