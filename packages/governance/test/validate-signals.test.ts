import { describe, expect, it } from "vitest";
import { GovernanceError } from "../src/errors.js";
import { signalErrors } from "../src/errors/signal-errors.js";
import { parsePolicy } from "../src/parse-policy.js";
import { validateSignals } from "../src/validate-signals.js";
import { everyType, exampleBytes, withSignals } from "./example-policy.js";
import { documentBytes, times } from "./policy-arbitrary.js";

const claims = parsePolicy(exampleBytes());
const claim = { claim_amount: 50000, risk_score: 12, vip_customer: false };

const all = parsePolicy(documentBytes(withSignals(everyType)));
const valid = {
  flag: true,
  count: 3,
  other_count: -1,
  price: "12.50",
  ratio: 0.25,
  name: "anna",
  color: "red",
  day: "2024-02-29",
  instant: "2026-11-20T22:00:00.000Z",
  contact: "anna@example.com",
  tags: ["new", "red"],
  prices: ["1.0", "-2.5"],
};

function codeOf(signals: Record<string, unknown>): string {
  try {
    validateSignals(all, signals);
  } catch (error) {
    if (error instanceof GovernanceError) return error.code;
    throw error;
  }
  return "accepted";
}

type Mismatch = readonly [signal: string, code: string, values: readonly unknown[]];

const mismatches: readonly Mismatch[] = [
  [
    "ratio",
    "VAL-005",
    ["0.5", NaN, Infinity, -0.001, 1.001, null, undefined, [0.5], {}, true, 1n, new Number(0.5)],
  ],
  ["flag", "VAL-006", ["true", 1, 0, null, undefined, [], {}, new Boolean(true)]],
  ["count", "VAL-007", [1.5, -1, 11, "1", NaN, Infinity, 2 ** 53, null, undefined, [1], {}, true, 1n]],
  [
    "name",
    "VAL-008",
    ["a", "a".repeat(9), "", "ab\ud800", "\udc00\ud800", 12, null, undefined, ["ab"], {}, new String("ab")],
  ],
  ["color", "VAL-009", ["Red", "red ", "", "toString", 1, null, undefined, ["red"], {}]],
  [
    "price",
    "VAL-010",
    [
      "12.5",
      "12.500",
      "12",
      "+1.00",
      "-0.00",
      "01.00",
      ".50",
      "1e2",
      "100.01",
      "-0.01",
      "1,00",
      " 1.00",
      "1.00\n",
      "١.٠٠",
      12.5,
      null,
    ],
  ],
  [
    "day",
    "VAL-011",
    [
      "2026-02-29",
      "1900-02-29",
      "2026-04-31",
      "2026-13-01",
      "2026-00-01",
      "2026-01-00",
      "0000-01-01",
      "2026-1-1",
      "20260101",
      "2026-01-01Z",
      "2026-01-01\n",
      20260101,
      null,
    ],
  ],
  [
    "instant",
    "VAL-012",
    [
      "not-a-date",
      "2026-11-20",
      "2026-11-20T22:00:00Z",
      "2026-11-20T22:00:00.000+00:00",
      "2026-11-20T23:59:60.000Z",
      "2026-02-29T00:00:00.000Z",
      "2026-11-20t22:00:00.000z",
      "9999-01-01T00:00:00.000Z",
      0,
      null,
      undefined,
    ],
  ],
  [
    "contact",
    "VAL-008",
    ["anna", "anna@", "a b@example.com", "anna@example.com\n", "Anna@Example.com", ["a@b"], null],
  ],
  [
    "tags",
    "VAL-013",
    [
      "new",
      null,
      undefined,
      {},
      { 0: "new", length: 1 },
      new Set(["new"]),
      [1],
      ["new", null],
      ["toolongtag"],
      ["a", "b", "c", "d"],
      [["new"]],
      new Array(2),
      new Array(4_000_000_000),
      Object.assign(["new"], { extra: 1 }),
      Object.assign(["new"], { [Symbol("extra")]: 1 }),
    ],
  ],
  ["prices", "VAL-013", [[], ["1.0", "1.00"], ["1.0", 1], ["-0.0"], ["1.0", "1.0", "1.0"]]],
];

