import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalBytes, canonicalize, decodeUtf8, encodeHex, parseStrict } from "../src/index.js";
import { finiteDouble, jsonValue, objectOf } from "./arbitraries.js";
import { codeOf, failureOf } from "./failure.js";
import { naiveCanonicalize } from "./naive-canonicalize.js";

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe("canonicalize writes the examples of RFC 8785", () => {
  it("section 3.2.2: primitive values", () => {
    const value: unknown = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonicalize(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("section 3.2.4: UTF-8 bytes", () => {
    const value = { string: '\u20ac$\u000f\nA\'B"\\\\"/', literals: [null, true, false] };
    expect(
      encodeHex(canonicalBytes(value)).startsWith(
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a22e282ac",
      ),
    ).toBe(true);
  });

  it("section 3.2.3: names sorted by UTF-16 code units", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
    };
    const more = {
      ...value,
      "\u{1f600}": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.values(parseStrict(canonicalize(more)) as object).sort()).toEqual(
      Object.values(more).sort(),
    );
    expect([...canonicalize(more).matchAll(/:"([^"]*)"/g)].map((match) => match[1])).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  // Appendix B: the bits of the double, and its text.
  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("appendix B: %s is %s", (bits, text) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${bits}`));
    expect(canonicalize(view.getFloat64(0))).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "appendix B: %s is an error",
    (number) => {
      expect(codeOf(() => canonicalize([number]))).toBe("CANONICAL-002");
    },
  );
});

describe("canonicalize treats awkward names and texts as data", () => {
  it("keeps __proto__, constructor, toJSON, then and hasOwnProperty as members (threat 3)", () => {
    const names = ["__proto__", "constructor", "hasOwnProperty", "then", "toJSON"];
    const value = objectOf(names.map((name) => [name, 1]));
    expect(canonicalize(value)).toBe(
      '{"__proto__":1,"constructor":1,"hasOwnProperty":1,"then":1,"toJSON":1}',
    );
    expect(canonicalize({ toJSON: "text" })).toBe('{"toJSON":"text"}');
  });

  it("orders integer-like names as text", () => {
    expect(canonicalize({ 10: 1, 9: 2, "1e1": 3, "": 4, "09": 5 })).toBe(
      '{"":4,"09":5,"10":1,"1e1":3,"9":2}',
    );
  });

  it("writes number spellings and -0 as one text (threat 4)", () => {
    expect(["1", "1.0", "1e0", "10e-1"].map((text) => canonicalize(parseStrict(text)))).toEqual([
      "1",
      "1",
      "1",
      "1",
    ]);
    expect(canonicalize([-0, 0])).toBe("[0,0]");
  });

  it("keeps NFC and NFD apart (threat 5)", () => {
    expect(canonicalize("\u00e9")).not.toBe(canonicalize("e\u0301"));
  });

  it("escapes only what the RFC escapes, in short and long texts", () => {
    for (const padding of ["", "x".repeat(100)]) {
      const text = `${padding}\u0000\b\t\n\u000b\f\r\u001f"\\/\u007f\u0080\u2028\u2029\ud7ff\ue000\uffff\u{10ffff}`;
      expect(canonicalize(text)).toBe(
        `"${padding}\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\u007f\u0080\u2028\u2029\ud7ff\ue000\uffff\u{10ffff}"`,
      );
    }
  });

  it("accepts null-prototype and frozen objects and repeated references", () => {
    const shared = Object.freeze({ b: 1 });
    const value: unknown = Object.freeze(
      Object.assign(Object.create(null) as object, { z: shared, a: [shared, shared] }),
    );
    expect(canonicalize(value)).toBe('{"a":[{"b":1},{"b":1}],"z":{"b":1}}');
  });

  it("still writes names after its store of quoted names is full", () => {
    const many = objectOf(Array.from(new Array(3000).keys(), (index) => [`name "${index}"`, index]));
    expect(canonicalize(many)).toBe(naiveCanonicalize(many));
    expect(canonicalize(many)).toBe(naiveCanonicalize(many));
  });
});

describe("canonicalize refuses what is not plain JSON data", () => {
  class Claim {
    amount = 1;
  }
  class Numbers extends Array<number> {}

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a BigInt", 1n],
  ])("%s (threat 8)", (name, value) => {
    expect(
      codeOf(() => canonicalize(value)),
      name,
    ).toBe("CANONICAL-001");
    expect(failureOf(() => canonicalize({ a: [1, value] })).details).toEqual({ pointer: "/a/1" });
  });

  it.each<[string, unknown]>([
    ["a Date", new Date(0)],
    ["a Map", new Map([["a", 1]])],
    ["a Set", new Set([1])],
    ["a RegExp", /a/],
    ["a boxed number", Object(1)],
    ["a boxed string", Object("a")],
    ["a typed array", new Uint8Array(1)],
    ["a Promise", Promise.resolve(1)],
    ["an Error", new Error("a")],
    ["a class instance", new Claim()],
    ["an object that inherits", Object.create({ a: 1 })],
    [
      "an object with a toJSON method in its class",
      new (class {
        toJSON(): number {
          return 1;
        }
      })(),
    ],
    ["an array of another class", Numbers.from([1])],
    ["an array with a null prototype", Object.setPrototypeOf([1], null)],
  ])("%s (threat 8)", (name, value) => {
    expect(
      codeOf(() => canonicalize(value)),
      name,
    ).toBe("CANONICAL-003");
  });

  it("an own toJSON method, without calling it (threat 8)", () => {
    let calls = 0;
    expect(codeOf(() => canonicalize({ toJSON: () => (calls += 1) }))).toBe("CANONICAL-001");
    expect(calls).toBe(0);
  });

  it("accessors, without calling them (threat 8)", () => {
    let calls = 0;
    const accessor = { get: () => (calls += 1), enumerable: true };
    expect(codeOf(() => canonicalize(Object.defineProperty({}, "amount", accessor)))).toBe("CANONICAL-004");
    expect(codeOf(() => canonicalize(Object.defineProperty([0], 0, accessor)))).toBe("CANONICAL-004");
    expect(
      codeOf(() =>
        canonicalize(Object.defineProperty({}, "amount", { set: () => undefined, enumerable: true })),
      ),
    ).toBe("CANONICAL-004");
    expect(
      codeOf(() =>
        canonicalize(Reflect.apply(Object.defineProperty, Object, [{}, "amount", { get: undefined }])),
      ),
    ).toBe("CANONICAL-004");
    expect(calls).toBe(0);
  });

  it("symbol keys and hidden members (threat 8)", () => {
    expect(codeOf(() => canonicalize({ [Symbol("a")]: 1 }))).toBe("CANONICAL-004");
    expect(codeOf(() => canonicalize(Object.defineProperty({}, "vip", { value: true })))).toBe(
      "CANONICAL-004",
    );
    expect(codeOf(() => canonicalize(Object.defineProperty([1], 0, { enumerable: false })))).toBe(
      "CANONICAL-004",
    );
  });

  it("sparse arrays and arrays with other members (threat 8)", () => {
    const sparse: unknown[] = [1, 2];
    sparse[3] = 4;
    expect(codeOf(() => canonicalize(sparse))).toBe("CANONICAL-005");
    expect(codeOf(() => canonicalize(new Array(5)))).toBe("CANONICAL-005");
    expect(codeOf(() => canonicalize(Object.assign([1], { extra: 2 })))).toBe("CANONICAL-005");
    expect(codeOf(() => canonicalize(Object.assign([1], { [Symbol("a")]: 2 })))).toBe("CANONICAL-005");
    // As many members as elements, but one of them is no index.
    const swapped: unknown[] = new Array(1);
    expect(codeOf(() => canonicalize(Object.assign(swapped, { extra: 2 })))).toBe("CANONICAL-005");
  });

  it("cycles, at the place where they close", () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop.self = [loop];
    expect(failureOf(() => canonicalize(loop))).toMatchObject({
      code: "CANONICAL-006",
      details: { pointer: "/self/0" },
    });
    const wide: unknown[] = [];
    wide.push(wide, wide);
    expect(codeOf(() => canonicalize(wide))).toBe("CANONICAL-006");
  });

  it("more than 64 levels, and takes exactly 64 (threat 7)", () => {
    expect(canonicalize(nested(64)).length).toBeGreaterThan(64);
    expect(codeOf(() => canonicalize(nested(65)))).toBe("CANONICAL-007");
    expect(codeOf(() => canonicalize(nested(100_000)))).toBe("CANONICAL-007");
  });

  it.each(["\ud800", "\udc00", "a\udc00\ud800b", `${"x".repeat(40)}\ud83d`, "\ud83d\ud83d\ude02"])(
    "lone surrogates in values and names: case %# (threat 2)",
    (text) => {
      expect(codeOf(() => canonicalize(text))).toBe("CANONICAL-008");
      expect(codeOf(() => canonicalize({ [text]: 1 }))).toBe("CANONICAL-008");
    },
  );

  it("names the place by pointer, with awkward names escaped and cut", () => {
    expect(failureOf(() => canonicalize({ "a/b~c": [undefined] })).details).toEqual({
      pointer: "/a~1b~0c/0",
    });
    const hostile = failureOf(() => canonicalize({ ["x".repeat(1_000_000)]: undefined }));
    expect(hostile.message.length).toBeLessThan(200);
    expect(JSON.stringify(hostile.details).length).toBeLessThan(200);
  });
});

