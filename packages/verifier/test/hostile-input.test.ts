import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { toEnvelope } from "@parmanasystems/execution";
import { openTrustRoot } from "@parmanasystems/governance";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkBundle } from "../src/bundle-checks.js";
import { Checklist } from "../src/checklist.js";
import { checkCatalogue, createAttestationVerifier, verifyAttestation, type AttestationInput, type AttestationVerifier, type PinnedTrustRoot } from "../src/index.js";
import { known, type Known } from "../src/known.js";
import { checkPolicyIndex } from "../src/policy-index-checks.js";
import { checkRelease } from "../src/release-checks.js";
import { createWorld, failures, jsonBytes, signers, times, trustRootOf, withProvenance, type World } from "./fixture.js";

let world: World;
let verifier: AttestationVerifier;
beforeAll(async () => {
  world = await createWorld();
  verifier = createAttestationVerifier(world.material);
});

function flipped(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

/** Positions whose flip is not refused. */
function accepted(bytes: Uint8Array, masks: readonly number[], isVerified: (changed: Uint8Array) => boolean): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    for (const mask of masks) if (isVerified(flipped(bytes, at, mask))) found.push(`byte ${at} ^ ${mask}`);
  }
  return found;
}

const everyBit = [1, 2, 4, 8, 16, 32, 64, 128];

describe("one changed byte is refused, wherever it is", () => {
  it("in the flat attestation, every bit of it", () => {
    expect(accepted(jsonBytes(world.attestation), everyBit, (bytes) => verifier.verify(bytes).verdict === "verified")).toEqual([]);
  });

  it("in the envelope", () => {
    expect(accepted(jsonBytes(toEnvelope(world.attestation)), [1, 128], (bytes) => verifier.verify(bytes).verdict === "verified")).toEqual([]);
  });

  it("in the evidence", () => {
    const { evidence = new Uint8Array() } = world.options;
    expect(evidence.length).toBeGreaterThan(100);
    expect(accepted(evidence, everyBit, (bytes) => verifier.verify(world.attestation, { evidence: bytes }).verdict === "verified")).toEqual([]);
  });

  it("in manifest, policy.json, index and release, and in each of their signatures", () => {
    const { trustRoot, bundle, policyIndex, release } = world.material;
    const root = known(openTrustRoot({ ...trustRoot, pinnedKey: signers.root.publicKey }));
    const policy = bundle.files.get("policy.json") ?? new Uint8Array();
    const documents: readonly (readonly [Uint8Array, (changed: Uint8Array) => Known<unknown>])[] = [
      [bundle.manifest, (manifest) => checkBundle(new Checklist(), known({ ...bundle, manifest }), root)],
      [bundle.signature, (signature) => checkBundle(new Checklist(), known({ ...bundle, signature }), root)],
      [policy, (changed) => checkBundle(new Checklist(), known({ ...bundle, files: new Map([["policy.json", changed]]) }), root)],
      [policyIndex.document, (document) => checkPolicyIndex(new Checklist(), known({ ...policyIndex, document }), root, known(times.now))],
      [policyIndex.signature, (signature) => checkPolicyIndex(new Checklist(), known({ ...policyIndex, signature }), root, known(times.now))],
      [release.document, (document) => checkRelease(new Checklist(), known({ ...release, document }), root)],
      [release.signature, (signature) => checkRelease(new Checklist(), known({ ...release, signature }), root)],
    ];
    for (const [bytes, check] of documents) {
      expect(bytes.length).toBeGreaterThan(100);
      expect(check(bytes).known).toBe(true);
      expect(accepted(bytes, [1, 128], (changed) => check(changed).known)).toEqual([]);
    }
  });

  it("in the trust root and in its signature", async () => {
    // Two keys: admitting one takes 1 ms, and every flip admits them again.
    const small = await trustRootOf({ minimal: true });
    const attestation = withProvenance(world.attestation, { trustRootHash: sha256(small.document) });
    const isVerified = (trustRoot: PinnedTrustRoot): boolean => verifyAttestation(attestation, { trustRoot }).verdict === "verified";
    expect(isVerified(small)).toBe(true);
    expect(accepted(small.document, [1], (document) => isVerified({ ...small, document }))).toEqual([]);
    expect(accepted(small.signature, [1], (signature) => isVerified({ ...small, signature }))).toEqual([]);
  });
});

