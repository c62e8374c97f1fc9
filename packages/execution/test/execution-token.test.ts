import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalBytes, canonicalize, parseStrict, sha256, type JsonValue } from "@parmanasystems/canonical";
import { encodeBase64, payloadTypes, type Signer, type Verifier } from "@parmanasystems/signing";
import {
  executeDecision,
  issueExecutionToken,
  LocalVerifier,
  type SignedExecutionToken,
  type TokenFields,
  verifyExecutionToken,
} from "../src/index.js";
import { codeOfAsync } from "./code-of.js";
import { attest, copyOf, issue, otherSigner, signer, tokenFields, verifier, without } from "./fixtures.js";
import { flip } from "./flip.js";

const at = Date.UTC(2026, 10, 20, 22, 0, 30);
const audience = signer.keyId;
const use = { at, audience };

function verify(token: unknown, when = use, by: Verifier = verifier): Promise<unknown> {
  return verifyExecutionToken(token, by, when);
}

describe("issueExecutionToken", () => {
  it("signs every field, its type and its issuer, and freezes the token", async () => {
    const token = await issue();
    expect(token).toEqual({
      type: "parmana/execution-token/v1",
      ...tokenFields,
      keyId: signer.keyId,
      signature: token.signature,
    });
    expect(Object.isFrozen(token)).toBe(true);
    const { signature, ...signed } = token;
    const expected = signer.signSync(payloadTypes.executionToken, canonicalBytes(signed));
    expect(signature).toBe(encodeBase64(expected));
  });

  it("gives the same bytes for the same fields", async () => {
    const reversed = Object.fromEntries(Object.entries(tokenFields).reverse()) as unknown as TokenFields;
    expect(canonicalize(await issueExecutionToken(reversed, signer))).toBe(canonicalize(await issue()));
  });

  it("reads the fields before the first await (threat 9)", async () => {
    const fields = { ...tokenFields };
    const remote: Signer = {
      keyId: signer.keyId,
      sign: (payloadType, payload) => Promise.resolve().then(() => signer.signSync(payloadType, payload)),
    };
    const pending = issueExecutionToken(fields, remote);
    fields.decision = "rejected";
    expect(await pending).toEqual(await issue());
  });

  it.each([
    ["execution_id", "claim 17"],
    ["execution_id", ""],
    ["execution_id", "x".repeat(129)],
    ["execution_fingerprint", tokenFields.execution_fingerprint.toUpperCase()],
    ["policyId", "Claims"],
    ["policyId", "../outside"],
    ["policyVersion", "v1.0.0"],
    ["bundleHash", "sha256:"],
    ["decision", "denied"],
    ["rule_id", ""],
    ["rule_id", "a\u0007b"],
    ["issuedAt", "2026-11-20T22:00:00Z"],
    ["expiresAt", "never"],
    ["audience", "everyone"],
    ["audience", undefined],
  ])("refuses %s = %j (INV-008)", async (name, value) => {
    expect(await codeOfAsync(() => issue({ [name]: value }))).toBe("INV-008");
  });

  it("refuses an unknown or a missing field (INV-008)", async () => {
    const missing: unknown = without(tokenFields, "rule_id");
    expect(await codeOfAsync(() => issueExecutionToken(missing as TokenFields, signer))).toBe("INV-008");
    expect(await codeOfAsync(() => issue({ notBefore: tokenFields.issuedAt } as object))).toBe("INV-008");
    expect(await codeOfAsync(() => issueExecutionToken(null as unknown as TokenFields, signer))).toBe(
      "INV-008",
    );
  });

  it.each([
    ["2026-11-20T22:00:00.000Z", "INV-002"],
    ["2026-11-20T21:59:59.999Z", "INV-002"],
    ["2026-11-20T22:05:00.001Z", "INV-002"],
    ["9998-12-31T23:59:59.999Z", "INV-002"],
    ["2026-11-20T22:05:00.000Z", undefined],
    ["2026-11-20T22:00:00.001Z", undefined],
  ])("limits the lifetime to five minutes: until %s", async (expiresAt, code) => {
    expect(await codeOfAsync(() => issue({ expiresAt }))).toBe(code);
  });

  it.each([
    ["no signature", undefined],
    ["text", "signature"],
    ["63 bytes", new Uint8Array(63)],
    ["65 bytes", new Uint8Array(65)],
  ])("refuses a signer that returns %s (INV-009, threat 51)", async (_, returned) => {
    const broken = { keyId: signer.keyId, sign: () => Promise.resolve(returned as Uint8Array) };
    expect(await codeOfAsync(() => issueExecutionToken(tokenFields, broken))).toBe("INV-009");
    const local = { ...broken, signSync: () => returned as Uint8Array };
    expect(await codeOfAsync(() => issueExecutionToken(tokenFields, local))).toBe("INV-009");
  });

  it("copies the signature out of the signer's reach", async () => {
    const kept: Uint8Array[] = [];
    const keeping: Signer = {
      keyId: signer.keyId,
      sign: async (payloadType, payload) => {
        const signature = await signer.sign(payloadType, payload);
        kept.push(signature);
        return signature;
      },
    };
    const token = await issueExecutionToken(tokenFields, keeping);
    for (const signature of kept) signature.fill(0);
    await expect(verify(token)).resolves.toMatchObject({ decision: "approved" });
  });

  it("refuses a signer without a key id (INV-009) and passes on what it throws", async () => {
    const nameless = { keyId: "main", sign: signer.sign.bind(signer) };
    expect(await codeOfAsync(() => issueExecutionToken(tokenFields, nameless))).toBe("INV-009");
    const failing = { keyId: signer.keyId, sign: () => Promise.reject(new Error("throttled")) };
    await expect(issueExecutionToken(tokenFields, failing)).rejects.toThrow("throttled");
  });
});

