import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalize, parseStrict, sha256 } from "@parmanasystems/canonical";
import { normalizeGovernedSignals, signalsHash } from "@parmanasystems/provenance";
import { executionFingerprint, fingerprintSignals } from "../src/index.js";
import { signals } from "./fixtures.js";

const policy = { policyId: "claims-approval", policyVersion: "1.0.0" };

const text = fc.string({ unit: "grapheme" });
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 0.1, 1e21 / 1e6, 5e-324),
);
const name = fc.oneof(text, fc.constantFrom("__proto__", "constructor", "toJSON", "then", "hasOwnProperty"));
const facts = fc
  .uniqueArray(fc.tuple(name, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }))), {
    selector: ([key]) => key,
  })
  .map((entries) => normalizeGovernedSignals(Object.fromEntries(entries)).values);

describe("the execution fingerprint", () => {
  it("is the hash of the canonical policy and signals", () => {
    expect(executionFingerprint({ ...policy, signals })).toBe(
      sha256(
        '{"policyId":"claims-approval","policyVersion":"1.0.0",' +
          '"signals":{"claim_amount":100000,"risk_score":80,"vip_customer":false}}',
      ),
    );
  });

  it("and its fast path equal the definition, for any signals", () => {
    fc.assert(
      fc.property(facts, text, text, (values, policyId, policyVersion) => {
        const definition = sha256(canonicalize({ policyId, policyVersion, signals: values }));
        expect(executionFingerprint({ policyId, policyVersion, signals: values })).toBe(definition);
        expect(fingerprintSignals({ policyId, policyVersion, signals: values })).toEqual({
          executionFingerprint: definition,
          signalsHash: signalsHash(values),
        });
      }),
    );
  });

  it("does not depend on key order, white space or the spelling of numbers (threat 4)", () => {
    const spellings = [
      '{"a":1,"b":0,"c":"x"}',
      '{"c":"x","b":-0,"a":1.0}',
      '{ "b" : 0.0, "a" : 1e0, "c" : "\\u0078" }',
      '{"a":10e-1,"c":"x","b":0e5}',
    ];
    const fingerprints = spellings.map((spelling) =>
      executionFingerprint({ ...policy, signals: normalizeGovernedSignals(parseStrict(spelling)).values }),
    );
    expect(new Set(fingerprints).size).toBe(1);
  });

  it.each([
    ["a value", { ...signals, risk_score: 81 }],
    ["a type", { ...signals, risk_score: "80" }],
    ["a name", { claim_amount: 100_000, risk: 80, vip_customer: false }],
    ["an extra signal", { ...signals, extra: false }],
    ["a signal named __proto__ (threat 3)", { ...signals, ["__proto__"]: 1 }],
  ])("changes with %s", (_, changed) => {
    expect(executionFingerprint({ ...policy, signals: changed })).not.toBe(
      executionFingerprint({ ...policy, signals }),
    );
  });

  it("keeps composed and decomposed text apart (threat 5)", () => {
    const of = (value: string): string => executionFingerprint({ ...policy, signals: { value } });
    expect(of("\u00e9")).not.toBe(of("e\u0301"));
  });

  it("changes with the policy and its version", () => {
    const fingerprints = [
      executionFingerprint({ ...policy, signals }),
      executionFingerprint({ ...policy, policyVersion: "1.0.1", signals }),
      executionFingerprint({ ...policy, policyId: "claims", signals }),
    ];
    expect(new Set(fingerprints).size).toBe(3);
  });
});