describe("hostile sizes cost bounded time (threat 57)", () => {
  const within = (ms: number, act: () => void): void => {
    const started = performance.now();
    act();
    expect(performance.now() - started).toBeLessThan(ms);
  };

  it("refuses 100 MB where a file of a few KB belongs, before reading it", () => {
    const huge = new Uint8Array(100_000_000);
    const { trustRoot, bundle, policyIndex, release } = world.material;
    within(1_000, () => {
      expect(failures(verifier.verify(huge))).toEqual({ "attestation.form": "INV-061" });
      expect(failures(verifier.verify(world.attestation, { evidence: huge }))).toEqual({ "evidence.form": "INV-061" });
      const codes = [
        { trustRoot: { ...trustRoot, document: huge } },
        { trustRoot: { ...trustRoot, signature: huge } },
        { bundle: { ...bundle, manifest: huge } },
        { bundle: { ...bundle, signature: huge } },
        { bundle: { ...bundle, files: new Map([["policy.json", huge]]) } },
        { bundle: { ...bundle, files: new Map(Array.from({ length: 2_000 }, (_, at) => [`file-${at}`, new Uint8Array()])) } },
        { policyIndex: { ...policyIndex, document: huge } },
        { release: { ...release, document: huge } },
      ].map((changes) => Object.values(failures(verifyAttestation(world.attestation, { ...world.material, ...changes }))));
      expect(codes).toEqual(codes.map(() => ["INV-061"]));
    });
  });

  it("refuses deep, wide and endless JSON", () => {
    const hostile = [
      "[".repeat(60_000),
      `${'{"payload":'.repeat(5_000)}1${"}".repeat(5_000)}`,
      `[${"0,".repeat(30_000)}0]`,
      `{${Array.from({ length: 5_000 }, (_, at) => `"m${at}":0`).join(",")}}`,
      `{"payloadType":"${"x".repeat(60_000)}","payload":"","signatures":[]}`,
      JSON.stringify({ ...toEnvelope(world.attestation), signatures: Array.from({ length: 500 }, () => toEnvelope(world.attestation).signatures[0]) }),
    ];
    within(1_000, () => {
      for (const text of hostile) expect(verifier.verify(encodeUtf8(text))).toMatchObject({ verdict: "refused", level: "none" });
      expect(verifier.verify({ ...world.attestation, reason: "x".repeat(20_000_000) })).toMatchObject({ verdict: "refused" });
    });
  });

  it("refuses an in-memory object that is deep, cyclic, or not plain JSON at all", () => {
    const cyclic: Record<string, unknown> = { ...world.attestation };
    cyclic["provenance"] = cyclic;
    let deep: unknown = null;
    for (let depth = 0; depth < 100_000; depth += 1) deep = { provenance: deep };
    const throwing = (problem: unknown): object =>
      new Proxy(world.attestation, {
        get: () => {
          throw problem;
        },
        getOwnPropertyDescriptor: () => {
          throw problem;
        },
        ownKeys: () => {
          throw problem;
        },
      });
    const lookAlike = Object.assign(new Error("[INV-020] fine"), { [Symbol.for("parmana.error")]: true, code: "x".repeat(1_000_000) });
    const poisoned = Object.defineProperty(new Error("no"), Symbol.for("parmana.error"), {
      get: () => {
        throw new Error("nested");
      },
    });
    const getter = Object.defineProperty({ ...world.attestation }, "decision", { enumerable: true, get: () => "approved" });
    const inputs = [cyclic, deep, getter, new Map(), new Date(0), () => world.attestation, Symbol("x"), 1n, undefined, throwing(new Error("no")), throwing(undefined), throwing(lookAlike), throwing(poisoned)];
    for (const input of inputs) {
      const report = verifier.verify(input as AttestationInput);
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      for (const { detail, code } of report.checks) expect(detail.length + (code ?? "").length).toBeLessThan(600);
    }
  });
});

describe("no input makes it throw, and none but the genuine one is verified", () => {
  const never = (input: AttestationInput): void => {
    const report = verifier.verify(input);
    expect(report.verdict).toBe("refused");
    expect(report.checks).toHaveLength(checkCatalogue.length);
  };

  it("random JSON, parsed and as bytes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (value) => {
        never(value as AttestationInput);
        never(jsonBytes(value));
      }),
      { numRuns: 500 },
    );
  });

  it("random values of the language", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        never(value as AttestationInput);
      }),
      { numRuns: 1_000 },
    );
  });

  it("random bytes, and the genuine bytes cut, doubled or spliced", () => {
    const genuine = jsonBytes(world.attestation);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(genuine.length - 1), fc.nat(genuine.length - 1), (noise, from, to) => {
        never(noise);
        never(genuine.slice(0, from));
        never(new Uint8Array([...genuine.slice(0, from), ...noise, 0x22, ...genuine.slice(to)]));
      }),
      { numRuns: 300 },
    );
  });

  it("the genuine attestation with members replaced by random ones", () => {
    const names = Object.keys(world.attestation);
    fc.assert(
      fc.property(fc.constantFrom(...names, "payloadType", "extra", "__proto__"), fc.jsonValue(), (name, value) => {
        const changed = Object.fromEntries([...Object.entries(world.attestation), [name, value]]);
        fc.pre(JSON.stringify(changed) !== JSON.stringify(world.attestation));
        never(changed as AttestationInput);
        never(jsonBytes(changed));
      }),
      { numRuns: 1_000 },
    );
  });

  it("random material: bundle, index, release, evidence and trust root", () => {
    const { trustRoot, bundle } = world.material;
    const file = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.jsonValue().map(jsonBytes));
    const document = fc.record({ document: file, signature: file });
    fc.assert(
      fc.property(document, file, fc.dictionary(fc.string(), file), (random, bytes, files) => {
        const changes = [
          { trustRoot: { ...trustRoot, ...random } },
          { policyIndex: random },
          { release: random },
          { evidence: bytes },
          { bundle: { ...bundle, manifest: bytes } },
          { bundle: { ...bundle, files: new Map([...bundle.files, ...Object.entries(files), ["x", bytes] as const]) } },
        ];
        for (const change of changes) expect(verifyAttestation(world.attestation, { ...world.options, ...change }).verdict).toBe("refused");
      }),
      { numRuns: 30 },
    );
  });
});