describe("canonicalize reads each value once, through descriptors", () => {
  it("keeps the error of a Proxy trap as cause (threat 8)", () => {
    const boom = new Error("boom");
    const refuse = (): never => {
      throw boom;
    };
    for (const trap of ["ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"] as const) {
      const error = failureOf(() => canonicalize({ a: new Proxy({ b: 1 }, { [trap]: refuse }) }));
      expect(error).toMatchObject({
        code: "CANONICAL-009",
        cause: boom,
        details: { pointer: trap === "getOwnPropertyDescriptor" ? "/a/b" : "/a" },
      });
    }
    const revocable = Proxy.revocable({}, {});
    revocable.revoke();
    expect(codeOf(() => canonicalize(revocable.proxy))).toBe("CANONICAL-009");
  });

  it("reads a Proxy's member once and never through its get trap (threat 8)", () => {
    let reads = 0;
    const shifting = new Proxy<Record<string, number>>(
      { amount: 0 },
      {
        get: () => 99,
        getOwnPropertyDescriptor: () => {
          reads += 1;
          return { value: reads, enumerable: true, configurable: true, writable: true };
        },
      },
    );
    expect(canonicalize(shifting)).toBe('{"amount":1}');
    expect(reads).toBe(1);
  });

  it("refuses a Proxy that hides a member between listing and reading (threat 8)", () => {
    const vanishing = new Proxy<Record<string, number>>(
      { amount: 0 },
      { getOwnPropertyDescriptor: () => undefined },
    );
    expect(codeOf(() => canonicalize(vanishing))).toBe("CANONICAL-005");
  });

  it("may be called again from inside a trap", () => {
    const inner = new Proxy(
      { a: 1 },
      { ownKeys: (target) => (canonicalize([1, { b: 2 }]), Reflect.ownKeys(target)) },
    );
    expect(canonicalize({ x: inner, y: 2 })).toBe('{"x":{"a":1},"y":2}');
  });
});

describe("canonicalize agrees with other implementations", () => {
  it("a naive one written from the RFC", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(canonicalize(value)).toBe(naiveCanonicalize(value));
      }),
      { numRuns: 2000 },
    );
  });

  it("JSON.parse reads back what it wrote, and writing it again changes nothing", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = canonicalize(value);
        const reread: unknown = JSON.parse(text);
        expect(reread).toEqual(value);
        expect(canonicalize(reread)).toBe(text);
        expect(decodeUtf8(canonicalBytes(value))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("every finite double survives", () => {
    fc.assert(
      fc.property(finiteDouble, (number) => Number(canonicalize(number)) === number),
      { numRuns: 5000 },
    );
  });

  it("the order in which members were added does not show (threat 4)", () => {
    const members = fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([name]) => name });
    fc.assert(
      fc.property(
        members.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => canonicalize(objectOf(list)) === canonicalize(objectOf(shuffled)),
      ),
    );
  });
});
