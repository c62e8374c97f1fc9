import { afterEach, describe, expect, it, vi } from "vitest";
import type { Policy } from "@parmanasystems/governance";
import { validateSignals } from "@parmanasystems/governance";
import { type CompileTerms, compileWith } from "../src/compile-policy.js";
import { compilePolicy, interpretPolicy } from "../src/index.js";
import { codeOf, errorOf } from "./code-of.js";
import { claims, claimsDocument, claimsPolicy, policyOf, signals, without } from "./fixtures.js";

describe("compilePolicy decides the claims policy of the design", () => {
  it.each([
    [{ claim_amount: 100_000, risk_score: 80, vip_customer: false }, "approved", "small-claim"],
    [{ claim_amount: 100_001, risk_score: 80, vip_customer: true }, "pending_override", "catch-all"],
    [{ claim_amount: 0, risk_score: 81, vip_customer: true }, "rejected", "high-risk"],
    [{ claim_amount: 100_000_000, risk_score: 0, vip_customer: true }, "pending_override", "catch-all"],
  ])("%j", (given, decision, rule_id) => {
    expect(claims.decide(given)).toMatchObject({ decision, rule_id });
  });

  it("returns one frozen result per rule", () => {
    const result = claims.decide(signals);
    expect(result).toEqual({
      decision: "approved",
      rule_id: "small-claim",
      action: "approve",
      reason: "small claim",
    });
    expect(Object.isFrozen(result)).toBe(true);
    expect(claims.decide({ ...signals, risk_score: 1 })).toBe(result);
  });

  it("takes the first rule that matches", () => {
    const [highRisk, smallClaim, catchAll] = claimsDocument.rules;
    const swapped = compilePolicy(policyOf({ ...claimsDocument, rules: [smallClaim, highRisk, catchAll] }));
    expect(swapped.decide({ ...signals, risk_score: 100 }).rule_id).toBe("small-claim");
  });

  it("carries the policy and is frozen", () => {
    expect(claims.policy).toBe(claimsPolicy);
    expect(Object.isFrozen(claims)).toBe(true);
  });
});

const refusals: readonly (readonly [name: string, given: unknown, code: string])[] = [
  ["no signals", {}, "VAL-004"],
  ["a missing signal", { claim_amount: 1, risk_score: 1 }, "VAL-004"],
  ["a misspelt signal", { ...signals, risk_Score: 1 }, "VAL-003"],
  ["null for a signal", { ...signals, risk_score: null }, "VAL-007"],
  ["undefined for a signal", { ...signals, risk_score: undefined }, "VAL-007"],
  ["a string for an integer", { ...signals, risk_score: "80" }, "VAL-007"],
  ["a fraction for an integer", { ...signals, risk_score: 80.5 }, "VAL-007"],
  ["NaN", { ...signals, risk_score: Number.NaN }, "VAL-007"],
  ["infinity", { ...signals, risk_score: Number.POSITIVE_INFINITY }, "VAL-007"],
  ["an integer below its range", { ...signals, risk_score: -1 }, "VAL-007"],
  ["an integer above its range", { ...signals, risk_score: 101 }, "VAL-007"],
  ["a BigInt", { ...signals, risk_score: 80n }, "VAL-007"],
  ["a boxed number", { ...signals, risk_score: Object(80) as unknown }, "VAL-007"],
  ["an array for a scalar", { ...signals, risk_score: [80] }, "VAL-007"],
  ["a governed signal", { ...signals, risk_score: { value: 80, provenance: { source: "x" } } }, "VAL-007"],
  ["a number for a boolean", { ...signals, vip_customer: 1 }, "VAL-006"],
  [
    "an inherited signal",
    Object.setPrototypeOf({ claim_amount: 1, risk_score: 1 }, { vip_customer: true }),
    "VAL-004",
  ],
  [
    "an own __proto__",
    Object.defineProperty({ ...signals }, "__proto__", { value: 1, enumerable: true }),
    "VAL-003",
  ],
  ["an array", [1, 2, true], "VAL-004"],
  ["null", null, "VAL-004"],
  ["undefined", undefined, "VAL-004"],
  ["a string", "signals", "VAL-004"],
  ["a function", () => signals, "VAL-004"],
  ["a Map", new Map(Object.entries(signals)), "VAL-004"],
];

