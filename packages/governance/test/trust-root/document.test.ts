import { decodeHex, encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { encodeBase64Url, keyIdOf, type PublicKey } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTrustRootDocument } from "../../src/index.js";
import { parseTrustRoot } from "../../src/trust-root/document.js";
import {
  DAY_MS,
  delegation,
  draftTrustRoot,
  edited,
  EXPIRES,
  NOW,
  refusal,
  replaced,
  signerOf,
  trustedKey,
} from "../signed-fixtures.js";

const document = createTrustRootDocument(draftTrustRoot());
const rootKeyId = signerOf("root").keyId;
const parseEdited = (edit: (json: Record<string, never>) => void) => () =>
  parseTrustRoot(edited(document, edit));

/** A trust root whose runtime key is these raw bytes, under their own thumbprint. */
function withRawKey(raw: Uint8Array): Uint8Array {
  const runtime = signerOf("runtime");
  const text = new TextDecoder().decode(document);
  return encodeUtf8(
    text
      .replaceAll(runtime.keyId, keyIdOf(raw))
      .replace(encodeBase64Url(runtime.publicKey.raw), encodeBase64Url(raw)),
  );
}

describe("A trust root document says who may sign what", () => {
  it("is read back as it was written", () => {
    const trustRoot = parseTrustRoot(document);
    expect(trustRoot).toMatchObject({
      version: 1,
      issuedAt: NOW,
      expiresAt: EXPIRES,
      previous: null,
      hash: sha256(document),
    });
    expect([...trustRoot.roles]).toEqual(
      [...draftTrustRoot().roles].sort(([left], [right]) => (left < right ? -1 : 1)),
    );
    expect(trustRoot.keys.get(rootKeyId)).toMatchObject({
      keyId: rootKeyId,
      operator: "operator of root",
      status: "active",
    });
    expect(createTrustRootDocument({ ...trustRoot, keys: trustRoot.keys.values() })).toEqual(document);
  });

  it("keeps revocations, reasons and every kind of role", () => {
    const keys = [
      ...draftTrustRoot().keys,
      trustedKey("log"),
      trustedKey("manager", { status: "retired", reason: "left" }),
      trustedKey("claims-db", { status: "revoked", revokedAt: NOW + DAY_MS, reason: "laptop stolen" }),
    ];
    const roles = new Map([
      ...draftTrustRoot().roles,
      ["log", delegation(1, "log")],
      ["approver:claims-manager", delegation(1, "manager")],
      ["source:claims-db", delegation(1, "claims-db")],
    ]);
    const trustRoot = parseTrustRoot(createTrustRootDocument({ ...draftTrustRoot(), keys, roles }));
    expect(trustRoot.keys.get(signerOf("claims-db").keyId)).toMatchObject({
      revokedAt: NOW + DAY_MS,
      reason: "laptop stolen",
    });
    expect(trustRoot.keys.get(signerOf("manager").keyId)).toMatchObject({
      status: "retired",
      reason: "left",
    });
    expect(trustRoot.roles.has("approver:claims-manager")).toBe(true);
  });

  it("is handed out frozen", () => {
    const trustRoot = parseTrustRoot(document);
    expect(Object.isFrozen(trustRoot)).toBe(true);
    expect(Object.isFrozen(trustRoot.keys.get(rootKeyId))).toBe(true);
    expect(Object.isFrozen(trustRoot.roles.get("root")?.keyids)).toBe(true);
    expect("set" in trustRoot.keys).toBe(false);
  });

  it("reads back whatever operators and times it is made with (property)", () => {
    const operators = fc
      .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 128 })
      .filter((operator) => operator.trim() === operator);
    const lifetimes = fc.integer({ min: 1, max: 100 * 365 * DAY_MS });
    fc.assert(
      fc.property(operators, lifetimes, (operator, lifetimeMs) => {
        const keys = ["root", "policy", "release", "runtime"].map((name) =>
          trustedKey(name, { operator, validUntil: NOW + lifetimeMs }),
        );
        const draft = { ...draftTrustRoot(), expiresAt: NOW + lifetimeMs, keys };
        const trustRoot = parseTrustRoot(createTrustRootDocument(draft));
        expect(trustRoot.expiresAt).toBe(draft.expiresAt);
        expect(trustRoot.keys.get(rootKeyId)).toMatchObject({ operator, validUntil: NOW + lifetimeMs });
      }),
      { numRuns: 15 },
    );
  });
});

