import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalBytes, canonicalize, decodeUtf8, parseStrict, sha256 } from "@parmanasystems/canonical";
import { decodeBase64, encodeBase64, payloadTypes } from "@parmanasystems/signing";
import {
  attestationHash,
  attestationPayload,
  type ExecutionAttestation,
  fromEnvelope,
  isExecutionId,
  isParty,
  LocalVerifier,
  parseAttestation,
  PREDICATE_TYPE,
  toEnvelope,
  toStatement,
  verifyAttestationSignature,
} from "../src/index.js";
import { codeOf } from "./code-of.js";
import {
  attest,
  bound,
  copyOf,
  decision,
  otherSigner,
  provenance,
  signer,
  tokenFields,
  verifier,
  without,
} from "./fixtures.js";
import { flip, scalarPaths } from "./flip.js";

const attestation = await attest(bound);
const bare = await attest();

describe("parseAttestation", () => {
  it("reads bytes, parsed JSON and what was attested here, deep frozen", () => {
    for (const original of [attestation, bare]) {
      const pretty = new TextEncoder().encode(JSON.stringify(original, null, 2));
      for (const given of [
        original,
        copyOf(original),
        canonicalBytes(original),
        pretty,
        parseStrict(pretty),
      ]) {
        const parsed = parseAttestation(given);
        expect(parsed).toEqual(original);
        expect(Object.isFrozen(parsed)).toBe(true);
        expect(Object.isFrozen(parsed.provenance)).toBe(true);
      }
    }
  });

  it("keeps nothing of the object it was given (threat 9)", () => {
    const given = copyOf(attestation) as {
      -readonly [Name in keyof ExecutionAttestation]: ExecutionAttestation[Name];
    };
    const parsed = parseAttestation(given);
    given.decision = "rejected";
    expect(parsed.decision).toBe("approved");
    expect(verifyAttestationSignature(parsed, signer.publicKey)).toBe(true);
  });

  const changes: readonly (readonly [string, object])[] = [
    ["an unknown member (threat 19)", { level: "L4" }],
    ["an own __proto__ (threat 3)", JSON.parse('{"__proto__":1}') as object],
    ["an execution id with a space", { execution_id: "a b" }],
    ["an upper-case hash", { execution_fingerprint: tokenFields.execution_fingerprint.toUpperCase() }],
    ["a path as policy id", { policyId: ".." }],
    ["a version with v", { policyVersion: "v1.0.0" }],
    ["another decision", { decision: "denied" }],
    ["an empty rule id", { rule_id: "" }],
    ["an action that is no text", { action: null }],
    ["a reason with a lone surrogate (threat 2)", { reason: "\ud800" }],
    ["an unknown state", { execution_state: "failed" }],
    ["a date without milliseconds", { issuedAt: "2026-11-20T22:00:00Z" }],
    ["a requester that is null", { requester: null }],
    ["an empty audience", { audience: "" }],
    ["an action hash of another algorithm", { actionHash: "sha512:00" }],
    ["a key id with a path (threat 17)", { keyId: "../root.pub" }],
    ["a key id of 44 characters", { keyId: `${signer.keyId}A` }],
    ["a key id that is not canonical base64url", { keyId: `${signer.keyId.slice(0, -1)}9` }],
    ["a signature of 63 bytes (threat 11)", { signature: encodeBase64(new Uint8Array(63)) }],
    ["a signature in base64url", { signature: `${"_".repeat(86)}==` }],
    ["a signature whose unused bits are set", { signature: `${attestation.signature.slice(0, 85)}B==` }],
  ];

  it.each(changes)("refuses %s (INV-020)", (_, change) => {
    const changed = Object.fromEntries([...Object.entries(attestation), ...Object.entries(change)]);
    expect(codeOf(() => parseAttestation(changed))).toBe("INV-020");
  });

  it("refuses every missing member but the optional ones (INV-020)", () => {
    for (const name of Object.keys(attestation)) {
      const rest = without(attestation, name);
      const expected = name in bound ? undefined : "INV-020";
      expect(
        codeOf(() => parseAttestation(rest as never)),
        name,
      ).toBe(expected);
    }
  });

  it.each([[null], ["text"], [[]], [7], [{}]])("refuses %j (INV-020)", (value) => {
    expect(codeOf(() => parseAttestation(value))).toBe("INV-020");
  });

  it("refuses a state that contradicts the decision (INV-021, threat 20)", () => {
    expect(codeOf(() => parseAttestation({ ...copyOf(bare), execution_state: "pending_override" }))).toBe(
      "INV-021",
    );
    expect(codeOf(() => parseAttestation({ ...copyOf(bare), decision: "pending_override" }))).toBe("INV-021");
  });

  it("refuses a provenance that is not closed", () => {
    const open = { ...copyOf(bare), provenance: { ...provenance, extra: 1 } };
    expect(codeOf(() => parseAttestation(open))).toMatch(/^INV-03/);
  });

  it("refuses what is larger than a payload may be (INV-022)", () => {
    const wide = {
      requester: "\u20ac".repeat(256),
      audience: "\u20ac".repeat(256),
      reason: "x".repeat(1024),
    };
    expect(codeOf(() => parseAttestation({ ...copyOf(bare), ...wide }))).toBe("INV-022");
  });

  it.each([
    [
      "a duplicate member (threat 1)",
      canonicalize(bare).replace('"decision"', '"decision":"rejected","decision"'),
    ],
    ["two documents (threat 18)", `${canonicalize(bare)}{}`],
    ["a byte order mark (threat 2)", `\ufeff${canonicalize(bare)}`],
  ])("refuses bytes with %s", (_, text) => {
    expect(codeOf(() => parseAttestation(new TextEncoder().encode(text)))).toMatch(/^CANONICAL-/);
  });

  it("shows a hostile name harmlessly", () => {
    const hostile = { ...copyOf(bare), ["\u001b[2J\n".repeat(1000)]: 1 };
    expect(() => parseAttestation(hostile)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^\[INV-020\] [ -~…]{1,200}$/) }),
    );
  });

  it("says where, and quotes no value", () => {
    const hostile = { ...copyOf(bare), requester: `s3cret\u0000${"x".repeat(100_000)}` };
    expect(() => parseAttestation(hostile)).toThrow(
      expect.objectContaining({
        code: "INV-020",
        details: { pointer: "/requester" },
        message: expect.not.stringContaining("s3cret") as string,
      }),
    );
  });
});

