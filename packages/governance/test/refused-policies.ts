import { policyLimits } from "../src/policy/policy-limits.js";
import { catchAll, exampleDocument, withCondition, withSignals } from "./example-policy.js";
import { times } from "./policy-arbitrary.js";

/** A catch-all that approves. */
export const rule = {
  id: "r",
  condition: { all: [] },
  outcome: { decision: "approved", action: "a", reason: "r" },
};

/** A condition nested that deep. */
export function nested(depth: number): unknown {
  return depth === 1 ? { signal: "flag", equals: true } : { all: [nested(depth - 1)] };
}

function withOutcome(outcome: unknown): unknown {
  return { ...exampleDocument(), rules: [{ ...rule, outcome }] };
}

function withOverride(change: object): unknown {
  return {
    ...exampleDocument(),
    override: { approverRoles: ["a"], quorum: 1, expiresAfterSeconds: 60, ...change },
  };
}

/** The document, its code, and the JSON pointer of the defect. */
export type Refusal = readonly [title: string, document: unknown, code: string, pointer: string];

export const refusedDocuments: readonly Refusal[] = [
  ["an array", [], "POL-003", ""],
  ["null", null, "POL-003", ""],
  ["no rules member", { ...exampleDocument(), rules: undefined }, "POL-004", ""],
  ["no schemaVersion", { ...exampleDocument(), schemaVersion: undefined }, "POL-004", ""],
  ["an unknown member", { ...exampleDocument(), comment: "x" }, "POL-005", "/comment"],
  [
    "an unknown member of a rule",
    { ...exampleDocument(), rules: [{ ...rule, when: 1 }] },
    "POL-005",
    "/rules/0/when",
  ],
  ["a member called constructor", { ...exampleDocument(), constructor: 1 }, "POL-005", "/constructor"],
  ["signalsSchema as a list", withSignals([]), "POL-006", "/signalsSchema"],
  ["rules as an object", { ...exampleDocument(), rules: {} }, "POL-006", "/rules"],
  ["a rule that is text", { ...exampleDocument(), rules: ["x"] }, "POL-006", "/rules/0"],
  ["an empty description", { ...exampleDocument(), description: "" }, "POL-006", "/description"],
  ["a description of two lines", { ...exampleDocument(), description: "a\nb" }, "POL-006", "/description"],
  ["replay as text", { ...exampleDocument(), replay: "execution" }, "POL-006", "/replay"],
  ["replay as null", { ...exampleDocument(), replay: null }, "POL-006", "/replay"],
  [
    "an unknown replay identity",
    { ...exampleDocument(), replay: { identity: "none" } },
    "POL-006",
    "/replay/identity",
  ],
  [
    "a newer schemaVersion",
    { ...exampleDocument(), schemaVersion: "2.0.0", new: 1 },
    "POL-009",
    "/schemaVersion",
  ],
  [
    "a schemaVersion that is a number",
    { ...exampleDocument(), schemaVersion: 1 },
    "POL-009",
    "/schemaVersion",
  ],
  ...["v1.0.0", "1.0", "01.0.0", "1.0.0-", "1.0.0 ", "", "../..", `1.0.0-${"a".repeat(60)}`, 1].map(
    (version): Refusal => [
      `policyVersion ${JSON.stringify(version)}`,
      { ...exampleDocument(), policyVersion: version },
      "POL-022",
      "/policyVersion",
    ],
  ),
  ...[
    "Claims",
    "-a",
    "a_b",
    "a/b",
    "..",
    "",
    "a".repeat(65),
    "claims\u2011approval",
    "claims\n",
    7,
    null,
  ].map((id): Refusal => [
    `policyId ${JSON.stringify(id)}`,
    { ...exampleDocument(), policyId: id },
    "POL-023",
    "/policyId",
  ]),
  [
    "a rule id with a space",
    { ...exampleDocument(), rules: [{ ...rule, id: "a b" }] },
    "POL-023",
    "/rules/0/id",
  ],
  ["two rules of one id", { ...exampleDocument(), rules: [rule, rule] }, "POL-020", "/rules/1/id"],
  ["no rules", { ...exampleDocument(), rules: [] }, "POL-021", "/rules"],
  [
    "a last rule with a condition",
    {
      ...exampleDocument(),
      rules: [catchAll(), { ...rule, condition: { signal: "risk_score", equals: 1 } }],
    },
    "POL-021",
    "/rules/1/condition",
  ],
  [
    "a last rule that is true another way",
    { ...exampleDocument(), rules: [{ ...rule, condition: { all: [{ all: [] }] } }] },
    "POL-021",
    "/rules/0/condition",
  ],
  ["pending_override without terms", { ...exampleDocument(), override: undefined }, "POL-024", ""],
  [
    "too many rules",
    {
      ...exampleDocument(),
      rules: times(policyLimits.rules + 1, (n) => ({ ...rule, id: `r${n}` })),
    },
    "POL-025",
    "/rules",
  ],
  [
    "too many signals",
    withSignals(Object.fromEntries(times(257, (n) => [`s${n}`, { type: "boolean" }]))),
    "POL-025",
    "/signalsSchema",
  ],
  ["override as text", { ...exampleDocument(), override: "x" }, "POL-026", "/override"],
  ["no approver roles", withOverride({ approverRoles: [] }), "POL-026", "/override/approverRoles"],
  ["a role twice", withOverride({ approverRoles: ["a", "a"] }), "POL-026", "/override/approverRoles/1"],
  ["a role with capitals", withOverride({ approverRoles: ["A"] }), "POL-023", "/override/approverRoles/0"],
  ["a quorum of 0", withOverride({ quorum: 0 }), "POL-026", "/override/quorum"],
  ["a quorum of one and a half", withOverride({ quorum: 1.5 }), "POL-026", "/override/quorum"],
  [
    "an override without end",
    withOverride({ expiresAfterSeconds: 1e12 }),
    "POL-026",
    "/override/expiresAfterSeconds",
  ],
  ["an outcome that is text", withOutcome("approved"), "POL-019", "/rules/0/outcome"],
  [
    "a decision of its own",
    withOutcome({ decision: "allow", action: "a", reason: "r" }),
    "POL-019",
    "/rules/0/outcome/decision",
  ],
  [
    "an empty action",
    withOutcome({ decision: "approved", action: "", reason: "r" }),
    "POL-019",
    "/rules/0/outcome/action",
  ],
  [
    "a reason that can hide text",
    withOutcome({ decision: "approved", action: "a", reason: "safe \u202eevas" }),
    "POL-019",
    "/rules/0/outcome/reason",
  ],
  [
    "a reason too large to attest",
    withOutcome({ decision: "approved", action: "a", reason: "é".repeat(257) }),
    "POL-019",
    "/rules/0/outcome/reason",
  ],
];