describe("A trust root document is closed (threat 19)", () => {
  it.for([
    ["an unknown member", (json: object) => Object.assign(json, { comment: "x" })],
    ["a missing version", (json: object) => Reflect.deleteProperty(json, "version")],
    ["a missing type", (json: object) => Reflect.deleteProperty(json, "type")],
    ["an unknown type", (json: object) => Object.assign(json, { type: "parmana/trust-root/v2" })],
    ["version 0", (json: object) => Object.assign(json, { version: 0 })],
    ["a fractional version", (json: object) => Object.assign(json, { version: 1.5 })],
    ["a version in quotes", (json: object) => Object.assign(json, { version: "1" })],
    ["version 1 with a previous version", (json: object) => Object.assign(json, { previous: sha256("x") })],
    ["version 2 without a previous version", (json: object) => Object.assign(json, { version: 2 })],
    [
      "an upper-case hash",
      (json: object) => Object.assign(json, { version: 2, previous: sha256("x").toUpperCase() }),
    ],
    ["an expiry that is no date", (json: object) => Object.assign(json, { expiresAt: "never" })],
    [
      "an expiry in another time zone",
      (json: object) => Object.assign(json, { expiresAt: "2027-11-20T22:00:00.000+00:00" }),
    ],
    [
      "an expiry in the year 9999",
      (json: object) => Object.assign(json, { expiresAt: "9999-11-20T22:00:00.000Z" }),
    ],
    [
      "an expiry before the issue",
      (json: object) => Object.assign(json, { expiresAt: "2026-11-20T22:00:00.000Z" }),
    ],
    ["no list of keys", (json: object) => Object.assign(json, { keys: [] })],
    ["no roles", (json: object) => Object.assign(json, { roles: null })],
  ] as const)("%s is refused", ([, edit]) => {
    expect(parseEdited(edit)).toThrow(refusal("TRUST-011"));
  });

  it.for([
    ["an unknown member", { comment: "x" }],
    ["another algorithm", { algorithm: "RSA" }],
    ["an empty operator", { operator: "" }],
    ["an operator of two lines", { operator: "a\nb" }],
    ["a validity that ends before it starts", { validUntil: "2026-11-20T21:00:00.000Z" }],
    ["an unknown status", { status: "compromised" }],
    ["revoked without a time", { status: "revoked" }],
    ["active with a time of revocation", { revokedAt: "2026-11-20T22:00:00.000Z" }],
    ["a reason that is no text", { reason: 1 }],
  ] as const)("a key with %s is refused", ([, members]) => {
    const edit = (json: Record<string, Record<string, object>>): void => {
      Object.assign(json["keys"]?.[rootKeyId] ?? {}, members);
    };
    expect(parseEdited(edit)).toThrow(refusal("TRUST-011"));
  });

  it("names the place of the defect", () => {
    const refused = parseEdited((json) => Object.assign(json, { version: 0 }));
    expect(refused).toThrow(expect.objectContaining({ details: { pointer: "/version" } }));
    expect(refused).toThrow("The trust root has a defect at /version: expected a whole number from 1");
  });

  it.for([
    ["nothing", new Uint8Array()],
    ["text", encodeUtf8("hello")],
    ["a byte order mark", encodeUtf8("\ufeff{}")],
    ["two documents", encodeUtf8("{}{}")],
    ["a duplicate member", replaced(document, '"version":1', '"version":1,"\\u0076ersion":1')],
    ["half of it", document.slice(0, document.length / 2)],
    ["more than 256 KiB", encodeUtf8(" ".repeat(256 * 1024) + "{}")],
  ] as const)("%s is not strict JSON (threat 18)", ([, bytes]) => {
    expect(() => parseTrustRoot(bytes)).toThrow(refusal("TRUST-010"));
  });

  it("keeps hostile text out of messages", () => {
    const long = "x".repeat(100_000);
    const refused = parseEdited((json: Record<string, object>) =>
      Object.assign(json["keys"] ?? {}, { [long]: {} }),
    );
    expect(refused).toThrow(refusal("TRUST-011"));
    expect(refused).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{1,300}$/) }));
  });
});

