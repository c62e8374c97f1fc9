import { canonicalBytes, decodeHex, formatTimestamp, sha256 } from "@parmanasystems/canonical";
import { auditEvents } from "@parmanasystems/execution-runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafHash, type LogEntry, parseLogEntry } from "../src/index.js";
import { decisionOutcomes, encodeEntry, entryHead } from "../src/log-entry.js";
import { formatHash } from "../src/row.js";
import { refusal } from "./support.js";

const hashes = fc.string().map((text) => sha256(text));
const entries: fc.Arbitrary<LogEntry> = fc.record({
  type: fc.constant("parmana/log-entry/v1" as const),
  seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  time: fc.nat({ max: 253_339_142_399_999 }).map(formatTimestamp),
  event: fc.constantFrom(...auditEvents),
  execution_id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/),
  execution_fingerprint: hashes,
  attestationHash: fc.option(hashes),
  decision: fc.option(fc.constantFrom(...decisionOutcomes)),
  code: fc.option(fc.stringMatching(/^[A-Z][A-Z0-9-]{1,63}$/)),
});

describe("a log entry", () => {
  it("is its canonical JSON, and reads back as it was", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const { type, seq, time, ...rest } = entry;
        const encoded = encodeEntry(entryHead(rest), seq, time);
        expect(type).toBe("parmana/log-entry/v1");
        expect(Buffer.from(encoded.bytes).equals(canonicalBytes(entry))).toBe(true);
        expect(formatHash(encoded.leafHash)).toBe(leafHash(encoded.bytes));
        expect(parseLogEntry(encoded.bytes)).toEqual(entry);
      }),
    );
  });

  it("is refused when one byte of it changes into anything that is not another entry", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, position, flip) => {
        const bytes = canonicalBytes(entry);
        const index = position % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        const before = leafHash(canonicalBytes(entry));
        try {
          const changed = parseLogEntry(bytes);
          expect(changed).not.toEqual(entry);
          expect(leafHash(canonicalBytes(changed))).not.toBe(before);
        } catch (error) {
          expect(error).toEqual(refusal("SYS-013"));
        }
      }),
    );
  });

  const valid =
    '{"attestationHash":null,"code":null,"decision":null,"event":"failed","execution_fingerprint":"FP","execution_id":"a","seq":0,"time":"2026-11-20T12:00:00.000Z","type":"parmana/log-entry/v1"}'.replace(
      "FP",
      sha256("x"),
    );

  it.each([
    { what: "not JSON", text: "{" },
    { what: "a duplicate name", text: valid.replace('"seq":0', '"seq":0,"seq":1') },
    { what: "an unknown member", text: valid.replace('"seq":0', '"seq":0,"size":1') },
    { what: "a missing member", text: valid.replace('"seq":0,', "") },
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
    { what: "an impossible date", text: valid.replace("2026-11-20", "2026-02-30") },
  ])("with $what is refused", ({ text }) => {
    expect(parseLogEntry(Buffer.from(valid)).event).toBe("failed");
    expect(() => parseLogEntry(Buffer.from(text))).toThrow(refusal("SYS-013"));
  });
});

describe("the leaf hash is that of RFC 6962 section 2.1", () => {
  it.each([
    ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    ["00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"],
    ["40414243", "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658"],
  ])("of %j", (input, expected) => {
    expect(leafHash(decodeHex(input))).toBe(`sha256:${expected}`);
  });
});
