import { describe, expect, it } from "vitest";
import {
  canonicalBytes,
  canonicalize,
  encodeUtf8,
  type JsonValue,
  parseStrict,
} from "@parmanasystems/canonical";
import {
  decodeBase64,
  type DsseEnvelope,
  encodeBase64,
  payloadTypes,
  signEnvelope,
} from "@parmanasystems/signing";
import {
  attestationPayload,
  fromEnvelope,
  toEnvelope,
  toStatement,
  verifyAttestationSignature,
} from "../src/index.js";
import { codeOf } from "./code-of.js";
import { attest, bound, copyOf, otherSigner, signer, without } from "./fixtures.js";

const attestation = await attest(bound);
const envelope = toEnvelope(attestation);
const statement = toStatement(attestation);
const [signature] = envelope.signatures;
if (signature === undefined) throw new Error("An envelope has a signature.");

/** The envelope with other payload bytes and, as an attacker could, the old signature. */
function withPayload(payload: Uint8Array | string): DsseEnvelope {
  const bytes = typeof payload === "string" ? encodeUtf8(payload) : payload;
  return { ...envelope, payload: encodeBase64(bytes) };
}

function withStatement(changes: object): DsseEnvelope {
  return withPayload(canonicalize({ ...statement, ...changes }));
}

function withPredicate(changes: object): DsseEnvelope {
  return withStatement({ predicate: { ...statement.predicate, ...changes } });
}