describe("a polluted Object.prototype (threat 58)", () => {
  const names = [
    ...["requiredLevel", "now", "evidence", "bundle", "policyIndex", "release", "runtimeKeys", "pinnedKey", "document", "signature", "files", "manifest"],
    ...["payloadType", "payload", "signatures", "keyid", "sig", "kty", "raw", "required", "known", "value", "status", "level", "code", "detail", "because"],
    ...["threshold", "keyids", "keys", "roles", "runtime", "policy", "validUntil", "optional", "exists", "all", "any", "not"],
    ...["requester", "audience", "actionHash", "toJSON", "then", "constructor", "valueOf", "claims-approval", "1.0.0", "active", "claim_amount", "vip_customer"],
    ...["cause", "details", "source", "observedAt", "override", "description", "toString", "hasOwnProperty", "length", "key", "type", "format"],
  ];
  // Optional inputs of lower packages, and what breaks Object.defineProperty: these may stop the verifier, and nothing else.
  const stopping = ["revokedAt", "previous", "maxBytes", "maxDepth", "numbers", "get", "set", "writable", "enumerable", "configurable"];

  /** Runs with the names on Object.prototype, each with the value, and always cleans up. */
  const polluted = <T>(polluting: readonly string[], value: unknown, act: () => T): T => {
    const before = new Map(polluting.map((name) => [name, Object.getOwnPropertyDescriptor(Object.prototype, name)]));
    // Made before anything is polluted, and without a prototype: a polluted `get` would spoil every descriptor after it.
    const descriptor: PropertyDescriptor = Object.assign(Object.create(null) as object, { value, configurable: true, writable: true, enumerable: true });
    try {
      for (const name of polluting) Object.defineProperty(Object.prototype, name, descriptor);
      return act();
    } finally {
      for (const name of polluting) Reflect.deleteProperty(Object.prototype, name);
      for (const [name, original] of before) if (original !== undefined) Object.defineProperty(Object.prototype, name, original);
    }
  };

  const values: readonly unknown[] = ["L1", true, 0, [], new Uint8Array(32), "approved", null, () => "verified"];

  it("changes no verdict and no check", () => {
    const judge = judgeOf();
    const clean = judge();
    expect(clean.map((line) => line.slice(0, 8))).toEqual(["verified", "verified", "verified", "refused ", "refused "]);
    for (const value of values) expect(polluted(names, value, judge)).toEqual(clean);
  });

  it("verifies nothing more, whatever it breaks", () => {
    const judge = judgeOf();
    const [, , , ...forged] = judge();
    expect(forged).toHaveLength(2);
    for (const name of stopping) {
      for (const value of values) for (const line of polluted([name], value, judge).slice(3)) expect(line).toMatch(/^refused /);
    }
  });

  it("supplies no missing option", () => {
    const { trustRoot } = world.material;
    const judge = (): object => {
      const { verdict, level } = verifyAttestation(world.attestation, { trustRoot, requiredLevel: "L2" });
      return { verdict, level };
    };
    expect(judge()).toEqual({ verdict: "refused", level: "L1" });
    for (const value of values) expect(polluted(names, value, judge)).toEqual({ verdict: "refused", level: "L1" });
  });

  /** Genuine and forged inputs, made before anything is polluted; one line for each report. */
  function judgeOf(): () => readonly string[] {
    const forged = { ...world.attestation, reason: "forged" };
    const inputs = [world.attestation, jsonBytes(world.attestation), jsonBytes(toEnvelope(world.attestation)), forged, jsonBytes(forged)];
    const { evidence } = world.options;
    return () => {
      const { verify } = createAttestationVerifier(world.material);
      return inputs.map((input) => {
        const { verdict, level, checks } = verify(input, { evidence });
        return `${verdict} ${level} ${checks.map(({ id, status }) => `${id} ${status}`).join(", ")}`;
      });
    };
  }
});
