import { canonicalize, encodeUtf8, parseStrict } from "@parmanasystems/canonical";
import { toEnvelope } from "@parmanasystems/execution";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkCatalogue,
  createAttestationVerifier,
  verifyAttestation,
  type AttestationInput,
  type AttestationVerifier,
} from "../src/index.js";
import { createWorld, failures, jsonBytes, type World } from "./fixture.js";

let world: World;
let verifier: AttestationVerifier;
beforeAll(async () => {
  world = await createWorld();
  verifier = createAttestationVerifier(world.material);
});

function numbers(count: number): readonly number[] {
  return [...new Array<number>(count).keys()];
}

describe("hostile sizes cost bounded time (threat 57)", () => {
  const within = (ms: number, act: () => void): void => {
    const before = process.cpuUsage();
    act();
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(ms);
  };

  it("refuses 100 MB where a file of a few KB belongs, before reading it", () => {
    const huge = new Uint8Array(100_000_000);
    const { trustRoot, bundle, policyIndex, release } = world.material;
    within(1_000, () => {
      expect(failures(verifier.verify(huge))).toEqual({ "attestation.form": "INV-061" });
      expect(failures(verifier.verify(world.attestation, { evidence: huge }))).toEqual({
        "evidence.form": "INV-061",
      });
      const codes = [
        { trustRoot: { ...trustRoot, document: huge } },
        { trustRoot: { ...trustRoot, signature: huge } },
        { bundle: { ...bundle, manifest: huge } },
        { bundle: { ...bundle, signature: huge } },
        { bundle: { ...bundle, files: new Map([["policy.json", huge]]) } },
        {
          bundle: {
            ...bundle,
            files: new Map(numbers(2_000).map((at) => [`file-${at}`, new Uint8Array()])),
          },
        },
        { policyIndex: { ...policyIndex, document: huge } },
        { release: { ...release, document: huge } },
      ].map((changes) =>
        Object.values(failures(verifyAttestation(world.attestation, { ...world.material, ...changes }))),
      );
      expect(codes).toEqual(codes.map(() => ["INV-061"]));
    });
  });

  it("refuses deep, wide and endless JSON", () => {
    const hostile = [
      "[".repeat(60_000),
      `${'{"payload":'.repeat(5_000)}1${"}".repeat(5_000)}`,
      `[${"0,".repeat(30_000)}0]`,
      `{${numbers(5_000)
        .map((at) => `"m${at}":0`)
        .join(",")}}`,
      `{"payloadType":"${"x".repeat(60_000)}","payload":"","signatures":[]}`,
      JSON.stringify({
        ...toEnvelope(world.attestation),
        signatures: Array.from({ length: 500 }, () => toEnvelope(world.attestation).signatures[0]),
      }),
    ];
    within(1_000, () => {
      for (const text of hostile)
        expect(verifier.verify(encodeUtf8(text))).toMatchObject({ verdict: "refused", level: "none" });
      expect(verifier.verify({ ...world.attestation, reason: "x".repeat(20_000_000) })).toMatchObject({
        verdict: "refused",
      });
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
    const lookAlike = Object.assign(new Error("[INV-020] fine"), {
      [Symbol.for("parmana.error")]: true,
      code: "x".repeat(1_000_000),
    });
    const poisoned = Object.defineProperty(new Error("no"), Symbol.for("parmana.error"), {
      get: () => {
        throw new Error("nested");
      },
    });
    const getter = Object.defineProperty({ ...world.attestation }, "decision", {
      enumerable: true,
      get: () => "approved",
    });
    const inputs = [
      cyclic,
      deep,
      getter,
      new Map(),
      new Date(0),
      () => world.attestation,
      Symbol("x"),
      1n,
      undefined,
      throwing(new Error("no")),
      throwing(undefined),
      throwing(lookAlike),
      throwing(poisoned),
    ];
    for (const input of inputs) {
      const report = verifier.verify(input as AttestationInput);
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      for (const { detail, code } of report.checks)
        expect(detail.length + (code ?? "").length).toBeLessThan(600);
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
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        never(value as AttestationInput);
        never(jsonBytes(value));
      }),
      { numRuns: 500 },
    );
  });

  it("random values of the language", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (value) => {
          never(value as AttestationInput);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("random bytes, and the genuine bytes cut, doubled or spliced", () => {
    const genuine = jsonBytes(world.attestation);
    const saysTheSame = (bytes: Uint8Array) => {
      try {
        return canonicalize(parseStrict(bytes)) === canonicalize(world.attestation);
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(genuine.length - 1),
        fc.nat(genuine.length - 1),
        (noise, from, to) => {
          never(noise);
          never(genuine.slice(0, from));
          const spliced = new Uint8Array([...genuine.slice(0, from), ...noise, 0x22, ...genuine.slice(to)]);
          if (!saysTheSame(spliced)) never(spliced);
        },
      ),
      // The second puts the quotation mark back where it was.
      {
        numRuns: 300,
        examples: [
          [new Uint8Array(), 0, 1],
          [new Uint8Array(), 1, 2],
        ],
      },
    );
  });

  it("the genuine attestation with members replaced by random ones", () => {
    const names = Object.keys(world.attestation);
    fc.assert(
      fc.property(
        fc.constantFrom(...names, "payloadType", "extra", "__proto__"),
        fc.jsonValue(),
        (name, value) => {
          const changed = Object.fromEntries([...Object.entries(world.attestation), [name, value]]);
          fc.pre(JSON.stringify(changed) !== JSON.stringify(world.attestation));
          never(changed);
          never(jsonBytes(changed));
        },
      ),
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
          {
            bundle: {
              ...bundle,
              files: new Map([...bundle.files, ...Object.entries(files), ["x", bytes] as const]),
            },
          },
        ];
        for (const change of changes)
          expect(verifyAttestation(world.attestation, { ...world.options, ...change }).verdict).toBe(
            "refused",
          );
      }),
      { numRuns: 30 },
    );
  });
});
