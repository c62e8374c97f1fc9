import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalize, encodeUtf8, parseStrict } from "../src/index.js";
import { finiteDouble, jsonValue } from "./arbitraries.js";
import { acceptedDocuments, malformedDocuments, unsafeDocuments } from "./documents.js";
import { codeOf, failureOf } from "./failure.js";

describe("parseStrict reads RFC 8259 documents as JSON.parse does", () => {
  it.each(acceptedDocuments)("accepts %j", (text) => {
    const expected: unknown = JSON.parse(text);
    deepStrictEqual(parseStrict(text), expected);
    deepStrictEqual(parseStrict(encodeUtf8(text)), expected);
  });

  it.each(malformedDocuments)("refuses %j", (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(codeOf(() => parseStrict(text))).toBe("CANONICAL-010");
    expect(codeOf(() => parseStrict(encodeUtf8(text)))).toBe("CANONICAL-010");
  });

  it.each(unsafeDocuments)("judges %j: %s", (text, code) => {
    const expected: unknown = JSON.parse(text);
    if (code === "") expect(parseStrict(text)).toBe(expected);
    else expect(codeOf(() => parseStrict(text))).toBe(code);
  });

  it("takes every finite double when asked to, and still no infinity (threat 6)", () => {
    const anyDouble = { numbers: "any-double" } as const;
    expect(
      ["9007199254740993", "1e300", "1e-400", "-1e-400"].map((text) => parseStrict(text, anyDouble)),
    ).toEqual([9007199254740992, 1e300, 0, -0]);
    expect(codeOf(() => parseStrict("1e400", anyDouble))).toBe("CANONICAL-012");
    expect(codeOf(() => parseStrict("[-1e309]", anyDouble))).toBe("CANONICAL-012");
  });
});

describe("parseStrict refuses what is not strict UTF-8", () => {
  const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

  it.each([
    ["a lone continuation byte", bytes(0x22, 0x80, 0x22), 2],
    ["an overlong form", bytes(0x22, 0xc0, 0xaf, 0x22), 2],
    ["an encoded surrogate", bytes(0x22, 0x61, 0xed, 0xa0, 0x80, 0x22), 3],
    ["a code point beyond Unicode", bytes(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22), 2],
    ["a sequence that the end cuts", bytes(0x22, 0x61, 0xe2, 0x82), 3],
    ["a byte that no text has", bytes(0xff), 1],
  ])("%s, with its place (threat 2)", (name, input, column) => {
    expect(
      failureOf(() => parseStrict(input)),
      name,
    ).toMatchObject({
      code: "CANONICAL-014",
      details: { line: 1, column, pointer: "" },
    });
  });

  it("a byte order mark, in bytes and in text (threat 2)", () => {
    expect(codeOf(() => parseStrict(bytes(0xef, 0xbb, 0xbf, 0x31)))).toBe("CANONICAL-014");
    expect(codeOf(() => parseStrict("\ufeff1"))).toBe("CANONICAL-014");
    expect(codeOf(() => parseStrict("1\ufeff"))).toBe("CANONICAL-010");
  });

  it("UTF-16 (threat 2)", () => {
    expect(codeOf(() => parseStrict(bytes(0xff, 0xfe, 0x31, 0x00)))).toBe("CANONICAL-014");
    expect(codeOf(() => parseStrict(bytes(0x31, 0x00)))).toBe("CANONICAL-010");
    expect(codeOf(() => parseStrict(bytes(0x00, 0x31)))).toBe("CANONICAL-010");
  });

  it("anything but bytes and text", () => {
    const untyped = parseStrict as (input: unknown) => unknown;
    for (const input of [undefined, null, 1, {}, [], new ArrayBuffer(1), ["1"]])
      expect(codeOf(() => untyped(input))).toBe("CANONICAL-015");
  });
});

