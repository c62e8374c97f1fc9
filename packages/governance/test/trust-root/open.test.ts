import { canonicalBytes, encodeUtf8, parseStrict } from "@parmanasystems/canonical";
import { encodeBase64, payloadTypes } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createTrustRootDocument,
  openTrustRoot,
  type SignedDocument,
  type TrustRootDraft,
} from "../../src/index.js";
import {
  DAY_MS,
  delegation,
  draftTrustRoot,
  edited,
  flipped,
  NOW,
  openedTrustRoot,
  refusal,
  signAs,
  signerOf,
  signTrustRoot,
  trustedKey,
} from "../signed-fixtures.js";

const pinnedKey = signerOf("root").publicKey;
const open = (signed: SignedDocument) => () => openTrustRoot({ ...signed, pinnedKey });

/** Three root keys of three operators, two of which must sign. */
const twoOfThree: Partial<TrustRootDraft> = {
  keys: ["root", "second", "third", "policy"].map((name) => trustedKey(name)),
  roles: new Map([
    ["root", delegation(2, "root", "second", "third")],
    ["policy", delegation(1, "policy")],
  ]),
};

function resigned(
  signed: SignedDocument,
  edit: (signatures: Record<string, string>[]) => unknown,
): SignedDocument {
  const file = parseStrict(signed.signature) as unknown as {
    payloadType: string;
    signatures: Record<string, string>[];
  };
  const signatures = file.signatures.map((signature) => ({ ...signature }));
  edit(signatures);
  return { document: signed.document, signature: canonicalBytes({ ...file, signatures }) };
}

describe("A trust root opens when its own threshold and the pinned key signed it", () => {
  it("opens", async () => {
    const trustRoot = openTrustRoot({ ...(await signTrustRoot(draftTrustRoot(), "root")), pinnedKey });
    expect(trustRoot.version).toBe(1);
  });

  it("counts keys of different operators", async () => {
    const draft = draftTrustRoot(twoOfThree);
    expect(openTrustRoot({ ...(await signTrustRoot(draft, "root", "third")), pinnedKey }).version).toBe(1);
    expect(open(await signTrustRoot(draft, "root"))).toThrow(refusal("TRUST-032"));
    expect(open(await signTrustRoot(draft, "root", "policy"))).toThrow(refusal("TRUST-032"));
  });

  it("refuses two keys of one operator as two signatures (threat 21)", async () => {
    const keys = ["root", "second", "third", "policy"].map((name) =>
      trustedKey(name, name === "third" ? {} : { operator: "Acme" }),
    );
    const draft = draftTrustRoot({ ...twoOfThree, keys });
    expect(open(await signTrustRoot(draft, "root", "second"))).toThrow(refusal("TRUST-032"));
    expect(open(await signTrustRoot(draft, "root", "third"))()).toMatchObject({ version: 1 });
  });

  it("refuses one that the pinned key is not part of", async () => {
    const stranger = { pinnedKey: signerOf("stranger").publicKey };
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    expect(() => openTrustRoot({ ...signed, ...stranger })).toThrow(refusal("TRUST-017"));
    expect(() => openTrustRoot({ ...signed, pinnedKey: signerOf("policy").publicKey })).toThrow(
      refusal("TRUST-017"),
    );
  });

  it("refuses one that the pinned key did not sign, whoever else did", async () => {
    expect(open(await signTrustRoot(draftTrustRoot(twoOfThree), "second", "third"))).toThrow(
      refusal("TRUST-017"),
    );
  });

  it("refuses a root key that was not valid when the document is dated", async () => {
    const keys = [trustedKey("root", { validFrom: NOW + 1 })];
    const draft = draftTrustRoot({ keys, roles: new Map([["root", delegation(1, "root")]]) });
    expect(open(await signTrustRoot(draft, "root"))).toThrow(refusal("TRUST-035"));
  });
});

