import { canonicalize, parseStrict, sha256, sha256Bytes } from "@parmanasystems/canonical";
import { decodeBase64, LocalSigner, pae, payloadTypes, type Signer } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attestSignal,
  evidenceBytes,
  type GovernedSignal,
  normalizeGovernedSignals,
  type ObservedSignal,
  parseEvidence,
  ProvenanceError,
  signalProvenanceHash,
  signalStatementBytes,
} from "../src/index.js";

const signer = new LocalSigner(sha256Bytes("test key claims-db"));
const observed = {
  signal: "claim_amount",
  value: 1200,
  source: "claims-db",
  observedAt: "2026-11-20T22:00:00.000Z",
  executionId: "e-1",
} as const satisfies ObservedSignal;
const { executionId, ...withoutName } = observed;

/** What the signature must be over for the record to hold. */
function verifies(governed: GovernedSignal, signal: string, named: string | undefined): boolean {
  const { value, provenance } = governed;
  const statement = signalStatementBytes({ signal, value, provenance, executionId: named });
  const sig = decodeBase64(provenance.attestation?.sig ?? "");
  return signer.publicKey.verify(pae(payloadTypes.signal, statement), sig);
}

async function refusedWith(code: string, input: unknown): Promise<void> {
  const attempt = attestSignal(input as ObservedSignal, signer);
  await expect(attempt).rejects.toBeInstanceOf(ProvenanceError);
  await expect(attempt).rejects.toMatchObject({ code });
}

