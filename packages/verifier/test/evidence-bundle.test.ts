import { canonicalBytes, encodeUtf8, parseStrict, type JsonObject } from "@parmanasystems/canonical";
import { evidenceBytes } from "@parmanasystems/provenance";
import { encodeBase64 } from "@parmanasystems/signing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type EvidenceBundle,
  formatEvidenceBundle,
  parseEvidenceBundle,
  verifyAttestation,
} from "../src/index.js";
import { createWorld, jsonBytes, signers, times, trustRootOf, type World } from "./fixture.js";

let world: World;
let bundle: EvidenceBundle;
let members: JsonObject;

beforeAll(async () => {
  const first = await trustRootOf();
  world = await createWorld({ trustRoot: first });
  const trustRoot = await trustRootOf({ after: first });
  const { material, attestation, evidence } = world;
  bundle = {
    attestation: canonicalBytes(attestation),
    evidence: evidenceBytes(evidence),
    bundle: material.bundle,
    policyIndex: material.policyIndex,
    formerPolicyIndexes: [],
    release: material.release,
    trustRoot: {
      document: trustRoot.document,
      signature: trustRoot.signature,
      predecessors: trustRoot.predecessors ?? [],
    },
    logProof: encodeUtf8("c2sp.org/tlog-proof@v1\n"),
    resolution: undefined,
  };
  members = parseStrict(formatEvidenceBundle(bundle)) as JsonObject;
});

const refused = (code: string): unknown => expect.objectContaining({ code });
const parseWith = (changes: Record<string, unknown>) => () =>
  parseEvidenceBundle(jsonBytes({ ...members, ...changes }));

describe("an evidence bundle", () => {
  it("gives back every byte that was put in, and is the same bytes each time", () => {
    const file = formatEvidenceBundle(bundle);
    const read = parseEvidenceBundle(file);
    expect(read).toEqual(bundle);
    expect(read.trustRoot.predecessors).toHaveLength(1);
    expect(formatEvidenceBundle(read)).toEqual(file);
  });

  it("is refused before it takes more memory than any bundle could (threat 57)", () => {
    const brackets = encodeUtf8(`{"type":[${"[],".repeat(100_000)}[]]}`);
    let found: unknown;
    try {
      parseEvidenceBundle(brackets);
    } catch (error) {
      found = error;
    }
    expect(found).toMatchObject({ code: "INV-100", cause: { code: "CANONICAL-013" } });
  });

  it("is refused in a sentence of one line, whatever its members are called", () => {
    for (const name of ["\n✓ VERIFIED", "\r", "\u001b[2J", "\u202e", "\u2028", "x".repeat(100_000)]) {
      let message = "";
      try {
        parseWith({ [name]: 1 })();
      } catch (error) {
        message = String(error);
      }
      expect(message).toMatch(
        /^VerifierError: \[INV-100\] In an evidence bundle, "\/[\x20-\x7e\u2713…]{1,70} must /,
      );
      for (const each of ["\n", "\r", "\u001b", "\u202e", "\u2028"]) expect(message).not.toContain(each);
    }
  });

  it("may lack the evidence, and may tell how an override ended", () => {
    const other = {
      ...bundle,
      evidence: undefined,
      formerPolicyIndexes: [bundle.policyIndex],
      resolution: {
        attestation: jsonBytes({ a: 1 }),
        votes: jsonBytes([]),
        release: bundle.release,
        logProof: bundle.logProof,
      },
    };
    expect(parseEvidenceBundle(formatEvidenceBundle(other))).toEqual(other);
  });

  it("holds what verifyAttestation takes, but for the pinned key", () => {
    const { attestation, trustRoot, logProof, resolution, ...material } = parseEvidenceBundle(
      formatEvidenceBundle(bundle),
    );
    expect(logProof).toEqual(bundle.logProof);
    expect(resolution).toBeUndefined();
    const judge = (pinnedKey: typeof signers.root.publicKey) =>
      verifyAttestation(attestation, {
        ...material,
        trustRoot: { ...trustRoot, pinnedKey },
        now: times.now,
        requiredLevel: "L4",
      });
    expect(judge(signers.root.publicKey)).toMatchObject({ verdict: "verified" });
    expect(judge(signers.otherRoot.publicKey)).toMatchObject({ verdict: "refused", level: "none" });
  });

  it("round-trips whatever bytes it is made of", () => {
    const bytes = () => fc.uint8Array({ maxLength: 64 });
    const signed = () => fc.record({ document: bytes(), signature: bytes() });
    fc.assert(
      fc.property(
        fc.record({
          attestation: bytes(),
          evidence: fc.option(bytes(), { nil: undefined }),
          bundle: fc.record({
            manifest: bytes(),
            signature: bytes(),
            files: fc
              .dictionary(fc.string({ unit: "grapheme" }), bytes())
              .map((files) => new Map(Object.entries(files))),
          }),
          policyIndex: signed(),
          formerPolicyIndexes: fc.array(signed(), { maxLength: 3 }),
          release: signed(),
          trustRoot: fc.record({
            document: bytes(),
            signature: bytes(),
            predecessors: fc.array(signed(), { maxLength: 3 }),
          }),
          logProof: bytes(),
          resolution: fc.option(
            fc.record({ attestation: bytes(), votes: bytes(), release: signed(), logProof: bytes() }),
            { nil: undefined },
          ),
        }),
        (made) => {
          expect(parseEvidenceBundle(formatEvidenceBundle(made))).toEqual(made);
        },
      ),
    );
  });
});

