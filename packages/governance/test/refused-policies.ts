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
  [
    "signatures that are neither wanted nor not",
    withOverride({ signed: "yes" }),
    "POL-026",
    "/override/signed",
  ],
  ["signatures that are null", withOverride({ signed: null }), "POL-026", "/override/signed"],
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
  ...["array", "float", "constructor", "__proto__", 1].map((type): Refusal => [
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
    "a format of a date",
    withSignals({ a: { type: "date", format: "email" } }),
    "POL-011",
    "/signalsSchema/a/format",
  ],
  ...["e-mail", "constructor", "", null, ["email"]].map((format): Refusal => [
    `the string format ${JSON.stringify(format)}`,
    withSignals({ a: { type: "string", format } }),
    "POL-012",
    "/signalsSchema/a/format",
  ]),
  ["a list of nothing", withSignals({ a: { type: "list", maxItems: 1 } }), "POL-011", "/signalsSchema/a"],
  [
    "a list without end",
    withSignals({ a: { type: "list", items: { type: "date" } } }),
    "POL-011",
    "/signalsSchema/a",
  ],
  ...["string", [{ type: "date" }], null, {}].map((items): Refusal => [
    `list items ${JSON.stringify(items)}`,
    withSignals({ a: { type: "list", items, maxItems: 1 } }),
    "POL-011",
    "/signalsSchema/a/items",
  ]),
  [
    "a list of lists",
    withSignals({
      a: { type: "list", items: { type: "list", items: { type: "date" }, maxItems: 1 }, maxItems: 1 },
    }),
    "POL-011",
    "/signalsSchema/a/items/type",
  ],
  ...["optional", "description", "provenance"].map((keyword): Refusal => [
    `list items with ${keyword}`,
    withSignals({ a: { type: "list", items: { type: "date", [keyword]: true }, maxItems: 1 } }),
    "POL-011",
    `/signalsSchema/a/items/${keyword}`,
  ]),
  [
    "list items with a wrong keyword",
    withSignals({ a: { type: "list", items: { type: "integer", minimum: 2, maximum: 1 }, maxItems: 1 } }),
    "POL-012",
    "/signalsSchema/a/items",
  ],
  ...[0, 1001, 1.5, "3", null].map((maxItems): Refusal => [
    `maxItems ${JSON.stringify(maxItems)}`,
    withSignals({ a: { type: "list", items: { type: "date" }, maxItems } }),
    "POL-012",
    "/signalsSchema/a/maxItems",
  ]),
  [
    "item counts upside down",
    withSignals({ a: { type: "list", items: { type: "date" }, minItems: 2, maxItems: 1 } }),
    "POL-012",
    "/signalsSchema/a",
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

function demanding(provenance: unknown, others: object = {}): unknown {
  return withSignals({ a: { type: "boolean", provenance }, ...others });
}

const signedFor = { signed: true, subject: "b" };

export const refusedProvenance: readonly Refusal[] = [
  ...(
    [
      ["text", "claims-db", ""],
      ["true", true, ""],
      ["null", null, ""],
      ["no member", {}, ""],
      ["no source", { sources: [] }, "/sources"],
      ["one source as text", { sources: "claims-db" }, "/sources"],
      ["17 sources", { sources: times(17, (n) => `s${n}`) }, "/sources"],
      ["a source with capitals", { sources: ["claims-db", "CRM"] }, "/sources/1"],
      ["a source twice", { sources: ["a", "b", "a"] }, "/sources/2"],
      ["an age of 0", { maxAgeSeconds: 0 }, "/maxAgeSeconds"],
      ["an age of more than a year", { maxAgeSeconds: 31_536_001 }, "/maxAgeSeconds"],
      ["an age with a fraction", { maxAgeSeconds: 0.5 }, "/maxAgeSeconds"],
      ["an age as text", { maxAgeSeconds: "300" }, "/maxAgeSeconds"],
      ["signed false", { signed: false }, "/signed"],
      ["signed as text", { signed: "true" }, "/signed"],
      ["a subject without signature", { sources: ["a"], subject: "b" }, "/subject"],
      ["a subject that is no text", { signed: true, subject: 1 }, "/subject"],
      ["an undeclared subject", { signed: true, subject: "c" }, "/subject"],
      ["a subject called __proto__", { signed: true, subject: "__proto__" }, "/subject"],
      ["itself as subject", { signed: true, subject: "a" }, "/subject"],
    ] as const
  ).map(([title, provenance, place]): Refusal => [
    `provenance: ${title}`,
    demanding(provenance, { b: { type: "string" } }),
    "POL-029",
    `/signalsSchema/a/provenance${place}`,
  ]),
  ...[
    { type: "string", optional: true },
    { type: "boolean" },
    { type: "decimal", scale: 2 },
    { type: "date" },
    { type: "list", items: { type: "string" }, maxItems: 1 },
  ].map((b): Refusal => [
    `provenance: the subject ${JSON.stringify(b)}`,
    demanding(signedFor, { b }),
    "POL-029",
    "/signalsSchema/a/provenance/subject",
  ]),
  [
    "provenance: an unknown member",
    demanding({ sources: ["a"], maxAge: 1 }),
    "POL-005",
    "/signalsSchema/a/provenance/maxAge",
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
  ...["match", "eq", "Equals", "constructor", "__proto__", "a/b~c"].map((operator): Refusal => [
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
      ["contact", "equals", "nobody"],
      ["contact", "in", []],
      ["name", "matches", 1],
      ["name", "matches", ["a"]],
      ["tags", "contains", 1],
      ["tags", "contains", "a".repeat(9)],
      ["tags", "contains", ["a"]],
      ["tags", "equals", "a"],
      ["tags", "equals", ["a", "b", "c", "d"]],
      ["prices", "not_equals", []],
      ["prices", "contains", "1.00"],
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
      ["color", "matches", "red"],
      ["count", "matches", "1"],
      ["tags", "in", [["a"]]],
      ["tags", "starts_with", "a"],
      ["tags", "matches", "a"],
      ["tags", "between", [[], ["a"]]],
    ] as const
  ).map(([signal, operator, operand]): Refusal => [
    `${operator} on ${signal}`,
    withCondition({ signal, [operator]: operand }),
    "POL-018",
    `${at}/${operator}`,
  ]),
  [
    "a list literal with a wrong item",
    withCondition({ signal: "tags", equals: ["a", 1] }),
    "POL-017",
    `${at}/equals/1`,
  ],
  ...["\\d", "(a", "a{1001}", "^a$", "a".repeat(1001)].map((expression): Refusal => [
    `the regular expression ${JSON.stringify(expression.slice(0, 10))}`,
    withCondition({ signal: "name", matches: expression }),
    "POL-028",
    `${at}/matches`,
  ]),
  [
    "regular expressions that are too many characters together",
    withCondition({
      any: times(251, (n) => ({ signal: "name", matches: n < 250 ? `a{${1_000 - n}}b{${n}}` : "c" })),
    }),
    "POL-025",
    `${at}/any/250/matches`,
  ],
  [
    "regular expressions that take too many steps together",
    {
      ...withCondition({
        any: times(3, (n) => ({ signal: "name", matches: `a{${1_000 - n}}b{${n}}` })),
      }),
      signalsSchema: { name: { type: "string", maxLength: 16_384 } },
    },
    "POL-025",
    `${at}/any/2/matches`,
  ],
  [
    "one regular expression that reads too many long signals",
    {
      ...withCondition({ any: times(3, (n) => ({ signal: `text_${n}`, matches: "a{1000}" })) }),
      signalsSchema: Object.fromEntries(
        times(3, (n) => [`text_${n}`, { type: "string", maxLength: 16_384 }]),
      ),
    },
    "POL-025",
    `${at}/any/2/matches`,
  ],
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
  [
    "a pattern from a signal",
    withCondition({ signal: "name", matches: { signal: "name" } }),
    "POL-027",
    `${at}/matches`,
  ],
  [
    "lists of two types",
    withCondition({ signal: "tags", equals: { signal: "prices" } }),
    "POL-027",
    `${at}/equals/signal`,
  ],
  [
    "a list with a signal of one of its items",
    withCondition({ signal: "tags", equals: { signal: "name" } }),
    "POL-027",
    `${at}/equals/signal`,
  ],
  [
    "an item of another type",
    withCondition({ signal: "tags", contains: { signal: "count" } }),
    "POL-027",
    `${at}/contains/signal`,
  ],
  [
    "a list as an item",
    withCondition({ signal: "tags", contains: { signal: "tags" } }),
    "POL-027",
    `${at}/contains/signal`,
  ],
];
