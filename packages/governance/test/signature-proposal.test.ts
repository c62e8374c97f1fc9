import { sha256 } from "@parmanasystems/canonical";
import { encodeBase64, parseEnvelope, payloadTypes } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createProposal,
  createTrustRootDocument,
  encodeProposal,
  mergeProposals,
  openTrustRoot,
  parseProposal,
  signedDocumentOf,
  signProposal,
} from "../src/index.js";
import { delegation, draftTrustRoot, NOW, refusal, signerOf, trustedKey } from "./signed-fixtures.js";

const names = ["root", "second", "third"];
const draft = draftTrustRoot({
  keys: names.map((name) => trustedKey(name)),
  roles: new Map([["root", delegation(2, ...names)]]),
});
const document = createTrustRootDocument(draft);
const other = createTrustRootDocument({ ...draft, issuedAt: NOW + 1 });
const proposal = createProposal(payloadTypes.trustRoot, document);
const signedBy = (...signers: string[]) => signProposal(proposal, signers.map(signerOf));
const text = new TextDecoder();
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe("A proposal", () => {
  it("travels as a DSSE envelope that holds the exact document", async () => {
    const file = encodeProposal(await signedBy("root"));
    const envelope = parseEnvelope(file);
    expect(envelope.payloadType).toBe(payloadTypes.trustRoot);
    expect(envelope.payload).toBe(encodeBase64(document));
    expect(envelope.signatures.map(({ keyid }) => keyid)).toEqual([signerOf("root").keyId]);
  });

  it("is read back as it was written, by whomever it was signed, also by nobody (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), async (signers) => {
        const signed = await signedBy(...signers);
        expect(parseProposal(encodeProposal(signed))).toEqual(signed);
      }),
      { numRuns: 20 },
    );
  });

  it("becomes the document with its signature file", async () => {
    const signed = signedDocumentOf(await signedBy("root", "second"));
    const pinnedKey = signerOf("root").publicKey;
    expect(openTrustRoot({ ...signed, pinnedKey }).hash).toBe(sha256(document));
    expect(() => signedDocumentOf(proposal)).toThrow(refusal("TRUST-032"));
  });

  it("is signed once by each key", async () => {
    const once = await signedBy("root");
    expect(await signProposal(once, [signerOf("root")])).toBe(once);
    expect((await signProposal(once, names.map(signerOf))).signatures).toHaveLength(3);
  });

  it("keeps its bytes whatever happens to those it was made of", () => {
    const mine = new Uint8Array(document);
    const made = createProposal(payloadTypes.trustRoot, mine);
    mine.fill(0);
    expect(made.document).toEqual(document);
    expect(Object.isFrozen(made)).toBe(true);
  });
});

describe("Merging", () => {
  it("joins the signatures of copies, each key once, in any order (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.subarray(names), { minLength: 1, maxLength: 5 }), async (copies) => {
        const [first = proposal, ...others] = await Promise.all(
          copies.map((signers) => signedBy(...signers)),
        );
        const merged = mergeProposals(first, ...others);
        const keyids = merged.signatures.map(({ keyid }) => keyid).sort();
        expect(keyids).toEqual([...new Set(copies.flat())].map((name) => signerOf(name).keyId).sort());
        expect(merged.document).toEqual(document);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses different documents, and different payload types of one", async () => {
    const signed = await signedBy("root");
    const third = createProposal(payloadTypes.trustRoot, other);
    expect(() => mergeProposals(signed, third)).toThrow(refusal("TRUST-041"));
    expect(() => mergeProposals(signed, { ...signed, payloadType: payloadTypes.policyIndex })).toThrow(
      refusal("TRUST-041"),
    );
  });

  it("refuses two signatures by one key that differ: one of them must be bad", async () => {
    const signed = await signedBy("root");
    const forged = signed.signatures.map(({ keyid }) => ({ keyid, sig: `${"A".repeat(86)}==` }));
    expect(() => mergeProposals(signed, { ...signed, signatures: forged })).toThrow(refusal("TRUST-041"));
  });
});

describe("What is no proposal is refused (TRUST-040)", () => {
  const envelope = { payloadType: payloadTypes.trustRoot, payload: encodeBase64(document), signatures: [] };
  const signature = { keyid: signerOf("root").keyId, sig: `${"A".repeat(86)}==` };
  it.for<[string, unknown]>([
    ["a list", []],
    ["an unknown member (threat 19)", { ...envelope, note: "x" }],
    ["a missing member", { payloadType: envelope.payloadType, payload: envelope.payload }],
    ["no payload", { ...envelope, payload: 1 }],
    ["no payload, signed", { ...envelope, payload: 1, signatures: [signature] }],
    ["a payload that is no base64", { ...envelope, payload: "#" }],
    ["a payload type that is none", { ...envelope, payloadType: 1 }],
    ["signatures that are none", { ...envelope, signatures: [{}] }],
    ["signatures as an object", { ...envelope, signatures: {} }],
    ["a keyid twice (threat 16)", { ...envelope, signatures: [signature, signature] }],
    ["the type of an attestation (threat 15)", { ...envelope, payloadType: payloadTypes.attestation }],
    ["another type, signed", { ...envelope, payloadType: "application/json", signatures: [signature] }],
  ])("%s", ([, value]) => {
    expect(() => parseProposal(bytes(value))).toThrow(refusal("TRUST-040"));
  });

  it("bytes that are not strict JSON, or too many of them (threats 1, 2, 7, 18)", () => {
    const good = text.decode(bytes(envelope));
    for (const bad of ["", "{", `${good}${good}`, good.replace("{", '{"payload":"",'), `\u{FEFF}${good}`]) {
      expect(() => parseProposal(new TextEncoder().encode(bad))).toThrow(refusal("TRUST-040"));
    }
    expect(() => parseProposal(new Uint8Array(9 * 1024 * 1024).fill(0x20))).toThrow(refusal("TRUST-040"));
  });

  it("and a document that is not of its type, by the code of that type (threats 14, 15)", () => {
    const kinds = { policyIndex: "POL-040", policyBundle: "POL-031", releaseManifest: "INV-040" } as const;
    for (const [kind, code] of Object.entries(kinds)) {
      const payloadType = payloadTypes[kind as keyof typeof kinds];
      expect(() => parseProposal(bytes({ ...envelope, payloadType }))).toThrow(refusal(code));
    }
    expect(() => parseProposal(bytes({ ...envelope, payload: encodeBase64(bytes({})) }))).toThrow(
      refusal("TRUST-011"),
    );
  });
});