describe("what is no evidence bundle is refused (INV-100)", () => {
  it.each([
    ["of another version", { type: "parmana/evidence-bundle/v2" }],
    ["with a member that nobody knows", { comment: "trust me" }],
    ["with a pinned key of its own", { pinnedKey: "MCowBQYDK2VwAyEA" }],
    ["with an attestation as JSON", { attestation: { decision: "approved" } }],
    ["without an attestation", { attestation: null }],
    ["with loose base64", { logProof: "YQ" }],
    ["with base64 of the other alphabet", { evidence: "-_8=" }],
    ["with a list for a bundle", { policyBundle: [] }],
    ["with a list for files", { policyBundle: { manifest: "", signature: "", files: [] } }],
    ["with a file that is a number", { policyBundle: { manifest: "", signature: "", files: { a: 1 } } }],
    ["with an index that lacks its signature", { policyIndex: { document: "" } }],
    ["with a trust root that lacks its predecessors", { trustRoot: { document: "", signature: "" } }],
    ["with a document for a list", { formerPolicyIndexes: { document: "", signature: "" } }],
    ["with a release that is null", { release: null }],
    ["with a resolution without votes", { resolution: { attestation: "" } }],
  ])("one %s", (_, changes) => {
    expect(parseWith(changes)).toThrow(refused("INV-100"));
  });

  it("one that lacks a member", () => {
    for (const name of Object.keys(members)) {
      const rest = Object.fromEntries(Object.entries(members).filter(([member]) => member !== name));
      expect(() => parseEvidenceBundle(jsonBytes(rest)), name).toThrow(refused("INV-100"));
    }
  });

  it("text that is no strict JSON, and what is no bytes at all", () => {
    for (const text of ["", "[]", "null", `{"type":1,"type":2}`, "\ufeff{}"])
      expect(() => parseEvidenceBundle(encodeUtf8(text)), text).toThrow(refused("INV-100"));
    const parse = parseEvidenceBundle as (value: unknown) => unknown;
    for (const value of [undefined, "{}", members]) expect(() => parse(value)).toThrow(refused("INV-100"));
  });
});

describe("sizes are bounded (INV-061)", () => {
  it("of the whole, before it is read", () => {
    expect(() => parseEvidenceBundle(new Uint8Array(33_554_433))).toThrow(refused("INV-061"));
  });

  it("of each part", () => {
    const zeros = (length: number) => encodeBase64(new Uint8Array(length));
    expect(parseWith({ attestation: zeros(65_537) })).toThrow(refused("INV-061"));
    expect(parseWith({ evidence: zeros(4_194_305) })).toThrow(refused("INV-061"));
    expect(parseWith({ logProof: zeros(1_048_577) })).toThrow(refused("INV-061"));
    expect(parseWith({ release: { document: "", signature: zeros(65_537) } })).toThrow(refused("INV-061"));
    const files = Object.fromEntries(Array.from({ length: 1_025 }, (_, at) => [`f${at}`, ""]));
    expect(parseWith({ policyBundle: { manifest: "", signature: "", files } })).toThrow(refused("INV-061"));
  });

  it("of the lists", () => {
    const many = Array.from({ length: 1_025 }, () => ({ document: "", signature: "" }));
    expect(parseWith({ formerPolicyIndexes: many })).toThrow(refused("INV-100"));
  });

  it("of what is written, too", () => {
    expect(() => formatEvidenceBundle({ ...bundle, attestation: new Uint8Array(65_537) })).toThrow(
      refused("INV-061"),
    );
  });
});