/** Everything that callers can see must be alike in generated code and in closures. */
const ways: readonly (readonly [name: string, terms: CompileTerms])[] = [
  ["generated code", { generate: true }],
  ["closures", { generate: false }],
];

describe.each(ways)("decide() of %s refuses signals as validateSignals does (threat 8)", (_way, terms) => {
  const claims = compileWith(claimsPolicy, terms);

  it.each(refusals)("%s", (_, given, code) => {
    const untrusted = given as Record<string, unknown>;
    const error = errorOf(() => validateSignals(claimsPolicy, untrusted));
    expect(error).toMatchObject({ code });
    expect(errorOf(() => claims.decide(untrusted))).toEqual(error);
  });

  it("refuses what is no object, even when every signal is optional", () => {
    const policy = policyOf({ ...claimsDocument, ...allOptional });
    const compiled = compileWith(policy, terms);
    expect(compiled.decide({}).rule_id).toBe("catch-all");
    for (const given of [[], "", 5, null, undefined, () => 1]) {
      const untrusted = given as unknown as Record<string, unknown>;
      expect(codeOf(() => compiled.decide(untrusted))).toBe("VAL-004");
    }
  });

  it("accepts an instance of a class and a null prototype: only own members count", () => {
    class Claim {
      claim_amount = 1;
      risk_score = 1;
      vip_customer = true;
    }
    const claim: object = new Claim();
    expect(claims.decide(claim as Record<string, unknown>).rule_id).toBe("small-claim");
    expect(claims.decide(Object.assign(Object.create(null) as object, signals)).rule_id).toBe("small-claim");
  });

  it("names the signal and never quotes its value", () => {
    expect(() => claims.decide({ ...signals, risk_score: "s3cret" })).toThrow(
      expect.objectContaining({ code: "VAL-007", message: expect.not.stringContaining("s3cret") as string }),
    );
  });
});

const allOptional = {
  signalsSchema: Object.fromEntries(
    Object.entries(claimsDocument.signalsSchema).map(([name, declared]) => [
      name,
      { ...declared, optional: true },
    ]),
  ),
};