describe("parseStrict builds plain objects that never touch a prototype", () => {
  it("keeps __proto__ as an own member (threat 3)", () => {
    const value = parseStrict(
      '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
    ) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(Object.getOwnPropertyDescriptor(value, "__proto__")).toEqual({
      value: { admin: true },
      enumerable: true,
      configurable: true,
      writable: true,
    });
    expect("admin" in {}).toBe(false);
    expect("admin" in value).toBe(false);
  });

  it("never calls a setter that someone planted on Object.prototype (threat 58)", () => {
    let calls = 0;
    Object.defineProperty(Object.prototype, "planted", { set: () => (calls += 1), configurable: true });
    try {
      expect(canonicalize(parseStrict('{"planted":1}'))).toBe('{"planted":1}');
    } finally {
      Reflect.deleteProperty(Object.prototype, "planted");
    }
    expect(calls).toBe(0);
  });

  it("gives each call its own value", () => {
    expect(parseStrict('{"a":[]}')).not.toBe(parseStrict('{"a":[]}'));
  });
});

describe("parseStrict says where the problem is", () => {
  it.each<[string, string, number, number, string]>([
    ["", "CANONICAL-010", 1, 1, ""],
    ["[1,\n 2,\n x]", "CANONICAL-010", 3, 2, "/2"],
    ['{"a":{"b":[0,{"c":tru}]}}', "CANONICAL-010", 1, 19, "/a/b/1/c"],
    ['{"a":1,\r\n"a":2}', "CANONICAL-011", 2, 1, "/a"],
    ['{"x/y~z":[1,"\\q"]}', "CANONICAL-010", 1, 14, "/x~1y~0z/1"],
    ['{"a":1,}', "CANONICAL-010", 1, 8, ""],
    ['{"a":1 "b"}', "CANONICAL-010", 1, 8, "/a"],
    ["[1e400]", "CANONICAL-012", 1, 2, "/0"],
    ['["ok","\\udc00"]', "CANONICAL-008", 1, 7, "/1"],
    ["[[],[[", "CANONICAL-010", 1, 7, "/1/0/0"],
    ['"abc', "CANONICAL-010", 1, 5, ""],
    ['"a\nb"', "CANONICAL-010", 1, 3, ""],
    ["[] []", "CANONICAL-010", 1, 4, ""],
  ])("%j", (text, code, line, column, pointer) => {
    expect(failureOf(() => parseStrict(text))).toMatchObject({ code, details: { line, column, pointer } });
  });

  it("in a sentence that quotes no hostile megabytes", () => {
    expect(failureOf(() => parseStrict('{"a":tru}')).message).toBe(
      '[CANONICAL-010] Expected a JSON value, but found "t" (line 1, column 6, in "/a").',
    );
    const name = "x".repeat(300_000);
    for (const text of [
      `{"${name}":1,"${name}":2}`,
      `{"${name}":{"${name}":[!]}}`,
      `[1${"0".repeat(400_000)}]`,
    ]) {
      const failure = failureOf(() => parseStrict(text));
      expect(failure.message.length).toBeLessThan(300);
      expect(JSON.stringify(failure.details).length).toBeLessThan(300);
    }
    expect(failureOf(() => parseStrict('{"a\\nb":1,"a\\nb":2}')).message).not.toContain("\n");
  });
});