describe("a source signs a value", () => {
  it("for one execution", async () => {
    const governed = await attestSignal(observed, signer);
    expect(governed).toEqual({
      value: 1200,
      provenance: {
        source: "claims-db",
        observedAt: observed.observedAt,
        attestation: { keyid: signer.keyId, sig: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/) },
      },
    });
    expect(verifies(governed, "claim_amount", "e-1")).toBe(true);
    expect(verifies(governed, "claim_amount", "e-2")).toBe(false);
    expect(verifies(governed, "paid_amount", "e-1")).toBe(false);
    for (const part of [governed, governed.provenance, governed.provenance.attestation]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("for a subject, whatever the execution", async () => {
    const evidenceHash = sha256("page 3");
    const governed = await attestSignal({ ...withoutName, subject: "claim 17", evidenceHash }, signer);
    expect(governed.provenance).toMatchObject({ subject: "claim 17", evidenceHash });
    expect(verifies(governed, "claim_amount", undefined)).toBe(true);
    expect(verifies(governed, "claim_amount", "e-2")).toBe(true);
    const moved = { ...governed, provenance: { ...governed.provenance, subject: "claim 18" } };
    expect(verifies(moved, "claim_amount", undefined)).toBe(false);
  });

  it("over canonical JSON that names what was signed, and nothing else", () => {
    const evidenceHash = sha256("page 3");
    const text = (statement: Parameters<typeof signalStatementBytes>[0]): string =>
      new TextDecoder().decode(signalStatementBytes(statement));
    const { source, observedAt } = observed;
    const attestation = { keyid: signer.keyId, sig: "" };
    expect(
      text({ signal: "n", value: [-0, "a", true], provenance: { source, attestation }, executionId }),
    ).toBe(
      '{"execution_id":"e-1","signal":"n","source":"claims-db","type":"parmana/signal/v1","value":[0,"a",true]}',
    );
    expect(
      text({
        signal: "n",
        value: "x",
        provenance: { source, observedAt, evidenceHash, subject: "17" },
        executionId,
      }),
    ).toBe(
      `{"evidenceHash":"${evidenceHash}","observedAt":"2026-11-20T22:00:00.000Z","signal":"n","source":"claims-db",` +
        '"subject":"17","type":"parmana/signal/v1","value":"x"}',
    );
  });

  it("under a payload type of its own (threat 14)", async () => {
    const { value, provenance } = await attestSignal(observed, signer);
    const statement = signalStatementBytes({ signal: observed.signal, value, provenance, executionId });
    const sig = decodeBase64(provenance.attestation?.sig ?? "");
    for (const payloadType of Object.values(payloadTypes)) {
      expect(signer.publicKey.verify(pae(payloadType, statement), sig)).toBe(
        payloadType === "application/vnd.parmana.signal.v1+json",
      );
    }
    expect(signer.publicKey.verify(statement, sig)).toBe(false);
  });

  it("once for both spellings of zero (threat 4)", async () => {
    const zero = await attestSignal({ ...observed, value: 0 }, signer);
    const minusZero = await attestSignal({ ...observed, value: -0 }, signer);
    expect(minusZero).toEqual(zero);
    expect(Object.is(minusZero.value, 0)).toBe(true);
    const list = await attestSignal({ ...observed, value: [-0] }, signer);
    expect(list).toEqual(await attestSignal({ ...observed, value: [0] }, signer));
  });

  it("as it was when it was given (threat 9)", async () => {
    const value = ["a"];
    const slow: Signer = {
      keyId: signer.keyId,
      sign: async (type, payload) => {
        await Promise.resolve();
        return signer.signSync(type, payload);
      },
    };
    const attempt = attestSignal({ ...observed, value }, slow);
    value.push("b");
    const governed = await attempt;
    expect(governed.value).toEqual(["a"]);
    expect(verifies(governed, "claim_amount", "e-1")).toBe(true);
  });

  it("so that anything it signed can be sent, recorded and read again", async () => {
    const scalar = fc.oneof(fc.string({ unit: "grapheme" }), fc.boolean(), fc.maxSafeInteger());
    const label = fc.stringMatching(/^[ -~]{1,40}$/);
    const named = fc.oneof(
      label.map((subject) => ({ subject })),
      fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/).map((id) => ({ executionId: id })),
    );
    const origin = fc.record({
      signal: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "constructor")),
      value: fc.oneof(scalar, fc.array(scalar)),
      source: label,
    });
    await fc.assert(
      fc.asyncProperty(origin, named, async (stated, name) => {
        const governed = await attestSignal({ ...withoutName, ...stated, ...name }, signer);
        const sent = parseStrict(canonicalize({ [stated.signal]: governed }));
        const { values, provenance } = normalizeGovernedSignals(sent);
        const bytes = evidenceBytes({
          type: "parmana/evidence/v1",
          execution_id: "e-1",
          signals: values,
          signalProvenance: provenance,
        });
        const read = parseEvidence(bytes);
        expect(signalProvenanceHash(read.signalProvenance)).toBe(signalProvenanceHash(provenance));
        expect(evidenceBytes(read)).toEqual(bytes);
        const value = read.signals[stated.signal];
        const record = read.signalProvenance[stated.signal];
        if (value === undefined || record === undefined) throw new Error("the signal got lost");
        const id = "executionId" in name ? name.executionId : undefined;
        expect(verifies({ value, provenance: record }, stated.signal, id)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a source signs nothing", () => {
  it.each([
    ["for neither an execution nor a subject", withoutName],
    ["for both", { ...observed, subject: "17" }],
    ["for an execution whose id is none", { ...observed, executionId: "../x" }],
    ["without a signal", { ...observed, signal: undefined }],
    ["for a signal that is no text", { ...observed, signal: 5 }],
    ["with a member it does not know", { ...observed, expires: "never" }],
    ["of no object", null],
    ["of what is inherited", Object.create(observed)],
  ])("%s", async (...[, input]) => {
    await refusedWith("INV-037", input);
  });

  it.each([
    ["VAL-023", "without a value", { ...observed, value: undefined }],
    ["VAL-023", "of a governed signal", { ...observed, value: { value: 1, provenance: {} } }],
    ["VAL-024", "that is not finite", { ...observed, value: Number.NaN }],
    ["VAL-025", "that is half a character", { ...observed, value: "\ud800" }],
    ["VAL-026", "in a list of lists", { ...observed, value: [[1]] }],
    ["VAL-029", "under a name that is too long", { ...observed, signal: "n".repeat(257) }],
    ["VAL-028", "without a source", { ...observed, source: "" }],
    ["VAL-028", "without a time", { ...observed, observedAt: undefined }],
    ["VAL-028", "at another spelling of a time", { ...observed, observedAt: "2026-11-20T22:00:00Z" }],
    ["VAL-028", "with a hash that is none", { ...observed, evidenceHash: "sha256:00" }],
    ["VAL-028", "for a subject of two lines", { ...withoutName, subject: "17\n18" }],
  ])("%s: %s", async (code, _what, input) => {
    await refusedWith(code, input);
  });

  it("when its key signs something of the wrong length", async () => {
    const broken: Signer = { keyId: signer.keyId, sign: () => Promise.resolve(new Uint8Array(63)) };
    await expect(attestSignal(observed, broken)).rejects.toMatchObject({ code: "SIG-006" });
  });

  it("that names nothing, also in bytes only", () => {
    expect(() =>
      signalStatementBytes({ signal: "n", value: 1, provenance: { source: "a" }, executionId: undefined }),
    ).toThrow(expect.objectContaining({ code: "INV-037" }));
  });
});

describe("a polluted Object.prototype (threat 58)", () => {
  it("adds no subject and no execution to what is signed", () => {
    const statement = { signal: "n", value: 1, provenance: { source: "a" }, executionId: "e-1" };
    const before = signalStatementBytes(statement);
    Object.defineProperty(Object.prototype, "subject", { value: "claim 17", configurable: true });
    let after: Uint8Array;
    try {
      after = signalStatementBytes(statement);
    } finally {
      Reflect.deleteProperty(Object.prototype, "subject");
    }
    expect(after).toEqual(before);
  });
});
