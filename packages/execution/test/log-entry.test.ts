import { canonicalBytes, encodeUtf8, formatTimestamp, sha256 } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditEvents, ExecutionError, type LogEntry, parseLogEntry, replayIdentities } from "../src/index.js";
import { codeOf } from "./code-of.js";

const hashes = fc.string().map((text) => sha256(text));
const outcomes = ["approved", "rejected", "pending_override"] as const;
const entries: fc.Arbitrary<LogEntry> = fc
  .record({
    type: fc.constant("parmana/log-entry/v1" as const),
    seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    time: fc.nat({ max: 253_339_142_399_999 }).map(formatTimestamp),
    event: fc.constantFrom(...auditEvents),
    execution_id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/),
    execution_fingerprint: hashes,
    attestationHash: fc.option(hashes),
    decision: fc.option(fc.constantFrom(...outcomes)),
    code: fc.option(fc.stringMatching(/^[A-Z][A-Z0-9-]{1,63}$/)),
    replayIdentity: fc.constantFrom(...replayIdentities),
  })
  .map((entry) => ({ ...entry, replayIdentity: entry.event === "attested" ? entry.replayIdentity : null }));

describe("a log entry", () => {
  it("reads back as it was, and is frozen", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const read = parseLogEntry(canonicalBytes(entry));
        expect(read).toEqual(entry);
        expect(Object.isFrozen(read)).toBe(true);
      }),
    );
  });

  it("is refused when one byte of it changes into anything that is not another entry", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, position, flip) => {
        const bytes = canonicalBytes(entry);
        const index = position % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        try {
          expect(canonicalBytes(parseLogEntry(bytes))).toEqual(bytes);
        } catch (error) {
          if (!ExecutionError.isInstance(error)) throw error;
          expect(error.code).toBe("INV-028");
        }
      }),
    );
  });

  const valid =
    '{"attestationHash":null,"code":null,"decision":null,"event":"failed","execution_fingerprint":"FP","execution_id":"a","replayIdentity":null,"seq":0,"time":"2026-11-20T12:00:00.000Z","type":"parmana/log-entry/v1"}'.replace(
      "FP",
      sha256("x"),
    );

  it.each([
    { what: "not JSON", text: "{" },
    { what: "a duplicate name", text: valid.replace('"seq":0', '"seq":0,"seq":1') },
    { what: "an unknown member", text: valid.replace('"seq":0', '"seq":0,"size":1') },
    { what: "a missing member", text: valid.replace('"seq":0,', "") },
    { what: "a number of more than one spelling", text: valid.replace('"seq":0', '"seq":0.0') },
    { what: "a megabyte of white space", text: valid + " ".repeat(1_000_000) },
    { what: "white space", text: `${valid} ` },
    {
      what: "another order",
      text: valid.replace('"attestationHash":null,"code":null', '"code":null,"attestationHash":null'),
    },
    { what: "another type", text: valid.replace("log-entry/v1", "log-entry/v2") },
    { what: "a negative position", text: valid.replace('"seq":0', '"seq":-1') },
    { what: "a fractional position", text: valid.replace('"seq":0', '"seq":0.5') },
    { what: "an unknown event", text: valid.replace('"failed"', '"lost"') },
    { what: "an id with a space", text: valid.replace('"execution_id":"a"', '"execution_id":"a b"') },
    { what: "a short fingerprint", text: valid.replace(sha256("x"), "sha256:00") },
    { what: "a decision that is none", text: valid.replace('"decision":null', '"decision":"maybe"') },
    {
      what: "an attestation hash that is none",
      text: valid.replace('"attestationHash":null', '"attestationHash":""'),
    },
    { what: "a code that is none", text: valid.replace('"code":null', '"code":"no code"') },
    {
      what: "an identity that is none",
      text: valid.replace('"replayIdentity":null', '"replayIdentity":"facts"'),
    },
    {
      what: "an identity where nothing was attested",
      text: valid.replace('"replayIdentity":null', '"replayIdentity":"fingerprint"'),
    },
    {
      what: "an attested execution that does not say how it is consumed",
      text: valid.replace('"failed"', '"attested"'),
    },
    { what: "no identity at all", text: valid.replace('"replayIdentity":null,', "") },
    { what: "an impossible date", text: valid.replace("2026-11-20", "2026-02-30") },
  ])("with $what is refused", ({ text }) => {
    expect(parseLogEntry(encodeUtf8(valid)).event).toBe("failed");
    expect(codeOf(() => parseLogEntry(encodeUtf8(text)))).toBe("INV-028");
  });
});