describe("validateSignals on what the policy declares", () => {
  it("returns an equal copy that is frozen and has no prototype", () => {
    const values = validateSignals(claims, claim);
    expect({ ...values }).toEqual(claim);
    expect(values).not.toBe(claim);
    expect(Object.isFrozen(values)).toBe(true);
    expect(Object.getPrototypeOf(values)).toBe(null);
  });

  it("accepts a value of every type, and the absence of an optional one", () => {
    expect(codeOf(valid)).toBe("accepted");
    const { instant, ...others } = valid;
    expect(instant).toMatch(/^2026/);
    expect(validateSignals(all, others)).not.toHaveProperty("instant");
  });

  it.each([
    ["count", [0, 10, -0]],
    ["ratio", [0, 1, 5e-324]],
    ["price", ["0.00", "100.00", "99.99"]],
    ["name", ["ab", "abcdefgh", "😀😀", "😀".repeat(8), "\u0000\u0000"]],
    ["day", ["0001-01-01", "9999-12-31", "2000-02-29", "2026-12-31"]],
    ["contact", ["a@b", "o'neil+tag.x@mail.example-1.com"]],
    ["tags", [[], ["", "abcdefgh", ""]]],
    ["prices", [["0.0"], ["-1.5", "-1.5"]]],
    ["instant", ["1970-01-01T00:00:00.000Z", "9998-12-31T23:59:59.999Z", "2024-02-29T12:00:00.001Z"]],
  ])("accepts the bounds of %s", (signal, values) => {
    expect(values.map((value) => codeOf({ ...valid, [signal]: value }))).toEqual(
      values.map(() => "accepted"),
    );
  });

  it("makes -0 the 0 that canonical JSON writes (threat 4)", () => {
    expect(Object.is(validateSignals(all, { ...valid, count: -0 }).count, 0)).toBe(true);
    expect(Object.is(validateSignals(all, { ...valid, ratio: -0 }).ratio, 0)).toBe(true);
  });

  it("copies a list and freezes the copy; -0 in it becomes 0", () => {
    const policy = parsePolicy(
      documentBytes(withSignals({ a: { type: "list", items: { type: "number" }, maxItems: 2 } })),
    );
    const given = [-0, 1];
    const { a } = validateSignals(policy, { a: given });
    given.push(2);
    expect(a).toEqual([0, 1]);
    expect(Object.isFrozen(a)).toBe(true);
  });

  it("gives the members in one order, whatever the order of the input (threat 33)", () => {
    const reversed = Object.fromEntries(Object.entries(claim).reverse());
    expect(Object.keys(validateSignals(claims, reversed))).toEqual(
      Object.keys(validateSignals(claims, claim)),
    );
  });
});