describe("the signature of an attestation", () => {
  it("verifies with its key, near and far", async () => {
    expect(verifyAttestationSignature(attestation, signer.publicKey)).toBe(true);
    await expect(verifyAttestationSignature(attestation, verifier)).resolves.toBe(true);
    expect(verifyAttestationSignature(copyOf(attestation), signer.publicKey)).toBe(true);
    expect(
      verifier.verifySync(
        payloadTypes.attestation,
        attestationPayload(attestation),
        decodeBase64(attestation.signature),
      ),
    ).toBe(true);
  });

  it("breaks with every single member", () => {
    const paths = scalarPaths(attestation);
    expect(paths).toHaveLength(27);
    for (const path of paths) {
      const changed = flip(attestation, path) as ExecutionAttestation;
      expect(changed).not.toEqual(attestation);
      expect(verifyAttestationSignature(changed, signer.publicKey), path.join(".")).toBe(false);
    }
  });

  it("breaks when a member is removed or added", () => {
    for (const name of Object.keys(attestation)) {
      const rest: unknown = without(attestation, name);
      expect(verifyAttestationSignature(rest as ExecutionAttestation, signer.publicKey), name).toBe(false);
    }
    expect(verifyAttestationSignature({ ...bare, requester: "mallory" }, signer.publicKey)).toBe(false);
    expect(verifyAttestationSignature({ ...bare, extra: 1 } as ExecutionAttestation, signer.publicKey)).toBe(
      false,
    );
  });

  it("breaks with any change that is still an attestation", () => {
    const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
    const change = fc.oneof(
      fc.record({ execution_id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/) }),
      fc.record({ execution_fingerprint: hash.map((hex) => `sha256:${hex}`) }),
      fc.record({ reason: fc.stringMatching(/^[ -~]{1,40}$/) }),
      fc.record({ requester: fc.stringMatching(/^[ -~]{1,40}$/) }),
      fc.record({ actionHash: hash.map((hex) => `sha256:${hex}`) }),
      fc.record({
        provenance: fc
          .record({ policyIndexVersion: fc.nat({ max: 1000 }) })
          .map((part) => ({ ...provenance, ...part })),
      }),
    );
    fc.assert(
      fc.property(change, (part) => {
        const changed = { ...attestation, ...part } as ExecutionAttestation;
        fc.pre(canonicalize(changed) !== canonicalize(attestation));
        expect([undefined, "INV-032"]).toContain(codeOf(() => parseAttestation(changed)));
        expect(verifyAttestationSignature(changed, signer.publicKey)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it("is not that of another key, whatever the keyId says (threat 17)", async () => {
    expect(verifyAttestationSignature(attestation, otherSigner.publicKey)).toBe(false);
    await expect(
      verifyAttestationSignature(attestation, new LocalVerifier(otherSigner.publicKey)),
    ).resolves.toBe(false);
    const renamed = { ...attestation, keyId: otherSigner.keyId };
    expect(verifyAttestationSignature(renamed, otherSigner.publicKey)).toBe(false);
    expect(verifyAttestationSignature(renamed, signer.publicKey)).toBe(false);
  });

  it("does not make a lie about the key true (threat 17)", () => {
    const renamed = { ...attestation, keyId: otherSigner.keyId };
    const payload = attestationPayload(renamed);
    const lying = {
      ...renamed,
      signature: encodeBase64(signer.signSync(payloadTypes.attestation, payload)),
    };
    expect(verifyAttestationSignature(lying, signer.publicKey)).toBe(false);
  });

  it("is over PAE under the attestation's type, never over the bare payload or another type (threats 13 and 14)", () => {
    const payload = attestationPayload(attestation);
    const otherType = encodeBase64(signer.signSync(payloadTypes.executionToken, payload));
    expect(verifyAttestationSignature({ ...attestation, signature: otherType }, signer.publicKey)).toBe(
      false,
    );
    expect(signer.publicKey.verify(payload, decodeBase64(attestation.signature))).toBe(false);
  });

  it.each([null, undefined, 7, "text", [], {}])("is false, not an error, for %j", async (value) => {
    const malformed = value as ExecutionAttestation;
    expect(verifyAttestationSignature(malformed, signer.publicKey)).toBe(false);
    await expect(verifyAttestationSignature(malformed, verifier)).resolves.toBe(false);
  });
});

describe("an object that misbehaves while it is read (threat 8)", () => {
  const refusing = (): never => {
    throw new Error("no");
  };
  const misbehaving = [
    new Proxy(copyOf(bare), { ownKeys: refusing }),
    new Proxy(copyOf(bare), { get: refusing }),
    new Proxy(copyOf(bare), { getOwnPropertyDescriptor: refusing }),
    Object.defineProperty(copyOf(bare), "reason", { get: refusing, enumerable: true }),
  ];

  it.each(misbehaving.map((value) => [value]))("is malformed", (value) => {
    expect(codeOf(() => parseAttestation(value))).toBe("INV-020");
    expect(verifyAttestationSignature(value, signer.publicKey)).toBe(false);
  });

  it("is read once, so that it cannot show the signature another value than the reader", () => {
    let reads = 0;
    const changing = Object.defineProperty(copyOf(bare), "decision", {
      enumerable: true,
      get: () => (reads++ === 0 ? "approved" : "rejected"),
    });
    const parsed = parseAttestation(changing);
    expect(parsed).toEqual(bare);
    expect(reads).toBe(1);
  });
});

describe("a polluted Object.prototype (threat 58)", () => {
  it("adds nothing to what is signed, parsed or hashed", async () => {
    const clean = [canonicalize(bare), attestationHash(bare), canonicalize(toEnvelope(bare))];
    const polluted = Object.entries({ ...bound, extra: 1, issuedAt: "2026-11-20T22:00:30.000Z" });
    try {
      for (const [name, value] of polluted) {
        Object.defineProperty(Object.prototype, name, {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      }
      const parsed = parseAttestation(copyOf(bare));
      expect(verifyAttestationSignature(parsed, signer.publicKey)).toBe(true);
      for (const each of [parsed, await attest(), fromEnvelope(copyOf(toEnvelope(bare)))]) {
        expect([canonicalize(each), attestationHash(each), canonicalize(toEnvelope(each))]).toEqual(clean);
      }
    } finally {
      for (const [name] of polluted) Reflect.deleteProperty(Object.prototype, name);
    }
  });
});

describe("the hash of an attestation", () => {
  it("is that of its canonical JSON, signature included", () => {
    for (const each of [attestation, bare]) {
      expect(attestationHash(each)).toBe(sha256(canonicalize(each)));
      expect(attestationHash(copyOf(each))).toBe(attestationHash(each));
    }
  });

  it("for any text in any member", async () => {
    const line = fc.string({ unit: "binary", minLength: 1, maxLength: 60 }).filter(isParty);
    const hostile = fc.constantFrom(
      '","execution_state":"x',
      '},"predicateType":"',
      "\\",
      '"',
      "\u{1f600}",
      '{"_type":',
    );
    const text = fc.oneof(line, hostile);
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.option(text, { nil: undefined }),
        async (action, reason, requester, audience) => {
          const each = await attest({
            decision: { ...decision, action, reason },
            requester,
            ...(audience !== undefined && { audience }),
          });
          expect(attestationHash(each)).toBe(sha256(canonicalize(each)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("refuses what is no attestation", () => {
    expect(codeOf(() => attestationHash({ ...attestation, extra: 1 } as ExecutionAttestation))).toBe(
      "INV-020",
    );
  });
});

describe("the Statement of an attestation", () => {
  it("is an in-toto v1 Statement of everything but the signature", () => {
    const { execution_id, execution_fingerprint, ...rest } = attestation;
    const predicate = without(rest, "signature");
    expect(toStatement(attestation)).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: `execution:${execution_id}`, digest: { sha256: execution_fingerprint.slice(7) } }],
      predicateType: PREDICATE_TYPE,
      predicate,
    });
    expect(decodeUtf8(attestationPayload(attestation))).toBe(canonicalize(toStatement(attestation)));
  });

  it("is deep frozen", () => {
    const statement = toStatement(copyOf(attestation));
    const parts = [
      statement,
      statement.subject,
      ...statement.subject,
      statement.subject[0].digest,
      statement.predicate,
    ];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
    expect(Object.isFrozen(statement.predicate.provenance)).toBe(true);
  });
});

describe("the spelling of identities", () => {
  it.each(["a", "claim:2026-11-20_7.b", "x".repeat(128)])("%s is an execution id", (id) => {
    expect(isExecutionId(id)).toBe(true);
  });

  it.each(["", "a b", "a/b", "\u00e9", "a\n", "x".repeat(129), 7, undefined])("%j is none", (id) => {
    expect(isExecutionId(id)).toBe(false);
  });

  it.each(["a", "agent-7@claims.example", "J\u00fcrgen M\u00fcller", "\u{1f600}", "x".repeat(256)])(
    "%s is a party",
    (name) => {
      expect(isParty(name)).toBe(true);
    },
  );

  it.each([
    "",
    "a\nb",
    "a\u0000",
    "\u0085",
    "\u2028",
    "\u202eb",
    "\u2066b",
    "\ud800",
    "x".repeat(257),
    7,
    null,
  ])("%j is none", (name) => {
    expect(isParty(name)).toBe(false);
  });
});