describe("A trust root admits only sound Ed25519 keys", () => {
  it.for([
    ["the identity", "0100000000000000000000000000000000000000000000000000000000000000"],
    ["a point of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["a point of order 4", "0000000000000000000000000000000000000000000000000000000000000000"],
    ["a point of mixed order", "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"],
    ["a non-canonical encoding", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"],
    ["y beyond the field", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["a point off the curve", "0200000000000000000000000000000000000000000000000000000000000000"],
  ] as const)("%s is refused (threat 10)", ([, hex]) => {
    expect(() => parseTrustRoot(withRawKey(decodeHex(hex)))).toThrow(refusal("TRUST-012"));
  });

  it.for([
    ["31 bytes", encodeBase64Url(new Uint8Array(31).fill(7))],
    ["padded base64", `${encodeBase64Url(signerOf("root").publicKey.raw)}=`],
    ["junk in base64", `${encodeBase64Url(signerOf("root").publicKey.raw).slice(0, 42)} `],
    ["a PEM block", signerOf("root").publicKey.toPem().replaceAll("\n", "").slice(0, 60)],
  ] as const)("a public key of %s is refused (threat 12)", ([, publicKey]) => {
    const edit = (json: Record<string, Record<string, object>>): void => {
      Object.assign(json["keys"]?.[rootKeyId] ?? {}, { publicKey });
    };
    expect(parseEdited(edit)).toThrow(refusal("TRUST-012"));
  });

  it.for([
    ["that of another key", signerOf("policy").keyId.replace(/^./, (letter) => (letter === "A" ? "B" : "A"))],
    ["empty", ""],
    ["a path", "../../etc/passwd"],
    ["a prototype name", "__proto__"],
  ] as const)("a name that is %s is refused (threat 17)", ([, name]) => {
    const text = new TextDecoder().decode(document).replaceAll(rootKeyId, name);
    expect(() => parseTrustRoot(encodeUtf8(text))).toThrow(refusal("TRUST-012"));
  });

  it("refuses a draft whose key is not 32 bytes", () => {
    const publicKey = { ...signerOf("root").publicKey, keyId: "x", raw: new Uint8Array(3) } as PublicKey;
    const draft = { ...draftTrustRoot(), keys: [{ ...trustedKey("root"), publicKey }], roles: new Map() };
    expect(() => createTrustRootDocument(draft)).toThrow(refusal("TRUST-012"));
  });
});

describe("A trust root delegates each role to keys that it holds", () => {
  const withRoles = (
    ...roles: readonly (readonly [
      string,
      { readonly keyids: readonly string[]; readonly threshold: unknown },
    ])[]
  ) => parseEdited((json) => Object.assign(json, { roles: Object.fromEntries(roles) }));
  const keyid = (name: string): string => signerOf(name).keyId;
  const root = ["root", { keyids: [rootKeyId], threshold: 1 }] as const;

  it.each([
    "admin",
    "Root",
    "approver",
    "approver:",
    "source:a/b",
    "approver:Claims",
    "root ",
    "__proto__",
    "toString",
  ])("a role named %j is refused", (role) => {
    const text = new TextDecoder()
      .decode(document)
      .replace('"runtime":{"keyids"', `${JSON.stringify(role)}:{"keyids"`);
    expect(() => parseTrustRoot(encodeUtf8(text))).toThrow(refusal("TRUST-013"));
  });

  it("refuses a missing root role and a key it does not hold", () => {
    expect(withRoles(["policy", { keyids: [keyid("policy")], threshold: 1 }])).toThrow(refusal("TRUST-013"));
    expect(withRoles(root, ["policy", { keyids: [keyid("stranger")], threshold: 1 }])).toThrow(
      refusal("TRUST-013"),
    );
  });

  it("refuses one key in two roles, or twice in one", () => {
    expect(withRoles(root, ["policy", { keyids: [rootKeyId], threshold: 1 }])).toThrow(refusal("TRUST-014"));
    expect(withRoles(["root", { keyids: [rootKeyId, rootKeyId], threshold: 1 }])).toThrow(
      refusal("TRUST-014"),
    );
  });

  it("refuses a threshold that its operators cannot reach (threat 21)", () => {
    expect(withRoles(["root", { keyids: [rootKeyId], threshold: 2 }])).toThrow(refusal("TRUST-015"));
    const keys = [trustedKey("a", { operator: "Acme" }), trustedKey("b", { operator: "Acme" })];
    const oneOperator = { ...draftTrustRoot(), keys, roles: new Map([["root", delegation(2, "a", "b")]]) };
    expect(() => createTrustRootDocument(oneOperator)).toThrow(refusal("TRUST-015"));
  });

  it.each([0, -1, 1.5, "1", null])("refuses the threshold %j", (threshold) => {
    expect(withRoles(["root", { keyids: [rootKeyId], threshold }])).toThrow(refusal("TRUST-011"));
  });

  it("refuses a role without keys", () => {
    expect(withRoles(root, ["policy", { keyids: [], threshold: 1 }])).toThrow(refusal("TRUST-011"));
  });
});

describe("A draft that cannot be written is refused", () => {
  it.each([NaN, 1.5, -1, Infinity, 9e15])("the time %d", (time) => {
    expect(() => createTrustRootDocument({ ...draftTrustRoot(), expiresAt: time })).toThrow(
      refusal("TRUST-011"),
    );
  });

  it("the version NaN", () => {
    expect(() => createTrustRootDocument({ ...draftTrustRoot(), version: NaN })).toThrow(
      refusal("TRUST-011"),
    );
  });
});