describe("validateSignals on what the policy does not declare", () => {
  it.each(mismatches)("refuses a wrong %s with %s, whatever is wrong", (signal, code, values) => {
    expect(values.map((value) => codeOf({ ...valid, [signal]: value }))).toEqual(values.map(() => code));
  });

  const undeclared = new Map<string, Record<string, unknown>>([
    ["a misspelt name beside all the others", { ...claim, risk_scor: 1 }],
    ["a symbol", { ...claim, [Symbol("risk")]: 1 }],
    ["a hidden property", Object.defineProperty({ ...claim }, "extra", { value: 1, enumerable: false })],
    ["an own __proto__", Object.fromEntries([...Object.entries(claim), ["__proto__", { value: 1 }]])],
  ]);
  for (const [title, signals] of undeclared) {
    it(`refuses ${title} with VAL-003 (threats 3 and 8)`, () => {
      expect(() => validateSignals(claims, signals)).toThrow(expect.objectContaining({ code: "VAL-003" }));
    });
  }

  it("names the same undeclared signal whatever the order of members", () => {
    for (const names of [
      ["b", "a"],
      ["a", "b"],
    ]) {
      const signals = { ...claim, ...Object.fromEntries(names.map((name) => [name, 1])) };
      expect(() => validateSignals(claims, signals)).toThrow(
        expect.objectContaining({
          code: "VAL-003",
          details: expect.objectContaining({ signal: "a" }) as unknown,
        }),
      );
    }
  });

  const missing = new Map<string, unknown>([
    ["one missing", { claim_amount: 1, risk_score: 1 }],
    ["all missing", {}],
    [
      "one inherited",
      Object.assign(Object.create({ vip_customer: true }) as object, { claim_amount: 1, risk_score: 1 }),
    ],
    ["no object", "claim_amount"],
    ["null", null],
    ["a list", [1, 2]],
  ]);
  for (const [title, signals] of missing) {
    it(`refuses ${title} with VAL-004`, () => {
      expect(() => validateSignals(claims, signals as Record<string, unknown>)).toThrow(
        expect.objectContaining({ code: "VAL-004" }),
      );
    });
  }

  it("never counts inherited names as signals, also when they are declared (threat 3)", () => {
    const names = ["toString", "constructor", "hasOwnProperty", "__proto__"];
    const signalsSchema = Object.fromEntries(
      names.map((name) => [name, { type: "boolean", optional: true }]),
    );
    const policy = parsePolicy(documentBytes(withSignals(signalsSchema)));
    expect(Object.keys(validateSignals(policy, {}))).toEqual([]);
    const own = Object.fromEntries(names.map((name) => [name, true]));
    expect(Object.keys(validateSignals(policy, own)).sort()).toEqual([...names].sort());
    expect(Object.hasOwn(Object.prototype, "value")).toBe(false);
  });

  it("has a documented code for every refusal", () => {
    const codes = new Set(["VAL-003", "VAL-004", ...mismatches.map(([, code]) => code)]);
    expect([...codes].sort()).toEqual(Object.keys(signalErrors).sort());
  });
});

describe("validateSignals on objects that misbehave (threat 8)", () => {
  it("reads each value once, so a getter cannot show one value to the check and another to the decision", () => {
    let reads = 0;
    const signals = {
      ...claim,
      get risk_score() {
        reads += 1;
        return reads === 1 ? 10 : 99;
      },
    };
    expect(validateSignals(claims, signals).risk_score).toBe(10);
    expect(reads).toBe(1);
  });

  it("turns what a getter or a proxy throws into a typed refusal", () => {
    const thrower = {
      ...claim,
      get risk_score(): number {
        throw new Error("from outside");
      },
    };
    const proxy = new Proxy(claim, {
      ownKeys: () => {
        throw new Error("from outside");
      },
    });
    expect(() => validateSignals(claims, thrower)).toThrow(expect.objectContaining({ code: "VAL-007" }));
    expect(() => validateSignals(claims, proxy)).toThrow(expect.objectContaining({ code: "VAL-004" }));
  });

  it("reads each item of a list once, and takes one that throws for no item", () => {
    let reads = 0;
    const list = ["new"];
    Object.defineProperty(list, 0, {
      enumerable: true,
      get: () => {
        reads += 1;
        return reads === 1 ? "new" : "old";
      },
    });
    expect(validateSignals(all, { ...valid, tags: list }).tags).toEqual(["new"]);
    expect(reads).toBe(1);
    const refuses = (): never => {
      throw new Error("from outside");
    };
    const { proxy, revoke } = Proxy.revocable(["new"], {});
    revoke();
    for (const tags of [
      new Proxy(["new"], { ownKeys: refuses }),
      new Proxy(["new"], { get: refuses }),
      proxy,
    ]) {
      expect(codeOf({ ...valid, tags })).toBe("VAL-013");
    }
    expect(() => validateSignals(all, proxy as unknown as Record<string, unknown>)).toThrow(
      expect.objectContaining({ code: "VAL-004" }),
    );
  });

  it("is not changed by a later change of the caller's object (threat 9)", () => {
    const signals = { ...claim };
    const values = validateSignals(claims, signals);
    signals.risk_score = 100;
    expect(values.risk_score).toBe(12);
  });
});

