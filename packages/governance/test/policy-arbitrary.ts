import { formatTimestamp } from "@parmanasystems/canonical";
import fc from "fast-check";
import type { ProvenanceRequirement, ScalarDeclaration, SignalDeclaration } from "../src/policy.js";
import type { Scalar, SignalValue } from "@parmanasystems/provenance";
import { operatorsByType, signalOperators } from "../src/policy/operators.js";
import { stringFormats } from "../src/policy/string-formats.js";
import { expressionArbitrary } from "./regular-expression-arbitrary.js";

/** A policy document before serialisation. */
export type Document = Record<string, unknown>;

export interface PolicyCase {
  readonly document: Document;
  readonly declarations: ReadonlyMap<string, SignalDeclaration>;
}

/** What `make` gives for 0, 1, … up to `count`. */
export function times<Made>(count: number, make: (index: number) => Made): Made[] {
  return [...new Array<unknown>(count).keys()].map(make);
}

export function documentBytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

export function decimalText(digits: bigint, scale: number): string {
  const sign = digits < 0n ? "-" : "";
  const padded = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const whole = padded.slice(0, padded.length - scale);
  return scale === 0 ? sign + whole : `${sign}${whole}.${padded.slice(-scale)}`;
}

/** Any code point but surrogates; made once, because fast-check takes long to build its own. */
export const character = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((codePoint) => String.fromCodePoint(codePoint));

const hostileNames = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "then",
  "toJSON",
  "length",
];
const signalName = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileNames) },
);

const description = fc.stringMatching(/^[A-Za-z][A-Za-z ,.]{0,20}$/);

function ordered<Value>(
  value: fc.Arbitrary<Value>,
  isAbove: (a: Value, b: Value) => boolean,
): fc.Arbitrary<[Value, Value]> {
  return fc.tuple(value, value).map(([a, b]) => (isAbove(a, b) ? [b, a] : [a, b]));
}

const integerBounds = ordered(
  fc.oneof(fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger()),
  (a, b) => a > b,
).map(([minimum, maximum]) => ({ minimum, maximum }));

const numberBounds = ordered(
  fc
    .oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, min: -1e15, max: 1e15 }))
    .map((x) => x + 0),
  (a, b) => a > b,
).map(([minimum, maximum]) => ({ minimum, maximum }));

const decimalTerms = fc
  .tuple(
    fc.integer({ min: 0, max: 9 }),
    ordered(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (a, b) => a > b),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([scale, [low, high], bounded, capped]) => ({
    scale,
    ...(bounded && { minimum: decimalText(low, scale) }),
    ...(capped && { maximum: decimalText(high, scale) }),
  }));

const lengths = ordered(fc.integer({ min: 0, max: 12 }), (a, b) => a > b).map(([minLength, maxLength]) => ({
  minLength,
  maxLength,
}));

const enumValues = fc.uniqueArray(fc.stringMatching(/^[A-Za-z][A-Za-z _-]{0,9}$/), {
  minLength: 1,
  maxLength: 5,
});

const sources = fc.uniqueArray(fc.constantFrom("claims-db", "crm", "0"), { minLength: 1, maxLength: 2 });

const provenance: fc.Arbitrary<{ provenance?: ProvenanceRequirement }> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.tuple(sources, fc.boolean(), fc.boolean()).map(([allowed, timed, signed]) => ({
      provenance: {
        sources: allowed,
        ...(timed && { maxAgeSeconds: 300 }),
        ...(signed && { signed: true as const }),
      },
    })),
  },
);

/** Types with their keywords, and nothing that is said of a signal whatever its type. */
const termsArbitrary: fc.Arbitrary<ScalarDeclaration> = fc.oneof(
  fc.constantFrom<ScalarDeclaration>(
    { type: "boolean", optional: false },
    { type: "date", optional: false },
    { type: "timestamp", optional: false },
  ),
  integerBounds.map((bounds): ScalarDeclaration => ({ type: "integer", optional: false, ...bounds })),
  numberBounds.map((bounds): ScalarDeclaration => ({ type: "number", optional: false, ...bounds })),
  decimalTerms.map((terms): ScalarDeclaration => ({ type: "decimal", optional: false, ...terms })),
  lengths.map((terms): ScalarDeclaration => ({ type: "string", optional: false, ...terms })),
  fc.constantFrom(...stringFormats).map((format): ScalarDeclaration => ({
    type: "string",
    optional: false,
    minLength: 3,
    maxLength: 64,
    format,
  })),
  enumValues.map((values): ScalarDeclaration => ({ type: "enum", optional: false, values })),
);

