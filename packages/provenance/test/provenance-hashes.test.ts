import { sha256 } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeGovernedSignals, signalProvenanceHash, signalsHash } from "../src/index.js";

const signedBy = (letter: string) => ({ keyid: letter.repeat(43), sig: `${"A".repeat(86)}==` });

describe("the hashes an attestation binds", () => {
  it("are over the canonical form, whatever the order of the signals (threat 4)", () => {
    const { values } = normalizeGovernedSignals({ b: 1, a: ["x"] });
    const { values: reordered } = normalizeGovernedSignals({ a: ["x"], b: 1 });
    expect(signalsHash(values)).toBe(sha256('{"a":["x"],"b":1}'));
    expect(signalsHash(reordered)).toBe(signalsHash(values));
  });

  it("of no provenance is the hash of an empty object, also for another empty object", () => {
    const { provenance } = normalizeGovernedSignals({ a: 1 });
    expect(signalProvenanceHash(provenance)).toBe(sha256("{}"));
    expect(signalProvenanceHash({})).toBe(sha256("{}"));
  });

  it("changes when provenance is added, dropped, swapped or edited (threat 61)", () => {
    const hashOf = (signals: object): string =>
      signalProvenanceHash(normalizeGovernedSignals(signals).provenance);
    const crm = { source: "crm" };
    const db = { source: "db" };
    const hashes = [
      hashOf({ a: 1, b: 2 }),
      hashOf({ a: { value: 1, provenance: crm }, b: 2 }),
      hashOf({ a: { value: 1, provenance: crm }, b: { value: 2, provenance: db } }),
      hashOf({ a: { value: 1, provenance: db }, b: { value: 2, provenance: crm } }),
      hashOf({ a: { value: 1, provenance: { ...crm, observedAt: "2026-11-20T22:00:00.000Z" } }, b: 2 }),
      hashOf({ a: { value: 1, provenance: { ...crm, subject: "17" } }, b: 2 }),
      hashOf({ a: { value: 1, provenance: { ...crm, subject: "18" } }, b: 2 }),
      hashOf({ a: { value: 1, provenance: { ...crm, attestation: signedBy("A") } }, b: 2 }),
      hashOf({ a: { value: 1, provenance: { ...crm, attestation: signedBy("E") } }, b: 2 }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("never agree for different values", () => {
    const values = fc.dictionary(
      fc.constantFrom("a", "b", "__proto__"),
      fc.oneof(fc.boolean(), fc.nat(3), fc.constantFrom("0", "true", "")),
    );
    fc.assert(
      fc.property(values, values, (left, right) => {
        const [x, y] = [normalizeGovernedSignals(left).values, normalizeGovernedSignals(right).values];
        const names = Object.keys(x);
        const same =
          names.length === Object.keys(y).length && names.every((name) => Object.is(x[name], y[name]));
        expect(signalsHash(x) === signalsHash(y)).toBe(same);
      }),
    );
  });
});