export const refusedDeclarations: readonly Refusal[] = [
  ...["1st", "a-b", "", "a b", "ä", "a".repeat(65), "a.b"].map((name): Refusal => [
    `a signal named ${JSON.stringify(name)}`,
    withSignals({ [name]: { type: "boolean" } }),
    "POL-010",
    `/signalsSchema/${name.length > 64 ? `${name.slice(0, 63)}…` : name}`,
  ]),
  ["a declaration that is text", withSignals({ a: "boolean" }), "POL-011", "/signalsSchema/a"],
  ["no type", withSignals({ a: {} }), "POL-011", "/signalsSchema/a"],
  ...["list", "float", "constructor", "__proto__", 1].map((type): Refusal => [
    `type ${type}`,
    withSignals({ a: { type } }),
    "POL-011",
    "/signalsSchema/a/type",
  ]),
  [
    "a bound on a boolean",
    withSignals({ a: { type: "boolean", minimum: 0 } }),
    "POL-011",
    "/signalsSchema/a/minimum",
  ],
  [
    "an unbounded integer",
    withSignals({ a: { type: "integer", minimum: 0 } }),
    "POL-011",
    "/signalsSchema/a",
  ],
  ["a decimal without scale", withSignals({ a: { type: "decimal" } }), "POL-011", "/signalsSchema/a"],
  ["an enum without values", withSignals({ a: { type: "enum" } }), "POL-011", "/signalsSchema/a"],
  [
    "a string format",
    withSignals({ a: { type: "string", format: "email" } }),
    "POL-011",
    "/signalsSchema/a/format",
  ],
  [
    "optional as text",
    withSignals({ a: { type: "date", optional: "no" } }),
    "POL-012",
    "/signalsSchema/a/optional",
  ],
  [
    "optional as null",
    withSignals({ a: { type: "date", optional: null } }),
    "POL-012",
    "/signalsSchema/a/optional",
  ],
  [
    "an integer range upside down",
    withSignals({ a: { type: "integer", minimum: 2, maximum: 1 } }),
    "POL-012",
    "/signalsSchema/a",
  ],
  [
    "an integer bound with a fraction",
    withSignals({ a: { type: "integer", minimum: 0.5, maximum: 1 } }),
    "POL-012",
    "/signalsSchema/a/minimum",
  ],
  [
    "a number range upside down",
    withSignals({ a: { type: "number", minimum: 1, maximum: 0 } }),
    "POL-012",
    "/signalsSchema/a",
  ],
  ["a scale of ten", withSignals({ a: { type: "decimal", scale: 10 } }), "POL-012", "/signalsSchema/a/scale"],
  [
    "a decimal bound of another scale",
    withSignals({ a: { type: "decimal", scale: 2, minimum: "1.0" } }),
    "POL-012",
    "/signalsSchema/a/minimum",
  ],
  [
    "a decimal range upside down",
    withSignals({ a: { type: "decimal", scale: 0, minimum: "10", maximum: "9" } }),
    "POL-012",
    "/signalsSchema/a",
  ],
  [
    "lengths upside down",
    withSignals({ a: { type: "string", minLength: 2, maxLength: 1 } }),
    "POL-012",
    "/signalsSchema/a",
  ],
  [
    "a least length above the default most",
    withSignals({ a: { type: "string", minLength: 1025 } }),
    "POL-012",
    "/signalsSchema/a",
  ],
  [
    "a length no signal may have",
    withSignals({ a: { type: "string", maxLength: 16385 } }),
    "POL-012",
    "/signalsSchema/a/maxLength",
  ],
  [
    "an enum of nothing",
    withSignals({ a: { type: "enum", values: [] } }),
    "POL-012",
    "/signalsSchema/a/values",
  ],
  [
    "an enum value twice",
    withSignals({ a: { type: "enum", values: ["x", "x"] } }),
    "POL-012",
    "/signalsSchema/a/values/1",
  ],
  [
    "an enum value that is a number",
    withSignals({ a: { type: "enum", values: [1] } }),
    "POL-012",
    "/signalsSchema/a/values/0",
  ],
  [
    "an enum of too many values",
    withSignals({ a: { type: "enum", values: times(1001, (n) => `v${n}`) } }),
    "POL-025",
    "/signalsSchema/a/values",
  ],
];

