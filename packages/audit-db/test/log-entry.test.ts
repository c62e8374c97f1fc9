import { canonicalBytes, decodeHex, formatTimestamp, sha256 } from "@parmanasystems/canonical";
import { auditEvents, replayIdentities } from "@parmanasystems/execution-runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafHash, type LogEntry, parseLogEntry } from "../src/index.js";
import { encodeEntry, entryHead } from "../src/log-entry.js";
import { formatHash } from "../src/row.js";
import { refusal } from "./support.js";

const hashes = fc.string().map((text) => sha256(text));
const entries: fc.Arbitrary<LogEntry> = fc
  .record({
    type: fc.constant("parmana/log-entry/v1" as const),
    seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    time: fc.nat({ max: 253_339_142_399_999 }).map(formatTimestamp),
    event: fc.constantFrom(...auditEvents),
    execution_id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/),
    execution_fingerprint: hashes,
    attestationHash: fc.option(hashes),
    decision: fc.option(
      fc.constantFrom("approved" as const, "rejected" as const, "pending_override" as const),
    ),
    code: fc.option(fc.stringMatching(/^[A-Z][A-Z0-9-]{1,63}$/)),
    replayIdentity: fc.constantFrom(...replayIdentities),
  })
  .map((entry) => ({ ...entry, replayIdentity: entry.event === "attested" ? entry.replayIdentity : null }));

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

  it("is refused as damage when it is none", () => {
    expect(() => parseLogEntry(Buffer.from("{"))).toThrow(refusal("SYS-013"));
    expect(() => parseLogEntry(Buffer.from("{}"))).toThrow(refusal("SYS-013"));
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
