import { canonicalBytes, encodeUtf8, parseStrict } from "@parmanasystems/canonical";
import {
  attestationPayload,
  issueExecutionToken,
  toEnvelope,
  toStatement,
  type ExecutionAttestation,
} from "@parmanasystems/execution";
import {
  decodeBase64,
  encodeBase64,
  importPrivateKey,
  payloadTypes,
  type DsseEnvelope,
} from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { Checklist } from "../src/checklist.js";
import { verifyAttestation, type AttestationInput } from "../src/index.js";
import { known } from "../src/known.js";
import { checkBinding } from "../src/statement-checks.js";
import { attestationKind } from "../src/statement-kind.js";
import {
  createWorld,
  failures,
  find,
  jsonBytes,
  signed,
  signers,
  times,
  withProvenance,
  type World,
} from "./fixture.js";

let world: World;
let envelope: DsseEnvelope;
beforeAll(async () => {
  world = await createWorld();
  envelope = toEnvelope(world.attestation);
});

function without(attestation: ExecutionAttestation, name: string): AttestationInput {
  return parseStrict(
    jsonBytes(Object.fromEntries(Object.entries(attestation).filter(([member]) => member !== name))),
  );
}

/** Refused, and by the form alone: nothing of the input was believed. */
function formRefusal(input: AttestationInput): string | undefined {
  const report = verifyAttestation(input, world.options);
  expect(report).toMatchObject({ verdict: "refused", level: "none" });
  expect(Object.keys(failures(report))).toEqual(["attestation.form"]);
  return failures(report)["attestation.form"];
}

describe("what is not exactly an attestation is refused by its form", () => {
  it("more bytes than any attestation has, and the report says of what", () => {
    expect(formRefusal(new Uint8Array(65_536))).not.toBe("INV-061");
    expect(formRefusal(new Uint8Array(65_537))).toBe("INV-061");
    const report = verifyAttestation(new Uint8Array(65_537), world.options);
    expect(find(report, "attestation.form").detail).toContain(
      "the attestation is 65537 bytes long, and at most 65536 are read.",
    );
  });

  it("an unknown, missing or mistyped member (threat 19)", () => {
    expect(formRefusal({ ...world.attestation, approvedBy: "mallory" })).toMatch(/^INV-02/);
    expect(formRefusal(without(world.attestation, "reason"))).toMatch(/^INV-02/);
    expect(formRefusal(jsonBytes({ ...world.attestation, reason: [world.attestation.reason] }))).toMatch(
      /^INV-02/,
    );
    expect(
      formRefusal({ ...world.attestation, provenance: { ...world.attestation.provenance, extra: 1 } }),
    ).toMatch(/^INV-03/);
  });

  it("an unknown member inside the signed predicate (threat 19)", () => {
    const statement = toStatement(world.attestation);
    const payload = canonicalBytes({
      ...statement,
      predicate: { ...statement.predicate, approvedBy: "mallory" },
    });
    const sig = encodeBase64(signers.runtime.signSync(payloadTypes.attestation, payload));
    expect(
      formRefusal({
        ...envelope,
        payload: encodeBase64(payload),
        signatures: [{ keyid: signers.runtime.keyId, sig }],
      }),
    ).toMatch(/^INV-02/);
  });

  it("an envelope with no or two signatures, or one key twice (threat 16)", () => {
    const [signature] = envelope.signatures;
    const second = {
      keyid: signers.stranger.keyId,
      sig: encodeBase64(
        signers.stranger.signSync(payloadTypes.attestation, attestationPayload(world.attestation)),
      ),
    };
    expect(formRefusal(jsonBytes({ ...envelope, signatures: [] }))).toBe("SIG-007");
    expect(formRefusal(jsonBytes({ ...envelope, signatures: [signature, second] }))).toBe("INV-024");
    expect(formRefusal(jsonBytes({ ...envelope, signatures: [second, signature] }))).toBe("INV-024");
    expect(formRefusal(jsonBytes({ ...envelope, signatures: [signature, signature] }))).toBe("SIG-005");
  });

  it("an envelope of another payload type (threat 15)", () => {
    expect(formRefusal(jsonBytes({ ...envelope, payloadType: "application/json" }))).toBe("INV-023");
    expect(formRefusal(jsonBytes({ ...envelope, payloadType: payloadTypes.executionToken }))).toBe("INV-023");
  });

  it("an envelope whose key id names another key, nothing or a path (threat 17)", () => {
    const [signature] = envelope.signatures;
    for (const keyid of [signers.stranger.keyId, "", "../runtime", "k".repeat(1_000)]) {
      expect(formRefusal(jsonBytes({ ...envelope, signatures: [{ ...signature, keyid }] }))).toMatch(
        /^(?:SIG-004|INV-025)$/,
      );
    }
  });

  it("duplicate members, two documents, trailing bytes, a payload that is not canonical (threat 18)", () => {
    const text = JSON.stringify(envelope);
    expect(formRefusal(encodeUtf8(`{"payload":"e30=",${text.slice(1)}`))).toMatch(/^CANONICAL-/);
    expect(formRefusal(encodeUtf8(text + text))).toMatch(/^CANONICAL-/);
    expect(formRefusal(encodeUtf8(`${text}\0`))).toMatch(/^CANONICAL-/);
    const spaced = encodeUtf8(` ${new TextDecoder().decode(decodeBase64(envelope.payload))}`);
    const sig = encodeBase64(signers.runtime.signSync(payloadTypes.attestation, spaced));
    expect(
      formRefusal({
        ...envelope,
        payload: encodeBase64(spaced),
        signatures: [{ keyid: signers.runtime.keyId, sig }],
      }),
    ).toBe("INV-026");
  });

  it("a signature that is not strict base64 of 64 bytes (threat 11)", () => {
    const bytes = decodeBase64(world.attestation.signature);
    const spellings = [
      world.attestation.signature.replace(/=+$/, ""),
      `${world.attestation.signature} `,
      encodeBase64(bytes.slice(0, 63)),
      encodeBase64(new Uint8Array([...bytes, 0])),
      encodeBase64(new Uint8Array([...bytes, ...bytes.slice(0, 32)])),
      "",
    ];
    for (const signature of spellings)
      expect(formRefusal({ ...world.attestation, signature })).toMatch(/^INV-02/);
  });

  it("a dry-run result (threat 56)", () => {
    const { decision, rule_id, action, reason, execution_fingerprint } = world.attestation;
    expect(formRefusal({ decision, rule_id, action, reason })).toMatch(/^INV-02/);
    expect(
      formRefusal({
        dryRun: true,
        authoritative: false,
        decision,
        rule_id,
        action,
        reason,
        execution_fingerprint,
      }),
    ).toMatch(/^INV-02/);
    expect(formRefusal(without(world.attestation, "signature"))).toMatch(/^INV-02/);
    expect(formRefusal({ ...world.attestation, dryRun: true })).toMatch(/^INV-02/);
  });

  it("an execution token", async () => {
    const { execution_id, execution_fingerprint, policyId, policyVersion, decision, rule_id, provenance } =
      world.attestation;
    const token = await issueExecutionToken(
      {
        execution_id,
        execution_fingerprint,
        policyId,
        policyVersion,
        bundleHash: provenance.bundleHash,
        decision,
        rule_id,
        issuedAt: times.attestationIssued,
        expiresAt: "2026-03-01T12:01:00.000Z",
        audience: signers.runtime.keyId,
      },
      signers.runtime,
    );
    expect(formRefusal({ ...token })).toMatch(/^INV-02/);
  });

  it("what is no object at all", () => {
    for (const input of [null, true, 0, "", "{}", [], [{}], {}, jsonBytes([world.attestation])])
      formRefusal(input);
  });
});