const at = "/rules/0/condition";

export const refusedConditions: readonly Refusal[] = [
  ...[null, "x", 1, true, [], {}, { equals: 1 }, { then: [] }].map((condition): Refusal => [
    `the condition ${JSON.stringify(condition)}`,
    withCondition(condition),
    "POL-013",
    at,
  ]),
  ["two composites", withCondition({ all: [], any: [] }), "POL-013", at],
  ["a composite with a signal", withCondition({ signal: "flag", all: [] }), "POL-013", at],
  ["all of an object", withCondition({ all: {} }), "POL-013", `${at}/all`],
  ["any of nothing", withCondition({ any: [] }), "POL-013", `${at}/any`],
  ["not of a list", withCondition({ not: [] }), "POL-013", `${at}/not`],
  ["a signal that is a number", withCondition({ signal: 1, equals: 1 }), "POL-013", `${at}/signal`],
  ...["matches", "eq", "Equals", "constructor", "__proto__", "a/b~c"].map((operator): Refusal => [
    `the operator ${operator}`,
    withCondition(
      Object.fromEntries([
        ["signal", "flag"],
        [operator, true],
      ]),
    ),
    "POL-014",
    `${at}/${operator.replaceAll("~", "~0").replaceAll("/", "~1")}`,
  ]),
  [
    "an operator beside an unknown one",
    withCondition({ signal: "count", equals: 1, equal: 1 }),
    "POL-014",
    `${at}/equal`,
  ],
  ["no operator", withCondition({ signal: "flag" }), "POL-015", at],
  ["two operators", withCondition({ signal: "count", greater_than: 5, less_than: 10 }), "POL-015", at],
  ...["counts", "toString", "__proto__", ""].map((signal): Refusal => [
    `the undeclared signal ${JSON.stringify(signal)}`,
    withCondition({ signal, equals: 1 }),
    "POL-016",
    `${at}/signal`,
  ]),
  [
    "an undeclared signal as operand",
    withCondition({ signal: "count", equals: { signal: "counts" } }),
    "POL-016",
    `${at}/equals/signal`,
  ],
  [
    "an undeclared signal deep inside",
    withCondition({ any: [{ not: { signal: "x", exists: true } }] }),
    "POL-016",
    `${at}/any/0/not/signal`,
  ],
  ...(
    [
      ["flag", "equals", "true"],
      ["flag", "not_equals", 1],
      ["count", "equals", "1"],
      ["count", "equals", 1.5],
      ["count", "greater_than", 11],
      ["count", "less_than", -1],
      ["count", "equals", null],
      ["count", "equals", [1]],
      ["ratio", "equals", 2],
      ["price", "equals", 1],
      ["price", "equals", "1"],
      ["price", "equals", "1.000"],
      ["price", "greater_than", "100.01"],
      ["price", "equals", "-0.00"],
      ["name", "equals", "a"],
      ["name", "equals", "a".repeat(9)],
      ["name", "contains", ""],
      ["name", "starts_with", "a".repeat(9)],
      ["name", "ends_with", 1],
      ["name", "in", "abc"],
      ["color", "equals", "Red"],
      ["color", "in", []],
      ["day", "equals", "2026-02-29"],
      ["day", "equals", "2026-11-20T00:00:00.000Z"],
      ["instant", "equals", "2026-11-20T00:00:00Z"],
      ["instant", "exists", "true"],
      ["count", "between", 5],
      ["count", "between", [1]],
      ["count", "between", [1, 2, 3]],
      ["count", "between", [3, 2]],
      ["price", "between", ["10.00", "9.00"]],
      ["count", "equals", {}],
      ["count", "equals", { signal: "other_count", plus: 1 }],
      ["count", "equals", { value: 1 }],
    ] as const
  ).map(([signal, operator, operand]): Refusal => [
    `${signal} ${operator} ${JSON.stringify(operand)}`,
    withCondition({ signal, [operator]: operand }),
    "POL-017",
    `${at}/${operator}`,
  ]),
  ["an element of a wrong type", withCondition({ signal: "count", in: [1, "2"] }), "POL-017", `${at}/in/1`],
  ["an element twice", withCondition({ signal: "ratio", in: [0, 0.5, -0] }), "POL-017", `${at}/in/2`],
  [
    "a range end outside the declaration",
    withCondition({ signal: "count", between: [0, 11] }),
    "POL-017",
    `${at}/between/1`,
  ],
  ...(
    [
      ["flag", "greater_than", false],
      ["flag", "in", [true]],
      ["flag", "contains", "t"],
      ["count", "contains", 1],
      ["name", "less_than", "b"],
      ["name", "between", ["a", "b"]],
      ["color", "greater_than", "red"],
      ["color", "contains", "re"],
      ["day", "starts_with", "2026"],
    ] as const
  ).map(([signal, operator, operand]): Refusal => [
    `${operator} on ${signal}`,
    withCondition({ signal, [operator]: operand }),
    "POL-018",
    `${at}/${operator}`,
  ]),
  ["nesting of 33", withCondition(nested(33)), "POL-025", `${at}${"/all/0".repeat(32)}`],
  ["a list of 1,001", withCondition({ signal: "day", in: times(1001, () => "x") }), "POL-025", `${at}/in`],
  ["all of 1,001", withCondition({ all: times(1001, () => nested(1)) }), "POL-025", `${at}/all`],
  [
    "signals of two types",
    withCondition({ signal: "count", equals: { signal: "ratio" } }),
    "POL-027",
    `${at}/equals/signal`,
  ],
  [
    "a signal as a member of a list operator",
    withCondition({ signal: "count", in: { signal: "other_count" } }),
    "POL-027",
    `${at}/in`,
  ],
  [
    "a signal as a part of text",
    withCondition({ signal: "name", contains: { signal: "name" } }),
    "POL-027",
    `${at}/contains`,
  ],
];