describe("verifyExecutionToken", () => {
  it("returns the token without its signature, frozen", async () => {
    const expected = without(await issue(), "signature");
    for (const token of [await issue(), copyOf(await issue()), parseStrict(canonicalize(await issue()))]) {
      const verified = await verify(token);
      expect(verified).toEqual(expected);
      expect(Object.isFrozen(verified)).toBe(true);
    }
  });

  it("asks a remote verifier, and only true counts (threat 51)", async () => {
    const token = await issue();
    const answering = (answer: unknown): Verifier => ({
      keyId: signer.keyId,
      verify: () => Promise.resolve(answer as boolean),
    });
    await expect(verify(token, use, answering(true))).resolves.toMatchObject({ decision: "approved" });
    for (const answer of [false, undefined, "false", 1, {}]) {
      expect(await codeOfAsync(() => verify(token, use, answering(answer)))).toBe("INV-004");
    }
    const promising = {
      keyId: signer.keyId,
      verify: verifier.verify.bind(verifier),
      verifySync: () => Promise.resolve(false),
    };
    expect(await codeOfAsync(() => verify(token, use, promising as unknown as Verifier))).toBe("INV-004");
  });

  it("refuses every changed member (threats 14 and 39)", async () => {
    const token = await issue();
    for (const name of Object.keys(token)) {
      const code = await codeOfAsync(() => verify(flip(token, [name])));
      expect(code, name).toMatch(/^INV-00[1-4]$/);
    }
  });

  it("refuses any change at all, whatever the member", async () => {
    const token = await issue();
    const change = fc.tuple(fc.constantFrom(...Object.keys(token)), fc.oneof(fc.string(), fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(change, async ([name, value]) => {
        const changed = { ...token, [name]: value };
        fc.pre(JSON.stringify(changed) !== JSON.stringify(token));
        expect(await codeOfAsync(() => verify(changed))).toMatch(/^INV-00[1-4]$/);
      }),
    );
  });

  it.each([
    ["an unknown member (threat 19)", (token: SignedExecutionToken) => ({ ...token, role: "admin" })],
    ["no type", (token: SignedExecutionToken) => without(token, "type")],
    ["another type", (token: SignedExecutionToken) => ({ ...token, type: "parmana/execution-token/v2" })],
    ["no signature", (token: SignedExecutionToken) => without(token, "signature")],
    ["a date that never comes", (token: SignedExecutionToken) => ({ ...token, expiresAt: "not-a-date" })],
    ["a leap second", (token: SignedExecutionToken) => ({ ...token, expiresAt: "2026-12-31T23:59:60.000Z" })],
    [
      "another spelling of the zone",
      (token: SignedExecutionToken) => ({ ...token, expiresAt: "2026-11-20T22:01:00.000+00:00" }),
    ],
    ["the year 9999", (token: SignedExecutionToken) => ({ ...token, expiresAt: "9999-01-01T00:00:00.000Z" })],
    [
      "a signature with junk (threat 11)",
      (token: SignedExecutionToken) => ({ ...token, signature: `${token.signature}\n` }),
    ],
    [
      "an unpadded signature",
      (token: SignedExecutionToken) => ({ ...token, signature: token.signature.slice(0, -2) }),
    ],
    ["text", canonicalize],
    ["null", () => null],
    ["an instance of a class", (token: SignedExecutionToken) => Object.assign(new Uint8Array(), token)],
    ["inherited members", (token: SignedExecutionToken) => Object.create(token) as unknown],
  ])("refuses %s (INV-001)", async (_, change) => {
    const changed = change(await issue());
    expect(await codeOfAsync(() => verify(changed))).toBe("INV-001");
  });

  it("refuses the signature of an attestation, of the bare payload and of another key (threats 13 and 14)", async () => {
    const token = await issue();
    const payload = canonicalBytes(without(token, "signature"));
    const signatures = [
      (await attest()).signature,
      encodeBase64(signer.signSync(payloadTypes.attestation, payload)),
      encodeBase64(otherSigner.signSync(payloadTypes.executionToken, payload)),
    ];
    for (const signature of signatures) {
      expect(await codeOfAsync(() => verify({ ...token, signature }))).toBe("INV-004");
    }
  });

  it("refuses a token of another issuer (INV-003, threat 17)", async () => {
    const other = new LocalVerifier(otherSigner.publicKey);
    expect(await codeOfAsync(async () => verify(await issue(), use, other))).toBe("INV-003");
    const foreign = await issueExecutionToken(tokenFields, otherSigner);
    expect(await codeOfAsync(() => verify({ ...foreign, keyId: signer.keyId }))).toBe("INV-004");
  });

  it("refuses another audience (INV-005, threat 39)", async () => {
    const token = await issue({ audience: otherSigner.keyId });
    expect(await codeOfAsync(() => verify(token))).toBe("INV-005");
    expect(await codeOfAsync(() => verify(token, { at, audience: otherSigner.keyId }))).toBe(undefined);
  });

  it("is valid from issuedAt until before expiresAt, to the millisecond (threat 39)", async () => {
    const token = await issue();
    const from = Date.UTC(2026, 10, 20, 22, 0, 0);
    const until = Date.UTC(2026, 10, 20, 22, 1, 0);
    const codes = [from - 1, from, until - 1, until].map((when) =>
      codeOfAsync(() => verify(token, { at: when, audience })),
    );
    expect(await Promise.all(codes)).toEqual(["INV-006", undefined, undefined, "INV-007"]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, undefined, "2026-11-20T22:00:30.000Z"])(
    "refuses %s as the time of use (INV-008)",
    async (when) => {
      const token = await issue();
      expect(await codeOfAsync(() => verify(token, { at: when as number, audience }))).toBe("INV-008");
    },
  );

  it("refuses an audience that is no key id (INV-008)", async () => {
    const token = await issue();
    expect(await codeOfAsync(() => verify(token, { at, audience: "" }))).toBe("INV-008");
  });
});

describe("a token that was issued here", () => {
  it("is as good as its copy, and its copy as good as it", async () => {
    const token = await issue();
    const provenance = (await attest()).provenance;
    const decision = {
      decision: "approved",
      rule_id: "small-claim",
      action: "approve",
      reason: "small claim",
    } as const;
    const input = { decision, provenance: { ...provenance, signalsHash: sha256("x") } };
    const one = await executeDecision({ ...input, token }, signer, verifier);
    const other = await executeDecision({ ...input, token: copyOf(token) }, signer, verifier);
    expect(canonicalize(one)).toBe(canonicalize(other));
  });

  it("cannot be changed in place", async () => {
    const token = await issue();
    expect(() => Object.assign(token, { decision: "rejected" })).toThrow(TypeError);
    expect((await verify(token)) as JsonValue).toMatchObject({ decision: "approved" });
  });
});