const listArbitrary: fc.Arbitrary<SignalDeclaration> = fc
  .tuple(
    termsArbitrary,
    ordered(fc.integer({ min: 0, max: 5 }), (a, b) => a > b),
  )
  .map(([items, [minItems, most]]) => ({
    type: "list",
    optional: false,
    items,
    minItems,
    maxItems: Math.max(1, most),
  }));

const declarationArbitrary: fc.Arbitrary<SignalDeclaration> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: termsArbitrary }, { weight: 1, arbitrary: listArbitrary }),
    fc.boolean(),
    fc.option(description, { nil: undefined }),
    provenance,
  )
  .map(([terms, optional, described, origin]) => ({
    ...terms,
    optional,
    ...(described !== undefined && { description: described }),
    ...origin,
  }));

/** Texts of each format. */
const formatted = {
  email: fc.stringMatching(/^[a-zA-Z0-9'+/=^|~-]{1,8}(\.[a-z!{}]{1,4})?@[a-z0-9]{1,5}(\.[a-z]{1,4})?[a-z]$/),
  hostname: fc.stringMatching(/^([a-z0-9]([a-z0-9-]{0,4}[a-z0-9])?\.){0,3}[a-z]{3,6}$/),
  ipv4: fc.ipV4(),
  uuid: fc.uuid(),
};

/** A value the declaration accepts, its bounds among the likely ones. */
export function valueArbitrary(declaration: SignalDeclaration): fc.Arbitrary<SignalValue> {
  if (declaration.type !== "list") return scalarValueArbitrary(declaration);
  const { items, minItems, maxItems } = declaration;
  return fc.array(scalarValueArbitrary(items), { minLength: minItems, maxLength: maxItems });
}

function scalarValueArbitrary(declaration: ScalarDeclaration): fc.Arbitrary<Scalar> {
  switch (declaration.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: declaration.minimum, max: declaration.maximum });
    case "number":
      return fc.double({ min: declaration.minimum, max: declaration.maximum, noNaN: true }).map((x) => x + 0);
    case "decimal": {
      const { scale, minimum, maximum } = declaration;
      const low = minimum === undefined ? -(10n ** 25n) : BigInt(minimum.replace(".", ""));
      const high = maximum === undefined ? 10n ** 25n : BigInt(maximum.replace(".", ""));
      return fc.bigInt({ min: low, max: high }).map((digits) => decimalText(digits, scale));
    }
    case "string":
      if (declaration.format !== undefined) return formatted[declaration.format];
      return fc.string({
        unit: character,
        minLength: declaration.minLength,
        maxLength: declaration.maxLength,
      });
    case "enum":
      return fc.constantFrom(...declaration.values);
    case "date":
      return fc
        .date({
          min: new Date("0001-01-01T00:00:00Z"),
          max: new Date("9999-12-31T00:00:00Z"),
          noInvalidDate: true,
        })
        .map((date) => date.toISOString().slice(0, 10));
    case "timestamp":
      return fc.integer({ min: 0, max: Date.UTC(9998, 11, 31) }).map(formatTimestamp);
  }
}

function isAbove(declaration: SignalDeclaration, a: SignalValue, b: SignalValue): boolean {
  return declaration.type === "decimal"
    ? BigInt(String(a).replace(".", "")) > BigInt(String(b).replace(".", ""))
    : a > b;
}

function literalArbitrary(declaration: SignalDeclaration, operator: string): fc.Arbitrary<unknown> {
  const value = valueArbitrary(declaration);
  switch (operator) {
    case "exists":
      return fc.boolean();
    case "between":
      return fc.tuple(value, value).map(([a, b]) => (isAbove(declaration, a, b) ? [b, a] : [a, b]));
    case "in":
    case "not_in":
      return fc.uniqueArray(value, { minLength: 1, maxLength: 4 });
    case "contains":
    case "starts_with":
    case "ends_with": {
      if (declaration.type === "list") return scalarValueArbitrary(declaration.items);
      const longest = declaration.type === "string" ? declaration.maxLength : 1;
      return fc.string({ unit: character, minLength: 1, maxLength: longest });
    }
    case "matches":
      return expressionArbitrary;
    default:
      return value;
  }
}

/** The type another signal must have to be the operand. */
function peerType(declaration: SignalDeclaration, operator: string): string {
  if (declaration.type !== "list") return declaration.type;
  return operator === "contains" ? declaration.items.type : `list of ${declaration.items.type}`;
}