describe("parseStrict keeps its limits (threat 7)", () => {
  it("takes 64 levels by default and refuses 65", () => {
    expect(canonicalize(parseStrict("[".repeat(64) + "]".repeat(64))).length).toBe(128);
    expect(failureOf(() => parseStrict("[".repeat(65) + "]".repeat(65)))).toMatchObject({
      code: "CANONICAL-007",
      details: { line: 1, column: 65 },
    });
    expect(codeOf(() => parseStrict('{"a":'.repeat(65)))).toBe("CANONICAL-007");
  });

  it("refuses 100,000 brackets without exhausting the stack", () => {
    expect(codeOf(() => parseStrict("[".repeat(100_000)))).toBe("CANONICAL-007");
    expect(codeOf(() => parseStrict('{"a":'.repeat(100_000)))).toBe("CANONICAL-007");
    expect(codeOf(() => parseStrict("[".repeat(100_000), { maxDepth: 512 }))).toBe("CANONICAL-007");
  });

  it("takes other depths, 0 for scalars only", () => {
    expect(parseStrict("1", { maxDepth: 0 })).toBe(1);
    expect(codeOf(() => parseStrict("[]", { maxDepth: 0 }))).toBe("CANONICAL-007");
    expect(parseStrict("[".repeat(512) + "]".repeat(512), { maxDepth: 512 })).toHaveLength(1);
  });

  it("refuses more than maxBytes of UTF-8, 1 MiB by default, before reading", () => {
    const most = `"${"x".repeat(1024 * 1024 - 2)}"`;
    expect(parseStrict(most)).toHaveLength(1024 * 1024 - 2);
    expect(codeOf(() => parseStrict(`${most} `))).toBe("CANONICAL-013");
    expect(codeOf(() => parseStrict(encodeUtf8(`${most} `)))).toBe("CANONICAL-013");
    expect(codeOf(() => parseStrict(new Uint8Array(300 * 1024 * 1024)))).toBe("CANONICAL-013");
    expect(parseStrict('"€"', { maxBytes: 5 })).toBe("€");
    expect(codeOf(() => parseStrict('"€"', { maxBytes: 4 }))).toBe("CANONICAL-013");
    expect(codeOf(() => parseStrict(encodeUtf8('"€"'), { maxBytes: 4 }))).toBe("CANONICAL-013");
    expect(codeOf(() => parseStrict("!", { maxBytes: 0 }))).toBe("CANONICAL-013");
  });

  it("refuses more than maxValues, at the first that is too many", () => {
    const text = '{"a":[1,{}],"b":""}';
    expect(parseStrict(text, { maxValues: 5 })).toEqual({ a: [1, {}], b: "" });
    expect(failureOf(() => parseStrict(text, { maxValues: 4 }))).toMatchObject({
      code: "CANONICAL-013",
      details: { line: 1, column: 17, pointer: "/b" },
    });
    expect(codeOf(() => parseStrict("1", { maxValues: 0 }))).toBe("CANONICAL-013");
  });

  it.each([
    { maxBytes: -1 },
    { maxBytes: Number.NaN },
    { maxBytes: 1.5 },
    { maxDepth: 513 },
    { maxDepth: Number.POSITIVE_INFINITY },
    { maxDepth: -1 },
    { maxValues: -1 },
    { maxValues: Number.NaN },
    { numbers: "all" },
  ])("refuses the limits %j", (limits) => {
    expect(codeOf(() => parseStrict("1", limits as object))).toBe("CANONICAL-015");
  });

  it("needs time in proportion to the size, for members, strings, escapes, names and digits", () => {
    const shapes: readonly ((size: number) => string)[] = [
      (size) =>
        `{${Array.from(new Array(size / 10).keys(), (index) => `"m${String(index)}":${String(index)}`).join(",")}}`,
      (size) => `{${Array.from(new Array(size / 10).keys(), (index) => `"${String(index)}":0`).join(",")}}`,
      (size) => `["${"x".repeat(size)}","${"é".repeat(size / 2)}"]`,
      (size) => `["${"\\u0041".repeat(size / 6)}"]`,
      (size) => `["${"\\ud83d\\ude02".repeat(size / 12)}"]`,
      (size) => `[0.${"1".repeat(size)}]`,
      (size) => `[0.${"0".repeat(size)}1e${String(size)}]`,
      (size) => `[${"1,".repeat(size / 2)}1]`,
      (size) => `${"\n".repeat(size)}1`,
    ];
    for (const shape of shapes) {
      // 20,000 members and 200 KB strings, within a bound that quadratic work would miss by far.
      const text = shape(200_000);
      const before = process.cpuUsage();
      parseStrict(text);
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1000);
    }
  });
});