describe("the error of several wrong signals", () => {
  const errorOf = (signals: Record<string, unknown>): GovernanceError => {
    try {
      validateSignals(all, signals);
    } catch (error) {
      if (error instanceof GovernanceError) return error;
    }
    throw new Error("the signals were accepted");
  };

  it("has the code of the first and lists each of them: undeclared by name, then as declared", () => {
    const { flag, ...others } = valid;
    expect(flag).toBe(true);
    const error = errorOf({ ...others, tags: ["new", 1], colour: "red", count: "3", zone: 1 });
    expect(error.code).toBe("VAL-003");
    expect(error.details).toMatchObject({ signal: "colour" });
    expect(error.details.problems).toEqual([
      {
        code: "VAL-003",
        signal: "colour",
        message:
          'Signal "colour" is not declared by policy claims-approval 1.0.0 (did you mean "color"?); only declared signals are accepted.',
      },
      {
        code: "VAL-003",
        signal: "zone",
        message:
          'Signal "zone" is not declared by policy claims-approval 1.0.0; only declared signals are accepted.',
      },
      {
        code: "VAL-004",
        signal: "flag",
        message: 'Signal "flag" is missing; policy claims-approval 1.0.0 needs true or false.',
      },
      {
        code: "VAL-007",
        signal: "count",
        message: 'Signal "count" must be a whole number from 0 to 10; the given string is not.',
      },
      {
        code: "VAL-013",
        signal: "tags",
        message:
          'Signal "tags" must be a list of 0 to 3 items, each a well-formed string of 0 to 8 characters; item 1 of the given list is not.',
      },
    ]);
  });

  it("names the first wrong item of a list, and none when the list itself is wrong", () => {
    expect(errorOf({ ...valid, tags: ["a", 1, 2] }).details).toMatchObject({ signal: "tags", index: 1 });
    expect(errorOf({ ...valid, tags: ["a", "b", "c", "d"] }).details).not.toHaveProperty("index");
  });

  it("lists one problem when there is one, and at most 20", () => {
    expect(errorOf({ ...valid, count: 11 }).details.problems).toHaveLength(1);
    const many = Object.fromEntries(times(1_000, (n) => [`x${n}`, n]));
    expect(errorOf({ ...valid, ...many }).details.problems).toHaveLength(20);
  });

  it("costs little, however many names are nearly right", () => {
    const names = times(256, (n) => `${"signal_of_a_long_name".repeat(2)}_${n}`);
    const policy = parsePolicy(
      documentBytes(withSignals(Object.fromEntries(names.map((name) => [name, { type: "boolean" }])))),
    );
    const hostile = Object.fromEntries(
      times(20_000, (n) => [`${"signal_of_a_long_nane".repeat(2)}_x${n}`, true]),
    );
    const before = process.cpuUsage();
    expect(() => validateSignals(policy, hostile)).toThrow(expect.objectContaining({ code: "VAL-003" }));
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});

describe("the message of a refused signal", () => {
  const messageOf = (signals: Record<string, unknown>): string => {
    try {
      validateSignals(all, signals);
    } catch (error) {
      if (error instanceof GovernanceError) return error.message;
    }
    return "";
  };

  it("names the signal and what was expected, and not the value", () => {
    const message = messageOf({ ...valid, name: "secret".repeat(100) });
    expect(message).toBe(
      '[VAL-008] Signal "name" must be a well-formed string of 2 to 8 characters; the given string is not.',
    );
  });

  it("stays short when names or declarations are long", () => {
    const values = times(500, (n) => `${n}-${"v".repeat(200)}`);
    const policy = parsePolicy(documentBytes(withSignals({ a: { type: "enum", values } })));
    const refusals = [{ a: "x" }, { a: values[0], ["y".repeat(1_000_000)]: 1 }, {}].map((signals) => {
      try {
        validateSignals(policy, signals);
      } catch (error) {
        if (error instanceof GovernanceError) return JSON.stringify([error.message, error.details]);
      }
      return "";
    });
    expect(Math.max(...refusals.map((text) => text.length))).toBeLessThan(2_000);
    expect(Math.min(...refusals.map((text) => text.length))).toBeGreaterThan(50);
  });
});