describe.each(ways)("decide() of %s reads every property once (threats 8 and 9)", (_way, terms) => {
  const claims = compileWith(claimsPolicy, terms);

  function counting(values: Record<string, unknown>): { reads: string[]; given: Record<string, unknown> } {
    const reads: string[] = [];
    const given = new Proxy(values, {
      get(target, name, receiver) {
        reads.push(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    return { reads, given };
  }

  it("when it accepts", () => {
    const { reads, given } = counting({ ...signals });
    claims.decide(given);
    expect(reads.sort()).toEqual(["claim_amount", "risk_score", "vip_customer"]);
  });

  it.each([
    ["the first is wrong", { ...signals, claim_amount: -1 }],
    ["the last is wrong", { ...signals, vip_customer: "yes" }],
    ["one is null", { ...signals, risk_score: null }],
    ["one is missing", { claim_amount: 1, vip_customer: true }],
  ])("when it refuses because %s", (_, values) => {
    const { reads, given } = counting(values);
    expect(() => claims.decide(given)).toThrow(expect.objectContaining({ name: "GovernanceError" }));
    expect(reads.sort()).toEqual(Object.keys(values).sort());
  });

  it("so that a getter cannot show the rules another value than the check", () => {
    let reads = 0;
    const given = {
      ...signals,
      get risk_score() {
        reads += 1;
        return reads === 1 ? 80 : 100;
      },
    };
    expect(claims.decide(given).rule_id).toBe("small-claim");
    expect(reads).toBe(1);
  });

  it("and a getter or a Proxy that throws is a value that nobody declared", () => {
    const throwing = {
      ...signals,
      get risk_score(): number {
        throw new Error("no");
      },
    };
    expect(codeOf(() => claims.decide(throwing))).toBe("VAL-007");
    const hostile = new Proxy(
      { ...signals },
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    expect(codeOf(() => claims.decide(hostile))).toBe("VAL-004");
    const { proxy, revoke } = Proxy.revocable({ ...signals }, {});
    revoke();
    expect(codeOf(() => claims.decide(proxy))).toBe("VAL-004");
  });

  it("ignores members that are no data, which no rule can read", () => {
    const hidden = Object.defineProperty({ ...signals, [Symbol("risk_score")]: 100 }, "note", { value: 1 });
    expect(claims.decide(hidden)).toBe(claims.decide(signals));
  });
});

describe.each(ways)("a list, read by %s", (_way, terms) => {
  const policy = policyOf({
    ...claimsDocument,
    signalsSchema: {
      codes: { type: "list", items: { type: "integer", minimum: 0, maximum: 9 }, maxItems: 3 },
    },
    rules: [
      {
        id: "holds-5",
        condition: { signal: "codes", contains: 5 },
        outcome: { decision: "approved", action: "approve", reason: "5" },
      },
      ...claimsDocument.rules.slice(2),
    ],
  });
  const compiled = compileWith(policy, terms);
  const decide = (codes: unknown): string => compiled.decide({ codes }).rule_id;

  it("is read item by item, each once", () => {
    const reads: string[] = [];
    const codes = new Proxy([1, 5], {
      get(target, name, receiver) {
        reads.push(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    expect(decide(codes)).toBe("holds-5");
    expect(reads).toEqual(["length", "0", "1"]);
  });

  it("is not read when it is too long", () => {
    const reads: string[] = [];
    const codes = new Proxy(new Array<number>(100_000).fill(5), {
      get(target, name, receiver) {
        reads.push(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    expect(codeOf(() => decide(codes))).toBe("VAL-013");
    expect(reads).toEqual(["length"]);
  });

  it("cannot show the rules another item than the check", () => {
    let reads = 0;
    const codes = Object.defineProperty([1], 0, {
      enumerable: true,
      get: () => {
        reads += 1;
        return reads === 1 ? 1 : 5;
      },
    });
    expect(decide(codes)).toBe("catch-all");
    expect(reads).toBe(1);
  });

  const throwing = Object.defineProperty([1, 2], 1, {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  const { proxy: revoked, revoke } = Proxy.revocable([1], {});
  revoke();
  it.each([
    ["a number", 5],
    ["an object with a length", { length: 1, 0: 5 }],
    ["too many items", [1, 2, 3, 5]],
    ["a wrong item", [5, 10]],
    ["a text for a number", ["5"]],
    ["a list in a list", [[5]]],
    ["a hole", [5, , 5]], // eslint-disable-line no-sparse-arrays
    ["a member besides", Object.assign([5], { note: 1 })],
    ["an item that throws", throwing],
    ["a revoked proxy", revoked],
    ["a typed array", new Uint8Array([5])],
  ])("is refused as validateSignals does when it is %s", (_, codes) => {
    const error = errorOf(() => validateSignals(policy, { codes }));
    expect(error).toMatchObject({ code: "VAL-013" });
    expect(errorOf(() => decide(codes))).toEqual(error);
  });

  it("is not filled up from a polluted Array.prototype", () => {
    Object.defineProperty(Array.prototype, 0, { value: 5, configurable: true, writable: true });
    try {
      expect(codeOf(() => decide(new Array(1)))).toBe("VAL-013");
      expect(decide([])).toBe("catch-all");
    } finally {
      Reflect.deleteProperty(Array.prototype, 0);
    }
  });
});

describe.each(ways)("a polluted Object.prototype (threat 58), and %s", (_way, terms) => {
  const claims = compileWith(claimsPolicy, terms);

  it("neither supplies a signal nor counts as one", () => {
    Object.defineProperty(Object.prototype, "vip_customer", {
      value: true,
      configurable: true,
      enumerable: true,
      writable: true,
    });
    try {
      expect(codeOf(() => claims.decide(without(signals, "vip_customer")))).toBe("VAL-004");
      expect(claims.decide(signals).rule_id).toBe("small-claim");
      const optional = compileWith(policyOf({ ...claimsDocument, ...allOptional }), terms);
      expect(optional.decide({}).rule_id).toBe("catch-all");
    } finally {
      Reflect.deleteProperty(Object.prototype, "vip_customer");
    }
  });
});

describe("neither evaluator guesses", () => {
  const [rule] = claimsPolicy.rules;
  if (rule === undefined) throw new Error("The claims policy has rules.");
  const handMade = (changes: object): Policy => ({ ...claimsPolicy, ...changes });
  const withCondition = (condition: unknown): Policy =>
    handMade({ rules: [{ ...rule, condition: condition as Policy["rules"][number]["condition"] }] });
  const validated = validateSignals(claimsPolicy, signals);

  it("SYS-006 when no rule matches (threat 32)", () => {
    const noCatchAll = handMade({ rules: [rule] });
    expect(codeOf(() => compilePolicy(noCatchAll).decide(signals))).toBe("SYS-006");
    expect(codeOf(() => compilePolicy(noCatchAll).evaluate(validated))).toBe("SYS-006");
    expect(codeOf(() => interpretPolicy(noCatchAll, validated))).toBe("SYS-006");
  });

  const literal = (value: unknown): object => ({ kind: "literal", value });
  it.each([
    ["condition", { kind: "none", conditions: [] }],
    ["operator", { kind: "comparison", signal: "risk_score", operator: "matches", operand: literal(1) }],
    ["signal", { kind: "comparison", signal: "score", operator: "equals", operand: literal(1) }],
    [
      "order of booleans",
      { kind: "comparison", signal: "vip_customer", operator: "less_than", operand: literal(true) },
    ],
    ["range", { kind: "comparison", signal: "risk_score", operator: "between", operand: literal([1]) }],
    ["list", { kind: "comparison", signal: "risk_score", operator: "in", operand: literal(1) }],
    ["text", { kind: "comparison", signal: "risk_score", operator: "contains", operand: literal("1") }],
  ])("INV-055 for an unknown %s", (_, condition) => {
    const policy = withCondition(condition);
    expect(codeOf(() => compilePolicy(policy).decide(signals))).toBe("INV-055");
    expect(codeOf(() => interpretPolicy(policy, validated))).toBe("INV-055");
  });

  it("INV-055 for an unknown signal type", () => {
    const policy = handMade({ signals: new Map([["x", { type: "money", optional: false }]]) });
    expect(codeOf(() => compilePolicy(policy))).toBe("INV-055");
  });
});

describe("evaluation depends on nothing but policy and signals (threat 33)", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  const document = {
    ...claimsDocument,
    signalsSchema: {
      day: { type: "date" },
      at: { type: "timestamp" },
      text: { type: "string" },
      price: { type: "decimal", scale: 2 },
    },
    rules: [
      {
        id: "all-types",
        condition: {
          all: [
            { signal: "day", less_than: "2026-03-29" },
            { signal: "at", greater_than: "2026-03-29T00:59:59.999Z" },
            { signal: "text", contains: "I\u0307" },
            { signal: "price", less_than: "10.00" },
          ],
        },
        outcome: { decision: "approved", action: "approve", reason: "ok" },
      },
      ...claimsDocument.rules.slice(2),
    ],
  };
  const given = { day: "2026-03-28", at: "2026-03-29T01:00:00.000Z", text: "\u0130I\u0307", price: "9.99" };

  it.each(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "Asia/Kathmandu"])(
    "in time zone %s",
    (TZ) => {
      process.env["TZ"] = TZ;
      const policy = policyOf(document);
      expect(compilePolicy(policy).decide(given).rule_id).toBe("all-types");
      expect(interpretPolicy(policy, validateSignals(policy, given)).rule_id).toBe("all-types");
    },
  );

  it.each(ways)("without clock, random source or locale, in %s", (_, terms) => {
    const policy = policyOf(document);
    const compiled = compileWith(policy, terms);
    const forbidden = (): never => {
      throw new Error("Evaluation must not ask for this.");
    };
    vi.spyOn(Date, "now").mockImplementation(forbidden);
    vi.spyOn(Math, "random").mockImplementation(forbidden);
    vi.spyOn(String.prototype, "localeCompare").mockImplementation(forbidden);
    vi.spyOn(String.prototype, "toLocaleLowerCase").mockImplementation(forbidden);
    vi.stubGlobal("Intl", undefined);
    vi.stubGlobal("Function", forbidden);
    vi.stubGlobal("eval", forbidden);
    expect(compiled.decide(given).rule_id).toBe("all-types");
    expect(compiled.evaluate(validateSignals(policy, given)).rule_id).toBe("all-types");
    expect(interpretPolicy(policy, validateSignals(policy, given)).rule_id).toBe("all-types");
    expect(compileWith(policy, { generate: false }).decide(given).rule_id).toBe("all-types");
  });

  it("in any order of members, 10,000 times", () => {
    const orders = [given, Object.fromEntries(Object.entries(given).reverse())];
    const compiled = compilePolicy(policyOf(document));
    const results = new Set(
      Array.from({ length: 10_000 }, (_, index) => compiled.decide(orders[index % 2] ?? given)),
    );
    expect([...results].map(({ rule_id }) => rule_id)).toEqual(["all-types"]);
  });
});