describe("A signature counts only for what it was made for", () => {
  it("refuses signatures of other document types (threat 14, threat 15)", async () => {
    const document = createTrustRootDocument(draftTrustRoot());
    for (const payloadType of [...Object.values(payloadTypes), "application/json"]) {
      if (payloadType === payloadTypes.trustRoot) continue;
      const signed = await signAs(payloadType, document, ["root"]);
      expect(open(signed)).toThrow(refusal("TRUST-030"));
      const relabelled = new TextDecoder()
        .decode(signed.signature)
        .replace(payloadType, payloadTypes.trustRoot);
      expect(open({ document, signature: encodeUtf8(relabelled) })).toThrow(refusal("TRUST-031"));
    }
  });

  it("refuses a signature over the raw document instead of its PAE (threat 13)", async () => {
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    const raw = signerOf("root");
    const sig = encodeBase64(raw.signSync("", signed.document));
    expect(open(resigned(signed, ([first]) => Object.assign(first ?? {}, { sig })))).toThrow(
      refusal("TRUST-031"),
    );
  });

  it("refuses the signature of a key under the name of another (threat 17)", async () => {
    const signed = await signTrustRoot(draftTrustRoot(twoOfThree), "root", "policy");
    const lying = resigned(signed, ([, second]) =>
      Object.assign(second ?? {}, { keyid: signerOf("second").keyId }),
    );
    expect(open(lying)).toThrow(refusal("TRUST-031"));
  });

  it.for([
    ["none", (signatures: object[]) => signatures.splice(0)],
    ["one twice", (signatures: object[]) => signatures.push({ ...signatures[0] })],
    ["one without a key id", (signatures: object[]) => Reflect.deleteProperty(signatures[0] ?? {}, "keyid")],
    [
      "a key id of a megabyte",
      (signatures: object[]) => Object.assign(signatures[0] ?? {}, { keyid: "x".repeat(2 ** 20) }),
    ],
    ["a path as key id", (signatures: object[]) => Object.assign(signatures[0] ?? {}, { keyid: "../root" })],
    [
      "63 bytes",
      (signatures: object[]) => Object.assign(signatures[0] ?? {}, { sig: encodeBase64(new Uint8Array(63)) }),
    ],
    [
      "65 bytes",
      (signatures: object[]) => Object.assign(signatures[0] ?? {}, { sig: encodeBase64(new Uint8Array(65)) }),
    ],
    ["an unknown member", (signatures: object[]) => Object.assign(signatures[0] ?? {}, { alg: "none" })],
  ] as const)("refuses a signature file with %s (threat 16)", async ([, edit]) => {
    expect(open(resigned(await signTrustRoot(draftTrustRoot(), "root"), edit))).toThrow(refusal("TRUST-030"));
  });

  it("lets a bad signature of a known key condemn the rest (threat 16)", async () => {
    const signed = await signTrustRoot(draftTrustRoot(twoOfThree), "root", "second", "third");
    const sig = encodeBase64(new Uint8Array(64));
    expect(open(resigned(signed, ([first]) => Object.assign(first ?? {}, { sig })))).toThrow(
      refusal("TRUST-031"),
    );
    expect(open(resigned(signed, ([, , third]) => Object.assign(third ?? {}, { sig })))).toThrow(
      refusal("TRUST-031"),
    );
  });

  it.for([
    ["nothing", new Uint8Array()],
    ["trailing data", encodeUtf8("{}{}")],
    ["an array", encodeUtf8("[]")],
  ] as const)("refuses a signature file that is %s (threat 18)", async ([, signature]) => {
    const { document } = await signTrustRoot(draftTrustRoot(), "root");
    expect(open({ document, signature })).toThrow(refusal("TRUST-030"));
  });

  it("refuses a duplicate member in the signature file (threat 18)", async () => {
    const { document, signature } = await signTrustRoot(draftTrustRoot(), "root");
    const doubled = new TextDecoder()
      .decode(signature)
      .replace('"signatures"', '"payloadType":"x","signatures"');
    expect(open({ document, signature: encodeUtf8(doubled) })).toThrow(refusal("TRUST-030"));
  });
});