function typeName(declaration: SignalDeclaration): string {
  return declaration.type === "list" ? `list of ${declaration.items.type}` : declaration.type;
}

// Chained, so that only the arbitraries of the chosen signal and operator are built.
function leafArbitrary(declarations: ReadonlyMap<string, SignalDeclaration>): fc.Arbitrary<Document> {
  const choices = [...declarations].flatMap(([signal, declaration]) =>
    operatorsByType[declaration.type]
      .filter((operator) => !(isTextOperator(operator) && holdsNoText(declaration)))
      .map((operator) => ({ signal, declaration, operator })),
  );
  if (choices.length === 0) return fc.constant({ all: [] });
  return fc
    .tuple(fc.constantFrom(...choices), fc.nat(3))
    .chain(([{ signal, declaration, operator }, way]) => {
      const peers = [...declarations]
        .filter(([, other]) => typeName(other) === peerType(declaration, operator))
        .map(([name]) => name);
      const operand: fc.Arbitrary<unknown> =
        way === 0 && peers.length > 0 && signalOperators(declaration.type).includes(operator)
          ? fc.constantFrom(...peers).map((other) => ({ signal: other }))
          : literalArbitrary(declaration, operator);
      return operand.map((value) => ({ signal, [operator]: value }));
    });
}

function isTextOperator(operator: string): boolean {
  return ["contains", "starts_with", "ends_with"].includes(operator);
}

function holdsNoText(declaration: SignalDeclaration): boolean {
  return declaration.type === "string" && declaration.maxLength === 0;
}

function conditionArbitrary(declarations: ReadonlyMap<string, SignalDeclaration>): fc.Arbitrary<Document> {
  const leaf = leafArbitrary(declarations);
  const nest = (inner: fc.Arbitrary<Document>): fc.Arbitrary<Document> =>
    fc.oneof(
      { weight: 3, arbitrary: leaf },
      { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((all) => ({ all })) },
      { weight: 1, arbitrary: fc.array(inner, { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
      { weight: 1, arbitrary: inner.map((not) => ({ not })) },
    );
  return nest(nest(nest(leaf)));
}

// Outside the chain below: fast-check takes milliseconds to build it.
const policyId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);

const outcomeArbitrary = fc.record({
  decision: fc.constantFrom("approved", "rejected", "pending_override"),
  action: fc.constantFrom("approve", "reject", "manual_review"),
  reason: description,
});

export const declarationsArbitrary: fc.Arbitrary<ReadonlyMap<string, SignalDeclaration>> = fc
  .uniqueArray(fc.tuple(signalName, declarationArbitrary), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => new Map(entries));

/** The declarations as a document spells them: items are never optional, so nothing says whether they are. */
export function signalsSchemaOf(declarations: ReadonlyMap<string, SignalDeclaration>): Document {
  const entries = [...declarations].map(([name, declaration]): [string, unknown] => {
    if (declaration.type !== "list") return [name, declaration];
    const items = Object.entries(declaration.items).filter(([keyword]) => keyword !== "optional");
    return [name, { ...declaration, items: Object.fromEntries(items) }];
  });
  return Object.fromEntries(entries);
}

/** A valid policy document over random signals, hostile names among them. */
export const policyArbitrary: fc.Arbitrary<PolicyCase> = declarationsArbitrary.chain((declarations) =>
  fc
    .record({
      policyId,
      policyVersion: fc.constantFrom("1.0.0", "0.1.0", "10.20.30", "1.0.0-rc.1", "2.0.0+build.7"),
      described: fc.option(description, { nil: undefined }),
      identity: fc.constantFrom("fingerprint", "execution", undefined),
      rules: fc.array(fc.tuple(conditionArbitrary(declarations), outcomeArbitrary), { maxLength: 5 }),
      last: outcomeArbitrary,
    })
    .map(({ policyId, policyVersion, described, identity, rules, last }) => ({
      declarations,
      document: {
        policyId,
        policyVersion,
        schemaVersion: "1.0.0",
        ...(described !== undefined && { description: described }),
        signalsSchema: signalsSchemaOf(declarations),
        ...(identity !== undefined && { replay: { identity } }),
        override: { approverRoles: ["reviewer"], quorum: 1, expiresAfterSeconds: 3600 },
        rules: [
          ...rules.map(([condition, outcome], index) => ({ id: `rule-${index}`, condition, outcome })),
          { id: "catch-all", condition: { all: [] }, outcome: last },
        ],
      },
    })),
);