describe("the signature", () => {
  const signatureRefusal = (signature: Uint8Array): void => {
    const report = verifyAttestation(
      { ...world.attestation, signature: encodeBase64(signature) },
      world.options,
    );
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
    expect(failures(report)).toEqual({ "attestation.signature": "INV-065" });
  };

  it("is refused when it was made for another type of document (threat 14)", () => {
    const payload = attestationPayload(world.attestation);
    for (const type of Object.values(payloadTypes).filter((name) => name !== payloadTypes.attestation)) {
      signatureRefusal(signers.runtime.signSync(type, payload));
    }
  });

  it("is refused when it is over the payload instead of the PAE (threat 13)", () => {
    const key = importPrivateKey(new Uint8Array(32).fill(4));
    expect(key.keyId).toBe(signers.runtime.keyId);
    signatureRefusal(key.sign(attestationPayload(world.attestation)));
  });

  it("is refused when it belongs to another attestation of the same key (threat 14)", async () => {
    const other = await createWorld({ executionId: "claim-0002" });
    signatureRefusal(decodeBase64(other.attestation.signature));
  });

  it("is refused when S is not reduced or R is the identity (threat 11)", () => {
    const bytes = decodeBase64(world.attestation.signature);
    const order = [
      0xed,
      0xd3,
      0xf5,
      0x5c,
      0x1a,
      0x63,
      0x12,
      0x58,
      0xd6,
      0x9c,
      0xf7,
      0xa2,
      0xde,
      0xf9,
      0xde,
      0x14,
      ...new Array<number>(15).fill(0),
      0x10,
    ];
    const unreduced = bytes.slice();
    let carry = 0;
    order.forEach((byte, at) => {
      const sum = (unreduced[32 + at] ?? 0) + byte + carry;
      unreduced[32 + at] = sum & 0xff;
      carry = sum >> 8;
    });
    signatureRefusal(unreduced);
    const identity = bytes.slice();
    identity.fill(0, 0, 32);
    identity[0] = 1;
    signatureRefusal(identity);
    signatureRefusal(new Uint8Array(64));
  });

  it("covers every member: a change without the key is refused", () => {
    const changes = [
      { execution_id: "claim-0002" },
      { execution_fingerprint: world.attestation.provenance.bundleHash },
      { policyId: "other-policy" },
      { policyVersion: "1.0.1" },
      { decision: "rejected" as const },
      { rule_id: "high-risk" },
      { action: "reject" },
      { reason: "because" },
      { issuedAt: "2026-03-01T12:00:00.001Z" },
      { requester: "agent-8" },
      { audience: "bank" },
      { actionHash: world.attestation.provenance.policyHash },
      ...Object.entries<string | number>({ ...world.attestation.provenance }).map(([name, value]) => ({
        provenance: { ...world.attestation.provenance, [name]: otherThan(value) },
      })),
    ];
    for (const change of changes) {
      const report = verifyAttestation(
        { ...world.attestation, ...change },
        { trustRoot: world.material.trustRoot },
      );
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      expect(failures(report)["attestation.signature"]).toBe("INV-065");
    }
  });
});