describe("Any single changed byte is refused", () => {
  it("in the trust root or in its signature (property)", async () => {
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    const files = ["document", "signature"] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (file, position, mask) => {
          const changed = { ...signed, [file]: flipped(signed[file], position % signed[file].length, mask) };
          expect(open(changed)).toThrow(expect.objectContaining({ name: "GovernanceError" }));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("at every third place of the signature file", async () => {
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    for (let position = 0; position < signed.signature.length; position += 3) {
      const changed = { ...signed, signature: flipped(signed.signature, position, 0x01) };
      expect(open(changed)).toThrow(expect.objectContaining({ name: "GovernanceError" }));
    }
  });
});

describe("A new version must be signed by the thresholds of both versions (threat 21)", () => {
  const rotated: TrustRootDraft = draftTrustRoot({
    version: 2,
    issuedAt: NOW + DAY_MS,
    keys: [trustedKey("new-root"), trustedKey("policy")],
    roles: new Map([
      ["root", delegation(1, "new-root")],
      ["policy", delegation(1, "policy")],
    ]),
  });

  it("opens when old and new signed", async () => {
    const previous = await openedTrustRoot();
    const signed = await signTrustRoot({ ...rotated, previous: previous.hash }, "root", "new-root");
    expect(openTrustRoot({ ...signed, pinnedKey, previous })).toMatchObject({
      version: 2,
      previous: previous.hash,
    });
  });

  it.for([
    ["only the old", ["root"]],
    ["only the new", ["new-root"]],
    ["a stranger and the new", ["stranger", "new-root"]],
  ] as const)("is refused when %s signed, and the old version stays as it was", async ([, names]) => {
    const previous = await openedTrustRoot();
    const signed = await signTrustRoot({ ...rotated, previous: previous.hash }, ...names);
    expect(() => openTrustRoot({ ...signed, pinnedKey, previous })).toThrow(refusal("TRUST-032"));
    expect(previous.version).toBe(1);
  });

  it("is refused below the threshold of the old version, and with the same key twice", async () => {
    const first = await signTrustRoot(draftTrustRoot(twoOfThree), "root", "second");
    const previous = openTrustRoot({ ...first, pinnedKey });
    const draft = { ...rotated, previous: previous.hash };
    const tooFew = await signTrustRoot(draft, "root", "new-root");
    expect(() => openTrustRoot({ ...tooFew, pinnedKey, previous })).toThrow(refusal("TRUST-032"));
    const twice = resigned(tooFew, (signatures) => signatures.push({ ...signatures[0] }));
    expect(() => openTrustRoot({ ...twice, pinnedKey, previous })).toThrow(refusal("TRUST-030"));
    const enough = await signTrustRoot(draft, "root", "third", "new-root");
    expect(openTrustRoot({ ...enough, pinnedKey, previous }).version).toBe(2);
  });

  it("is refused when the old key that signs it is revoked in the old version", async () => {
    const draft = draftTrustRoot({
      keys: [trustedKey("root"), trustedKey("second", { status: "revoked", revokedAt: NOW })],
      roles: new Map([["root", delegation(1, "root", "second")]]),
    });
    const previous = openTrustRoot({ ...(await signTrustRoot(draft, "root")), pinnedKey });
    const signed = await signTrustRoot({ ...rotated, previous: previous.hash }, "second", "new-root");
    expect(() => openTrustRoot({ ...signed, pinnedKey, previous })).toThrow(refusal("TRUST-036"));
  });
});

describe("Opening works on a private copy of the bytes (threat 30)", () => {
  it("is not affected by later changes", async () => {
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    const document = new Uint8Array(signed.document);
    const trustRoot = openTrustRoot({ document, signature: signed.signature, pinnedKey });
    document.fill(0);
    expect(trustRoot.hash).toBe((await openedTrustRoot()).hash);
  });

  it("refuses what is not bytes", async () => {
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    const text = new TextDecoder().decode(signed.document) as unknown as Uint8Array;
    expect(open({ ...signed, document: text })).toThrow(refusal("TRUST-011"));
  });

  it("refuses an edited document under the old signature", async () => {
    const signed = await signTrustRoot(draftTrustRoot(), "root");
    const document = edited(signed.document, (json) =>
      Object.assign(json, { expiresAt: "2099-01-01T00:00:00.000Z" }),
    );
    expect(open({ ...signed, document })).toThrow(refusal("TRUST-031"));
  });
});