describe("an attestation and its envelope are one signed form in two spellings", () => {
  it("there and back, from the object, from JSON and from bytes", async () => {
    for (const original of [attestation, await attest()]) {
      const there = toEnvelope(original);
      const json = parseStrict(canonicalize(there));
      for (const given of [there, copyOf(there), json, canonicalBytes(there)]) {
        const back = fromEnvelope(given);
        expect(back).toEqual(original);
        expect(canonicalize(back)).toBe(canonicalize(original));
        expect(toEnvelope(back)).toEqual(there);
        expect(verifyAttestationSignature(back, signer.publicKey)).toBe(true);
      }
    }
  });

  it("the envelope is a DSSE envelope as any tool makes it of the same Statement", async () => {
    expect(envelope).toEqual({
      payloadType: "application/vnd.in-toto+json",
      payload: encodeBase64(attestationPayload(attestation)),
      signatures: [{ keyid: signer.keyId, sig: attestation.signature }],
    });
    expect(await signEnvelope(payloadTypes.attestation, canonicalBytes(statement), [signer])).toEqual(
      envelope,
    );
  });

  it("both are deep frozen", () => {
    const back = fromEnvelope(copyOf(envelope));
    for (const part of [envelope, envelope.signatures, signature, back, back.provenance]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("the envelope of a tampered attestation is refused, or its signature fails", () => {
    const changed = { ...attestation, reason: "another reason" };
    expect(verifyAttestationSignature(fromEnvelope(toEnvelope(changed)), signer.publicKey)).toBe(false);
    expect(codeOf(() => toEnvelope({ ...attestation, extra: 1 } as typeof attestation))).toBe("INV-020");
  });
});

describe("fromEnvelope refuses what would not come back the same", () => {
  it.each(Object.values(payloadTypes).filter((type) => type !== payloadTypes.attestation))(
    "payloadType %s (INV-023, threat 15)",
    (payloadType) => {
      expect(codeOf(() => fromEnvelope({ ...envelope, payloadType }))).toBe("INV-023");
    },
  );

  it("payloadType application/json or another case (INV-023)", () => {
    expect(codeOf(() => fromEnvelope({ ...envelope, payloadType: "application/json" }))).toBe("INV-023");
    expect(codeOf(() => fromEnvelope({ ...envelope, payloadType: "application/vnd.in-toto+JSON" }))).toBe(
      "INV-023",
    );
  });

  const other = {
    keyid: otherSigner.keyId,
    sig: encodeBase64(otherSigner.signSync(payloadTypes.attestation, attestationPayload(attestation))),
  };

  it.each([
    ["no signature", [], "SIG-007"],
    ["two signatures", [signature, other], "INV-024"],
    ["two signatures, the first of them foreign", [other, signature], "INV-024"],
    ["the same signature twice", [signature, signature], "SIG-005"],
    ["an invalid and a valid one of one key", [{ ...signature, sig: other.sig }, signature], "SIG-005"],
  ])("%s (threat 16)", (_, signatures, code) => {
    expect(codeOf(() => fromEnvelope({ ...envelope, signatures }))).toBe(code);
  });

  it.each([
    ["of another key", otherSigner.keyId, "INV-025"],
    ["that is empty", "", "SIG-004"],
    ["like a path", "../../keys/root", "SIG-004"],
    ["of a megabyte", "A".repeat(1_000_000), "SIG-004"],
  ])("a keyid %s (threat 17)", (_, keyid, code) => {
    expect(codeOf(() => fromEnvelope({ ...envelope, signatures: [{ ...signature, keyid }] }))).toBe(code);
  });

  it("a predicate that names another key than the envelope (INV-025)", () => {
    expect(codeOf(() => fromEnvelope(withPredicate({ keyId: otherSigner.keyId })))).toBe("INV-025");
  });

  it.each([
    ["white space", JSON.stringify(statement, null, 1)],
    ["another order of members", JSON.stringify(Object.fromEntries(Object.entries(statement).reverse()))],
    [
      "another spelling of a number",
      canonicalize(statement).replace('"trustRootVersion":3', '"trustRootVersion":3.0'),
    ],
    ["an escape that is not needed", canonicalize(statement).replace('"approve"', '"\\u0061pprove"')],
  ])("a payload with %s (INV-026)", (_, payload) => {
    expect(payload).not.toBe(canonicalize(statement));
    expect(codeOf(() => fromEnvelope(withPayload(payload)))).toBe("INV-026");
  });

  it.each([
    ["a duplicate member", canonicalize(statement).replace('"decision"', '"decision":"rejected","decision"')],
    [
      "an escaped duplicate",
      canonicalize(statement).replace('"decision"', '"d\\u0065cision":"rejected","decision"'),
    ],
    ["two documents", `${canonicalize(statement)}${canonicalize(statement)}`],
    ["trailing data", `${canonicalize(statement)}x`],
    ["a byte order mark", `\ufeff${canonicalize(statement)}`],
    ["nothing", ""],
  ])("a payload with %s (threats 1 and 18)", (_, payload) => {
    expect(codeOf(() => fromEnvelope(withPayload(payload)))).toMatch(/^CANONICAL-/);
  });

  it("bytes with duplicate payload members or two envelopes (threat 18)", () => {
    const text = canonicalize(envelope);
    const doubled = text.replace('"payload":', `"payload":"${encodeBase64(encodeUtf8("{}"))}","payload":`);
    expect(codeOf(() => fromEnvelope(encodeUtf8(doubled)))).toMatch(/^CANONICAL-/);
    expect(codeOf(() => fromEnvelope(encodeUtf8(text + text)))).toMatch(/^CANONICAL-/);
  });

  it("unknown members of the envelope and of its signature (threat 19)", () => {
    const extra = { ...envelope, signatures: [{ ...signature, cert: "x" }] };
    expect(codeOf(() => fromEnvelope(copyOf(extra)))).toBe("SIG-003");
    expect(codeOf(() => fromEnvelope(copyOf({ ...envelope, note: "x" }) as unknown as JsonValue))).toBe(
      "SIG-003",
    );
  });

  it.each([
    ["base64url", envelope.payload.replaceAll("=", "")],
    ["junk in base64", `${envelope.payload.slice(0, 8)}\n${envelope.payload.slice(8)}`],
  ])("a payload in %s (threat 11)", (_, payload) => {
    expect(codeOf(() => fromEnvelope({ ...envelope, payload }))).toBe("SIG-001");
  });

  it.each([
    ["the type of in-toto 0.1", { _type: "https://in-toto.io/Statement/v0.1" }],
    ["another predicateType", { predicateType: "https://slsa.dev/provenance/v1" }],
    ["no subject", { subject: [] }],
    ["two subjects", { subject: [statement.subject[0], statement.subject[0]] }],
    ["a subject of another name", { subject: [{ ...statement.subject[0], name: "claim-2026-000017" }] }],
    ["a subject with a uri", { subject: [{ ...statement.subject[0], uri: "x" }] }],
    [
      "a second digest",
      { subject: [{ ...statement.subject[0], digest: { sha256: "0".repeat(64), sha512: "0" } }] },
    ],
    ["a digest that is no text", { subject: [{ ...statement.subject[0], digest: { sha256: 0 } }] }],
    ["an unknown member (threat 19)", { level: 4 }],
    ["a predicate that is no object", { predicate: "x" }],
    ["an unknown member of the predicate (threat 19)", { predicate: { ...statement.predicate, extra: 1 } }],
    [
      "an execution id in the predicate",
      { predicate: { ...statement.predicate, execution_id: "claim-2026-000017" } },
    ],
    [
      "a signature in the predicate",
      { predicate: { ...statement.predicate, signature: attestation.signature } },
    ],
  ])("a Statement with %s (INV-027)", (_, changes) => {
    expect(codeOf(() => fromEnvelope(withStatement(changes)))).toBe("INV-027");
  });

  it("a Statement that lacks a member (INV-027, threat 19)", () => {
    for (const name of Object.keys(statement)) {
      expect(codeOf(() => fromEnvelope(withPayload(canonicalize(without(statement, name)))))).toBe("INV-027");
    }
  });

  it.each([
    [
      "an upper-case digest",
      {
        subject: [
          { ...statement.subject[0], digest: { sha256: statement.subject[0].digest.sha256.toUpperCase() } },
        ],
      },
    ],
    ["an empty execution id", { subject: [{ ...statement.subject[0], name: "execution:" }] }],
  ])("a Statement with %s (INV-020)", (_, changes) => {
    expect(codeOf(() => fromEnvelope(withStatement(changes)))).toBe("INV-020");
  });

  it("a state that contradicts the decision (INV-021, threat 20)", () => {
    expect(codeOf(() => fromEnvelope(withPredicate({ execution_state: "pending_override" })))).toBe(
      "INV-021",
    );
  });

  it("a payload above the limit (INV-022, threat 57)", () => {
    const large = withPredicate({
      requester: "\u20ac".repeat(256),
      audience: "\u20ac".repeat(256),
      reason: "x".repeat(1024),
    });
    expect(codeOf(() => fromEnvelope(large))).toBe("INV-022");
    expect(codeOf(() => fromEnvelope(withPayload(" ".repeat(900_000))))).toBe("INV-022");
  });

  it("a Statement whose canonical form is above the limit, before its key is looked at (INV-022)", () => {
    const provenance = {
      ...statement.predicate.provenance,
      trustRootVersion: 9e15,
      policyIndexVersion: 9e15,
    };
    const predicate = { ...statement.predicate, keyId: otherSigner.keyId, provenance };
    const spelt = (reason: string) =>
      canonicalize({ ...statement, predicate: { ...predicate, reason } }).replaceAll(String(9e15), "9e15");
    const euros = "\u20ac".repeat(600);
    const room = 3584 - new TextEncoder().encode(spelt(euros)).length;
    const reason = euros + "x".repeat(room % 3) + "\u20ac".repeat(Math.floor(room / 3));
    expect(new TextEncoder().encode(spelt(reason))).toHaveLength(3584);
    expect(codeOf(() => fromEnvelope(withPayload(spelt(reason))))).toBe("INV-022");
  });

  it.each([null, 7, "text", [], {}])("%j", (value) => {
    expect(codeOf(() => fromEnvelope(value))).toBe("SIG-003");
  });
});

describe("a changed payload never keeps its signature", () => {
  it("whatever part of the Statement was changed", () => {
    const changed = [
      withPredicate({ decision: "rejected" }),
      withPredicate({ reason: "other" }),
      withPredicate({ requester: "mallory" }),
    ];
    for (const each of changed) {
      expect(verifyAttestationSignature(fromEnvelope(each), signer.publicKey)).toBe(false);
      expect(decodeBase64(each.payload)).not.toEqual(attestationPayload(attestation));
    }
  });
});
