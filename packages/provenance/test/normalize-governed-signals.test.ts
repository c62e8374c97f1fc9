import { canonicalize, parseStrict } from "@parmanasystems/canonical";
import { encodeBase64 } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeGovernedSignals } from "../src/index.js";
import { expectCode } from "./expect-code.js";

const provenance = { source: "claims-db", observedAt: "2026-11-20T22:00:00.000Z" };

const keyid = "A".repeat(43);
const bytes = (count: number): string => encodeBase64(new Uint8Array(count));
const sig = bytes(64);

/** A Proxy that counts how often each member is read, by whatever trap. */
function watched(target: object): { proxy: object; reads: Map<string, number>; gets: () => number } {
  const reads = new Map<string, number>();
  let gets = 0;
  const proxy = new Proxy(target, {
    get: (...[owner, name, receiver]): unknown => {
      gets += 1;
      return Reflect.get(owner, name, receiver);
    },
    getOwnPropertyDescriptor: (owner, name) => {
      reads.set(String(name), (reads.get(String(name)) ?? 0) + 1);
      return Reflect.getOwnPropertyDescriptor(owner, name);
    },
  });
  return { proxy, reads, gets: () => gets };
}

describe("signals are taken apart into values and provenance", () => {
  it("keeps plain values, and lists of them", () => {
    const given = { amount: 1200, vip: false, currency: "EUR", tags: ["a", 1, true], none: [] };
    const { values, provenance: origins } = normalizeGovernedSignals(given);
    expect({ ...values }).toEqual(given);
    expect(Object.keys(values)).toEqual(Object.keys(given));
    expect(Object.keys(origins)).toEqual([]);
  });

  it("separates the provenance of governed signals", () => {
    const { values, provenance: origins } = normalizeGovernedSignals({
      amount: { value: 1200, provenance },
      tags: { value: ["a"], provenance: { source: "crm", evidenceHash: `sha256:${"0a".repeat(32)}` } },
      vip: true,
    });
    expect({ ...values }).toEqual({ amount: 1200, tags: ["a"], vip: true });
    expect({ ...origins }).toEqual({
      amount: provenance,
      tags: { source: "crm", evidenceHash: `sha256:${"0a".repeat(32)}` },
    });
  });

  it("keeps what a source says of subject and signature, as a frozen copy", () => {
    const given = { ...provenance, subject: "claim 17", attestation: { keyid, sig } };
    const { provenance: origins } = normalizeGovernedSignals({ amount: { value: 1, provenance: given } });
    expect({ ...origins }).toEqual({ amount: given });
    expect(Object.isFrozen(origins["amount"]?.attestation)).toBe(true);
    given.attestation.sig = bytes(63);
    expect(origins["amount"]?.attestation?.sig).toBe(sig);
  });

  it("gives the same values with and without provenance (threat 61)", () => {
    const plain = normalizeGovernedSignals({ amount: 1200 });
    const governed = normalizeGovernedSignals({ amount: { value: 1200, provenance } });
    expect(canonicalize(governed.values)).toBe(canonicalize(plain.values));
    expect(canonicalize(governed.provenance)).not.toBe(canonicalize(plain.provenance));
  });

  it("hands out frozen records without a prototype", () => {
    const normalized = normalizeGovernedSignals({ list: [1], amount: { value: 1, provenance } });
    const { values, provenance: origins } = normalized;
    for (const part of [normalized, values, values["list"], origins, origins["amount"]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.getPrototypeOf(values)).toBe(null);
    expect(Object.getPrototypeOf(origins)).toBe(null);
    expect(Object.getPrototypeOf(normalizeGovernedSignals({}).provenance)).toBe(null);
  });

  it("takes -0 as 0 (threat 4)", () => {
    expect(Object.is(normalizeGovernedSignals({ n: -0 }).values["n"], 0)).toBe(true);
    expect(Object.is(normalizeGovernedSignals({ n: { value: -0, provenance } }).values["n"], 0)).toBe(true);
  });

  it("treats names of Object.prototype as ordinary names (threat 3)", () => {
    const names = ["__proto__", "constructor", "toJSON", "then", "hasOwnProperty", "valueOf", ""];
    const given = JSON.stringify(Object.fromEntries(names.map((name, index) => [name, index])));
    const parsed = parseStrict(given);
    const { values } = normalizeGovernedSignals(parsed);
    expect(Object.keys(values).sort()).toEqual([...names].sort());
    expect(canonicalize(values)).toBe(canonicalize(parsed));
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("never sees inherited or planted values (threat 3)", () => {
    const planted = parseStrict('{"__proto__":{"value":9,"provenance":{"source":"x"}}}');
    expect(Object.keys(normalizeGovernedSignals(planted).values)).toEqual(["__proto__"]);
    expectCode("VAL-020", () => normalizeGovernedSignals(Object.create({ amount: 1 })));
    expectCode("VAL-027", () =>
      normalizeGovernedSignals({ amount: Object.create({ value: 1, provenance }) as unknown }),
    );
  });
});

describe("each value is read once (threat 8)", () => {
  it("through a Proxy at every level, and never by a getter", () => {
    const list = watched([1, 2]);
    const attestation = watched({ keyid, sig });
    const origin = watched({ ...provenance, attestation: attestation.proxy });
    const governed = watched({ value: list.proxy, provenance: origin.proxy });
    const signals = watched({ amount: 1, tags: governed.proxy });
    const { values } = normalizeGovernedSignals(signals.proxy);
    expect({ ...values }).toEqual({ amount: 1, tags: [1, 2] });
    for (const { reads, gets } of [list, attestation, origin, governed, signals]) {
      expect(Math.max(...reads.values())).toBe(1);
      expect(gets()).toBe(0);
    }
    expect(signals.reads).toEqual(
      new Map([
        ["amount", 1],
        ["tags", 1],
      ]),
    );
  });

  it("so that a Proxy which changes its mind is held to its first word", () => {
    let calls = 0;
    const fickle = new Proxy(
      { amount: 0 },
      {
        getOwnPropertyDescriptor: () => {
          calls += 1;
          return { value: calls, configurable: true, enumerable: true, writable: true };
        },
      },
    );
    const { values } = normalizeGovernedSignals(fickle);
    expect([values["amount"], values["amount"], calls]).toEqual([1, 1, 1]);
  });

  it("so that later changes to the caller's object have no effect (threat 9)", () => {
    const tags = ["a"];
    const origin: Record<string, unknown> = { ...provenance };
    const given: Record<string, unknown> = { amount: { value: 1, provenance: origin }, tags };
    const normalized = normalizeGovernedSignals(given);
    const before = canonicalize(normalized);
    tags.push("b");
    origin["source"] = "elsewhere";
    given["amount"] = 2;
    given["more"] = true;
    expect(canonicalize(normalized)).toBe(before);
  });
});

describe("what is not plain data is refused (threat 8)", () => {
  class Claim {
    amount = 1;
    toJSON(): unknown {
      return { amount: 2 };
    }
  }
  const throwing = (
    trap: "ownKeys" | "getOwnPropertyDescriptor" | "getPrototypeOf",
    target: object,
  ): object =>
    new Proxy(target, {
      [trap]: () => {
        throw new Error("trap");
      },
    });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "signals"],
    ["a list", [{ amount: 1 }]],
    ["a class instance", new Claim()],
    ["a Map", new Map([["amount", 1]])],
    ["a Date", new Date(0)],
    ["a function", () => 1],
  ])("%s as the signals", (...[, signals]) => {
    expectCode("VAL-020", () => normalizeGovernedSignals(signals));
  });

  it.each([
    ["an accessor", Object.defineProperty({}, "amount", { get: () => 1, enumerable: true })],
    ["a hidden member", Object.defineProperty({}, "amount", { value: 1, enumerable: false })],
    ["a symbol", { [Symbol("amount")]: 1 }],
    ["keys that throw", throwing("ownKeys", {})],
    ["members that throw", throwing("getOwnPropertyDescriptor", { amount: 1 })],
    ["a prototype that throws", throwing("getPrototypeOf", {})],
    ["a revoked Proxy", revoked.proxy],
    ["a revoked Proxy inside", { amount: revoked.proxy }],
    ["an accessor in a list", { list: Object.defineProperty([1], 0, { get: () => 1, enumerable: true }) }],
  ])("signals with %s", (...[, signals]) => {
    expectCode("VAL-021", () => normalizeGovernedSignals(signals));
  });

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["a BigInt", 1n],
    ["a symbol", Symbol("x")],
    ["a function", () => 1],
  ])("%s as a value", (...[, value]) => {
    expectCode("VAL-023", () => normalizeGovernedSignals({ amount: value }));
    expectCode("VAL-023", () => normalizeGovernedSignals({ amount: { value, provenance } }));
  });

  it.each([Number.NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 1e300])(
    "the number %d (threat 6)",
    (value) => {
      expectCode("VAL-024", () => normalizeGovernedSignals({ amount: value }));
      expectCode("VAL-024", () => normalizeGovernedSignals({ amounts: [1, value] }));
    },
  );

  it("but not the largest and smallest numbers that are exact", () => {
    for (const value of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, 0.1]) {
      expect(normalizeGovernedSignals({ value }).values["value"]).toBe(value);
    }
  });

  it("strings beyond 64 KiB, or not Unicode (threats 2 and 7)", () => {
    expect(normalizeGovernedSignals({ text: "a".repeat(65_536) }).values["text"]).toHaveLength(65_536);
    for (const text of ["a".repeat(65_537), "é".repeat(32_769), "\ud800", "a\udc00b", "\udc00\ud800"]) {
      expectCode("VAL-025", () => normalizeGovernedSignals({ text }));
    }
  });

  it.each([
    ["holes", [1, , 2]], // eslint-disable-line no-sparse-arrays -- the case itself
    ["an extra member", Object.assign([1], { extra: 1 })],
    ["another class", new (class Tags extends Array<number> {})()],
    ["a list inside", [[1]]],
    ["an object inside", [{ value: 1, provenance }]],
    ["null inside", [null]],
    ["undefined inside", [undefined]],
    ["1025 elements", Array.from({ length: 1025 }, (...[, index]) => index)],
  ])("a list with %s", (...[, list]) => {
    expectCode("VAL-026", () => normalizeGovernedSignals({ list }));
  });

  it.each([
    ["a value without provenance", { value: 1 }],
    ["provenance without a value", { provenance }],
    ["a third member", { value: 1, provenance, unit: "EUR" }],
    ["no member", {}],
    ["a class", Object.assign(new Claim(), { value: 1, provenance })],
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["typed bytes", new Uint8Array(2)],
    [
      "an accessor for the value",
      Object.defineProperty({ provenance }, "value", { get: () => 1, enumerable: true }),
    ],
    ["a Proxy that throws", throwing("ownKeys", {})],
  ])("an object with %s in the place of a signal", (...[, amount]) => {
    expectCode("VAL-027", () => normalizeGovernedSignals({ amount }));
  });

  it("a governed signal inside a governed signal", () => {
    expectCode("VAL-023", () =>
      normalizeGovernedSignals({ amount: { value: { value: 1, provenance }, provenance } }),
    );
  });

  it.each([
    ["a source that is no text", { source: 1 }],
    ["an empty source", { source: "" }],
    ["a source of 257 characters", { source: "s".repeat(257) }],
    ["a line break in the source", { source: "a\nb" }],
    ["no source", {}],
    ["an unknown member (threat 19)", { source: "a", signature: "" }],
    ["another time zone", { source: "a", observedAt: "2026-11-20T22:00:00.000+00:00" }],
    ["seconds only", { source: "a", observedAt: "2026-11-20T22:00:00Z" }],
    ["a day that does not exist", { source: "a", observedAt: "2026-02-30T22:00:00.000Z" }],
    ["never", { source: "a", observedAt: "never" }],
    ["a time that is undefined", { source: "a", observedAt: undefined }],
    ["a short hash", { source: "a", evidenceHash: "sha256:00" }],
    ["an upper-case hash", { source: "a", evidenceHash: `sha256:${"0A".repeat(32)}` }],
    ["a hash that is undefined", { source: "a", evidenceHash: undefined }],
    ["an empty subject", { source: "a", subject: "" }],
    ["a subject of 257 characters", { source: "a", subject: "s".repeat(257) }],
    ["a line break in the subject", { source: "a", subject: "17\n18" }],
    ["a subject that is a number", { source: "a", subject: 17 }],
    ["a subject that is undefined", { source: "a", subject: undefined }],
    ["an attestation that is undefined", { source: "a", attestation: undefined }],
    ["an attestation without members", { source: "a", attestation: {} }],
    ["an attestation without keyid", { source: "a", attestation: { sig } }],
    ["a third member of the attestation", { source: "a", attestation: { keyid, sig, alg: "none" } }],
    ["a list of attestations (threat 16)", { source: "a", attestation: [{ keyid, sig }] }],
    ["a keyid that is no thumbprint (threat 17)", { source: "a", attestation: { keyid: "key-1", sig } }],
    ["a keyid that is a path (threat 17)", { source: "a", attestation: { keyid: `../${keyid}`, sig } }],
    ["a keyid of a megabyte (threat 17)", { source: "a", attestation: { keyid: "A".repeat(2 ** 20), sig } }],
    ["a signature of 63 bytes (threat 11)", { source: "a", attestation: { keyid, sig: bytes(63) } }],
    ["a signature of 65 bytes (threat 11)", { source: "a", attestation: { keyid, sig: bytes(65) } }],
    ["unpadded base64 (threat 11)", { source: "a", attestation: { keyid, sig: sig.slice(0, -2) } }],
    ["a line break in the base64 (threat 11)", { source: "a", attestation: { keyid, sig: `${sig}\n` } }],
    [
      "spare bits in the base64 (threat 11)",
      { source: "a", attestation: { keyid, sig: `${sig.slice(0, 85)}B==` } },
    ],
    ["nothing", null],
    ["a text", "claims-db"],
    ["a class", Object.assign(new Date(0), { source: "a" })],
    ["an accessor", Object.defineProperty({}, "source", { get: () => "a", enumerable: true })],
  ])("provenance with %s", (...[, origin]) => {
    expectCode("VAL-028", () => normalizeGovernedSignals({ amount: { value: 1, provenance: origin } }));
  });

  it("names that are too long or not Unicode", () => {
    expect(Object.keys(normalizeGovernedSignals({ ["n".repeat(256)]: 1 }).values)).toHaveLength(1);
    expectCode("VAL-029", () => normalizeGovernedSignals({ "\ud800": 1 }));
    const error = expectCode("VAL-029", () => normalizeGovernedSignals({ ["n".repeat(100_000)]: 1 }));
    expect(error.message.length).toBeLessThan(200);
  });

  it("more than 256 signals, or too much in all (threat 7)", () => {
    const many = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (...[, index]) => [`s${String(index)}`, 1]));
    expect(Object.keys(normalizeGovernedSignals(many(256)).values)).toHaveLength(256);
    expectCode("VAL-022", () => normalizeGovernedSignals(many(257)));
    expectCode("VAL-022", () => normalizeGovernedSignals(many(20_000)));
    const heavy = Object.fromEntries(
      Array.from({ length: 9 }, (...[, index]) => [`s${String(index)}`, "a".repeat(60_000)]),
    );
    expectCode("VAL-022", () => normalizeGovernedSignals(heavy));
  });

  it("whatever it is, by a typed error that says little", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withSparseArray: true,
          withNullPrototype: true,
          withTypedArray: true,
        }),
        (given) => {
          let outcome: unknown = "accepted";
          try {
            const { values } = normalizeGovernedSignals(given);
            expect(parseStrict(canonicalize(values))).toEqual({ ...values });
          } catch (error) {
            outcome = error;
          }
          if (outcome !== "accepted") {
            expect(outcome).toMatchObject({ name: "ProvenanceError" });
            expect(String(outcome).length).toBeLessThan(300);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("normalizing keeps exactly what JSON can carry", () => {
  const scalar = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ min: -(2 ** 52), max: 2 ** 52, noNaN: true }),
  );
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 5 }));
  const signals = fc.dictionary(fc.string({ unit: "grapheme", maxLength: 12 }), value, { maxKeys: 8 });

  it("survives JSON and a second pass unchanged", () => {
    fc.assert(
      fc.property(signals, (given) => {
        const { values } = normalizeGovernedSignals(given);
        const text = canonicalize(values);
        expect(text).toBe(canonicalize(given));
        const again = normalizeGovernedSignals(parseStrict(text));
        expect(canonicalize(again.values)).toBe(text);
      }),
    );
  });

  it("gives the same values whichever signals carry provenance", () => {
    fc.assert(
      fc.property(signals, fc.infiniteStream(fc.boolean()), (given, coin) => {
        const governed = Object.create(null) as Record<string, unknown>;
        for (const [name, plain] of Object.entries(given)) {
          governed[name] = coin.next().value ? { value: plain, provenance } : plain;
        }
        const normalized = normalizeGovernedSignals(governed);
        expect(canonicalize(normalized.values)).toBe(canonicalize(normalizeGovernedSignals(given).values));
        for (const name of Object.keys(normalized.provenance)) expect(Object.hasOwn(given, name)).toBe(true);
      }),
    );
  });
});

describe("a polluted Object.prototype (threat 58)", () => {
  it("neither adds signals nor makes accessors readable", () => {
    const accessor = Object.defineProperty({}, "amount", { get: () => 1, enumerable: true });
    const codeOf = (signals: unknown): unknown => {
      try {
        return Object.keys(normalizeGovernedSignals(signals).values);
      } catch (error) {
        return error instanceof Error ? error.message.slice(1, 8) : error;
      }
    };
    const names = ["value", "provenance", "source"];
    for (const name of names) {
      Object.defineProperty(Object.prototype, name, { value: 1, configurable: true, writable: true });
    }
    let outcome: unknown;
    try {
      outcome = [
        codeOf({}),
        codeOf(accessor),
        codeOf({ amount: { provenance } }),
        codeOf({ amount: { value: 1 } }),
      ];
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
    expect(outcome).toEqual([[], "VAL-021", "VAL-027", "VAL-027"]);
  });
});