describe("parseStrict agrees with JSON.parse and canonicalize", () => {
  it("parseStrict(canonicalize(x)) is x, from text and from bytes", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = canonicalize(value);
        deepStrictEqual(parseStrict(text, { maxDepth: 512 }), value);
        deepStrictEqual(parseStrict(encodeUtf8(text)), value);
      }),
      { numRuns: 1000 },
    );
  });

  it("white space between tokens does not show (threat 4)", () => {
    fc.assert(
      fc.property(jsonValue, fc.constantFrom(1, 2, "\t", " \n"), (value, indent) => {
        deepStrictEqual(parseStrict(JSON.stringify(value, null, indent)), value);
      }),
    );
  });

  it("it never accepts what JSON.parse refuses, and reads the rest alike", () => {
    const fragments = fc.constantFrom(
      ...'[]{},:"\\-+.eE019 tn\n'.split(""),
      "true",
      "null",
      '"a"',
      '"b":',
      "\\u00",
      "\\ud83d",
      "{}",
      "1.5",
      "\ud800",
      "\u0000",
      "é",
    );
    const mutated = fc.tuple(jsonValue, fc.nat(), fc.nat(3), fragments).map(([value, at, cut, insert]) => {
      const text = canonicalize(value);
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place + cut);
    });
    const noise = fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join(""));
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(mutated, noise), (text) => {
        const [strict, lenient] = [
          outcome(() => parseStrict(text)),
          outcome(() => JSON.parse(text) as unknown),
        ];
        if (strict.refused !== undefined) {
          // Only malformed text is called malformed.
          expect(strict.refused === "CANONICAL-010").toBe(
            lenient.refused !== undefined &&
              !["CANONICAL-008", "CANONICAL-011", "CANONICAL-012"].includes(strict.refused),
          );
          return;
        }
        accepted += 1;
        expect(lenient.refused).toBe(undefined);
        deepStrictEqual(strict.value, lenient.value);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it("bytes at random either decode as JSON.parse would read them, or are refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const strict = outcome(() => parseStrict(bytes));
        if (strict.refused === undefined)
          deepStrictEqual(strict.value, JSON.parse(new TextDecoder().decode(bytes)));
        else expect(strict.refused).toMatch(/^CANONICAL-01[0-4]$|^CANONICAL-008$/);
      }),
      { numRuns: 5000 },
    );
  });

  it("every finite double comes back, written plainly, with zeros, or with an exponent", () => {
    fc.assert(
      fc.property(finiteDouble, (number) => {
        for (const text of [JSON.stringify(number), number.toExponential(), number.toExponential(20)]) {
          expect(parseStrict(text, { numbers: "any-double" })).toBe(Number(text));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("safe numbers are exactly the literals within ±(2^53-1) (threat 6)", () => {
    const digits = fc.bigInt({ min: 2n ** 53n - 20n, max: 2n ** 53n + 20n });
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom("", "-"),
        fc.stringMatching(/^[0-9]{0,25}$/),
        fc.integer({ min: -30, max: 30 }),
        (whole, sign, fraction, shift) => {
          const beyond = whole > 2n ** 53n - 1n || (whole === 2n ** 53n - 1n && /[1-9]/.test(fraction));
          for (const literal of spellings(sign, whole, fraction, shift)) {
            const refused = outcome(() => parseStrict(literal)).refused;
            // 2^53-1 plus less than half: the literal rounds down, and is still refused.
            expect([literal, refused]).toEqual([
              literal,
              beyond || Math.abs(Number(literal)) > Number.MAX_SAFE_INTEGER ? "CANONICAL-012" : undefined,
            ]);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function outcome(action: () => unknown): { readonly value?: unknown; readonly refused?: string } {
  try {
    return { value: action() };
  } catch (error) {
    return {
      refused:
        error instanceof SyntaxError
          ? "SyntaxError"
          : codeOf(() => {
              throw error;
            }),
    };
  }
}

/** One decimal, written with its point moved by `shift` places and an exponent that moves it back. */
function spellings(sign: string, whole: bigint, fraction: string, shift: number): string[] {
  const plain = `${sign}${whole.toString()}${fraction === "" ? "" : `.${fraction}`}`;
  const digits = whole.toString() + fraction;
  const point = whole.toString().length + shift;
  if (point <= 0) return [plain, `${sign}0.${"0".repeat(-point)}${digits}e${String(-shift)}`];
  if (point >= digits.length)
    return [plain, `${sign}${digits}${"0".repeat(point - digits.length)}E${String(-shift)}`];
  return [
    plain,
    `${sign}${digits.slice(0, point)}.${digits.slice(point)}e${shift < 0 ? "+" : ""}${String(-shift)}`,
  ];
}

describe("parseStrict takes its limits from its caller alone (threat 58)", () => {
  it("ignores limits that Object.prototype carries", () => {
    const polluted = Object.prototype as Record<string, unknown>;
    polluted["numbers"] = "any-double";
    try {
      expect(() => parseStrict("9007199254740993")).toThrow(
        expect.objectContaining({ code: "CANONICAL-012" }),
      );
    } finally {
      delete polluted["numbers"];
    }
  });
});