/** Another value of the same grammar. */
function otherThan(value: string | number): string | number {
  if (typeof value === "number") return value === 1 ? 2 : value - 1;
  if (value.startsWith("sha256:")) return `${value.slice(0, -1)}${value.endsWith("0") ? "1" : "0"}`;
  return value.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
}

describe("the binding of envelope and attestation", () => {
  it("is checked on its own, not only by the parser of envelopes", () => {
    const [signature] = envelope.signatures;
    const others = [
      { ...envelope, payload: encodeBase64(attestationPayload({ ...world.attestation, reason: "other" })) },
      { ...envelope, payloadType: payloadTypes.executionToken },
      { ...envelope, signatures: [] },
      { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] },
      { ...envelope, signatures: [{ keyid: signers.stranger.keyId, sig: signature?.sig ?? "" }] },
      { ...envelope, signatures: [{ keyid: signers.runtime.keyId, sig: encodeBase64(new Uint8Array(64)) }] },
    ];
    const codeOf = (candidate: DsseEnvelope): string | undefined => {
      const checks = new Checklist();
      checkBinding(
        checks,
        attestationKind,
        known({ attestation: world.attestation, issuedAt: 0, envelope: candidate }),
      );
      return checks.list().find(({ id }) => id === "attestation.binding")?.code;
    };
    expect(codeOf(envelope)).toBeUndefined();
    for (const other of others) expect(codeOf(other)).toBe("INV-063");
  });
});

describe("the date of the attestation", () => {
  it("is refused when it lies in the future of the verification", () => {
    const early = Date.parse(times.attestationIssued) - 300_001;
    const report = verifyAttestation(world.attestation, { ...world.options, now: early });
    expect(failures(report)).toEqual({ "attestation.date": "INV-067" });
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
  });

  it("may be ahead by the difference of two honest clocks", () => {
    expect(
      verifyAttestation(world.attestation, {
        ...world.options,
        now: Date.parse(times.attestationIssued) - 300_000,
      }),
    ).toMatchObject({ verdict: "verified" });
  });

  it("is refused in any spelling that is not the one, such as a leap second or another zone (threat 39)", () => {
    for (const issuedAt of [
      "never",
      "2026-03-01T12:00:00Z",
      "2026-03-01T12:00:00.000+00:00",
      "2026-12-31T23:59:60.000Z",
      "9999-01-01T00:00:00.000Z",
      "2026-02-30T00:00:00.000Z",
    ]) {
      expect(formRefusal({ ...world.attestation, issuedAt })).toMatch(/^INV-02/);
    }
  });
});

describe("an attestation that contradicts itself", () => {
  it("is refused although the signature is right (threat 20)", () => {
    // The signing side refuses to build the statement, so a thief would have to build the bytes himself.
    const statement = toStatement(world.attestation);
    const sealed = (payload: Uint8Array): DsseEnvelope => ({
      payloadType: payloadTypes.attestation,
      payload: encodeBase64(payload),
      signatures: [
        {
          keyid: signers.runtime.keyId,
          sig: encodeBase64(signers.runtime.signSync(payloadTypes.attestation, payload)),
        },
      ],
    });
    const contradictions = [
      { ...statement, predicate: { ...statement.predicate, execution_state: "pending_override" } },
      { ...statement, subject: [] },
      { ...statement, subject: [...statement.subject, ...statement.subject] },
      { ...statement, predicateType: "https://example.com/other" },
      { ...statement, _type: "https://in-toto.io/Statement/v0.1" },
    ];
    for (const contradiction of contradictions)
      expect(formRefusal(sealed(canonicalBytes(contradiction)))).toMatch(/^INV-02/);
    expect(failures(verifyAttestation(sealed(canonicalBytes(statement)), world.options))).toEqual({});
  });

  it("is judged by what it states, not by its signature alone", () => {
    expect(
      failures(
        verifyAttestation(withProvenance(world.attestation, { policyIndexVersion: 8 }), world.options),
      ),
    ).toEqual({ "policy-index.version": "INV-071" });
    expect(failures(verifyAttestation(signed(world.attestation, {}), world.options))).toEqual({});
  });
});
