import { CanonicalError, canonicalize } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Evidence,
  evidenceBytes,
  isExecutionId,
  normalizeGovernedSignals,
  parseEvidence,
  signalProvenanceHash,
  signalsHash,
} from "../src/index.js";
import { expectCode } from "./expect-code.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const normalized = normalizeGovernedSignals({
  amount: { value: 1200, provenance: { source: "claims-db", observedAt: "2026-11-20T22:00:00.000Z" } },
  tags: ["a", "b"],
});
const evidence: Evidence = {
  type: "parmana/evidence/v1",
  execution_id: "exec_01",
  signals: normalized.values,
  signalProvenance: normalized.provenance,
};

describe("evidence", () => {
  it("is canonical JSON and comes back frozen, with the same hashes", () => {
    const bytes = evidenceBytes(evidence);
    expect(new TextDecoder().decode(bytes)).toBe(
      '{"execution_id":"exec_01","signalProvenance":{"amount":{"observedAt":"2026-11-20T22:00:00.000Z","source":"claims-db"}},' +
        '"signals":{"amount":1200,"tags":["a","b"]},"type":"parmana/evidence/v1"}',
    );
    const read = parseEvidence(bytes);
    expect(signalsHash(read.signals)).toBe(signalsHash(normalized.values));
    expect(signalProvenanceHash(read.signalProvenance)).toBe(signalProvenanceHash(normalized.provenance));
    for (const part of [read, read.signals, read.signalProvenance, read.signalProvenance["amount"]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.getPrototypeOf(read.signalProvenance)).toBe(null);
  });

  it("keeps its meaning in a pretty-printed file", () => {
    const pretty = utf8(JSON.stringify(evidence, null, 2));
    expect(signalsHash(parseEvidence(pretty).signals)).toBe(signalsHash(evidence.signals));
  });

  it("of anything that normalizes can be written and read", () => {
    const scalar = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double({ min: -1e15, max: 1e15, noNaN: true }),
    );
    const signals = fc.dictionary(fc.string(), fc.oneof(scalar, fc.array(scalar)));
    fc.assert(
      fc.property(signals, (given) => {
        const { values, provenance } = normalizeGovernedSignals(given);
        const bytes = evidenceBytes({ ...evidence, signals: values, signalProvenance: provenance });
        const read = parseEvidence(bytes);
        expect(signalsHash(read.signals)).toBe(signalsHash(values));
        expect(evidenceBytes(read)).toEqual(bytes);
      }),
    );
  });

  it("of the heaviest signals still fits its own limit", () => {
    const control = "\u0001".repeat(52_000);
    const signals = Object.fromEntries(
      Array.from({ length: 10 }, (...[, index]) => [`s${String(index)}`, control]),
    );
    const { values } = normalizeGovernedSignals(signals);
    const bytes = evidenceBytes({ ...evidence, signals: values, signalProvenance: {} });
    expect(bytes.length).toBeGreaterThan(3_000_000);
    expect(signalsHash(parseEvidence(bytes).signals)).toBe(signalsHash(values));
  });

  it("of the heaviest provenance fits beside the heaviest signals", () => {
    // Names of control characters, which JSON writes six times as long, and labels of three UTF-8 bytes a character.
    const label = "\u20ac".repeat(256);
    const provenance = {
      source: label,
      subject: label,
      observedAt: "2026-11-20T22:00:00.000Z",
      evidenceHash: `sha256:${"0a".repeat(32)}`,
      attestation: { keyid: "A".repeat(43), sig: `${"A".repeat(86)}==` },
    };
    const signals = Object.fromEntries(
      Array.from({ length: 256 }, (...[, index]) => [
        "\u0001".repeat(253) + String(index).padStart(3, "0"),
        { value: "\u0001".repeat(1_790), provenance },
      ]),
    );
    const { values, provenance: origins } = normalizeGovernedSignals(signals);
    const bytes = evidenceBytes({ ...evidence, signals: values, signalProvenance: origins });
    expect(bytes.length).toBeGreaterThan(3_900_000);
    expect(signalProvenanceHash(parseEvidence(bytes).signalProvenance)).toBe(signalProvenanceHash(origins));
  });

  const given = { ...evidence, signals: { amount: 1 }, signalProvenance: { amount: { source: "crm" } } };
  it.each([
    ["another type", { ...given, type: "parmana/evidence/v2" }, "INV-034"],
    ["no type (threat 19)", { ...given, type: undefined }, "INV-034"],
    ["an unknown member (threat 19)", { ...given, note: "" }, "INV-034"],
    ["no provenance record", { type: given.type, execution_id: "e", signals: {} }, "INV-034"],
    ["a list of provenance", { ...given, signalProvenance: [] }, "INV-034"],
    [
      "governed signals",
      { ...given, signals: { amount: { value: 1, provenance: { source: "crm" } } } },
      "INV-034",
    ],
    ["another object", { ...given, signals: { amount: { value: 1 } } }, "INV-034"],
    ["an object after a value that is none", { ...given, signals: { a: null, b: {} } }, "INV-034"],
    ["an empty execution_id", { ...given, execution_id: "" }, "INV-035"],
    ["a path as execution_id", { ...given, execution_id: "../x" }, "INV-035"],
    ["provenance without its signal", { ...given, signals: {} }, "INV-036"],
    [
      "provenance of an inherited name",
      { ...given, signalProvenance: { toString: { source: "crm" } } },
      "INV-036",
    ],
    [
      "a malformed attestation",
      { ...given, signalProvenance: { amount: { source: "crm", attestation: { keyid: "", sig: "" } } } },
      "VAL-028",
    ],
    ["malformed provenance", { ...given, signalProvenance: { amount: { source: "" } } }, "VAL-028"],
    ["a null signal", { ...given, signals: { amount: null } }, "VAL-023"],
    ["no object", [], "INV-034"],
  ])("is refused with %s", (...[, value, code]) => {
    expectCode(code, () => parseEvidence(utf8(JSON.stringify(value))));
    expectCode(code, () => evidenceBytes(value as unknown as Evidence));
  });

  it("is refused when it is not strict JSON (threats 1 and 7)", () => {
    const text = canonicalize(evidence);
    for (const bad of [
      `${text}x`,
      text.replace('"type"', '"type":"x","type"'),
      "",
      "[".repeat(100_000),
      " ".repeat(5_000_000),
    ]) {
      expect(() => parseEvidence(utf8(bad))).toThrow(CanonicalError);
    }
  });
});

describe("an execution id", () => {
  it("is 1 to 128 of a few characters", () => {
    for (const id of ["e", "exec_01", "urn:uuid:0190-A.b", "x".repeat(128)])
      expect(isExecutionId(id)).toBe(true);
    for (const id of ["", "x".repeat(129), "a b", "a/b", "é", "a\n", "a\u0000", 1, null, undefined]) {
      expect(isExecutionId(id)).toBe(false);
    }
  });
});
