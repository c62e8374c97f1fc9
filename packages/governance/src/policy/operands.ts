import { type JsonValue, shorten } from "@parmanasystems/canonical";
import type { Scalar } from "@parmanasystems/provenance";
import type {
  ComparisonOperator,
  ListDeclaration,
  Operand,
  ScalarDeclaration,
  SignalDeclaration,
} from "../policy.js";
import { compareDecimals } from "./decimal.js";
import { pointerTo } from "./json-pointer.js";
import { readList } from "./list-value.js";
import { isJsonArray, isJsonObject, member } from "./members.js";
import { suggestion } from "./nearest-name.js";
import { signalOperators } from "./operators.js";
import { PolicyDefect } from "./policy-defect.js";
import type { PatternCache } from "./pattern-cache.js";
import { policyLimits } from "./policy-limits.js";
import { acceptsScalar, describeExpected } from "./scalar-value.js";
import { countCodePoints } from "./text.js";

/** What the conditions of one policy are read with. */
export interface Scope {
  readonly declarations: ReadonlyMap<string, SignalDeclaration>;
  readonly patterns: PatternCache;
}

interface Comparison<Declaration extends SignalDeclaration = SignalDeclaration> {
  readonly signal: string;
  readonly declaration: Declaration;
  readonly operator: ComparisonOperator;
}

type ScalarComparison = Comparison<ScalarDeclaration>;

/** Reads the operand of a comparison: literals the signal can have, a pattern, or another signal of a type that fits. */
export function readOperand(
  value: JsonValue | undefined,
  pointer: string,
  comparison: Comparison,
  scope: Scope,
): Operand {
  if (isJsonObject(value)) {
    return { kind: "signal", signal: readOtherSignal(value, pointer, comparison, scope) };
  }
  const { declaration } = comparison;
  if (declaration.type === "list") {
    return { kind: "literal", value: readListOperand(value, pointer, { ...comparison, declaration }) };
  }
  return readScalarOperand(value, pointer, { ...comparison, declaration }, scope);
}

function readScalarOperand(
  value: JsonValue | undefined,
  pointer: string,
  comparison: ScalarComparison,
  scope: Scope,
): Operand {
  switch (comparison.operator) {
    case "between":
      return { kind: "literal", value: readRange(value, pointer, comparison) };
    case "in":
    case "not_in":
      return { kind: "literal", value: readMembers(value, pointer, comparison) };
    case "contains":
    case "starts_with":
    case "ends_with":
      return { kind: "literal", value: readPartOfText(value, pointer, comparison) };
    case "matches":
      return scope.patterns.read(value, pointer, comparison);
    case "equals":
    case "not_equals":
    case "greater_than":
    case "greater_than_or_equal":
    case "less_than":
    case "less_than_or_equal":
      return { kind: "literal", value: readLiteral(value, pointer, comparison) };
  }
}

/** Finds the declaration of a signal that a condition names. */
export function requireDeclared(
  name: JsonValue | undefined,
  pointer: string,
  { declarations }: Scope,
): { signal: string; declaration: SignalDeclaration } {
  if (typeof name !== "string")
    throw new PolicyDefect("POL-013", pointer, "signal must be the name of a signal");
  const declaration = declarations.get(name);
  if (declaration === undefined) {
    const near = suggestion(name, declarations.keys());
    throw new PolicyDefect(
      "POL-016",
      pointer,
      `signal ${shorten(name)} is not declared in signalsSchema${near}`,
    );
  }
  return { signal: name, declaration };
}

function readOtherSignal(
  value: JsonValue,
  pointer: string,
  { signal, declaration, operator }: Comparison,
  scope: Scope,
): string {
  if (!isJsonObject(value) || Object.keys(value).length !== 1 || !Object.hasOwn(value, "signal")) {
    throw new PolicyDefect(
      "POL-017",
      pointer,
      'an operand that is an object must be exactly {"signal": "<name>"}',
    );
  }
  const place = pointerTo(pointer, "signal");
  const other = requireDeclared(member(value, "signal"), place, scope);
  const usable = signalOperators(declaration.type);
  if (!usable.includes(operator)) {
    throw new PolicyDefect(
      "POL-027",
      pointer,
      `${operator} takes no signal as operand; these do: ${usable.join(", ")}`,
    );
  }
  const wanted = declaration.type === "list" && operator === "contains" ? declaration.items : declaration;
  if (typeName(other.declaration) !== typeName(wanted)) {
    throw new PolicyDefect(
      "POL-027",
      place,
      `${operator} needs a signal of type ${typeName(wanted)} beside "${signal}", which is ${typeName(declaration)}; "${other.signal}" is ${typeName(other.declaration)}`,
    );
  }
  return other.signal;
}

/** The type as messages name it; two lists have one type when their items have. */
function typeName(declaration: SignalDeclaration): string {
  return declaration.type === "list" ? `list of ${declaration.items.type}` : declaration.type;
}

function readLiteral(
  value: JsonValue | undefined,
  pointer: string,
  { signal, declaration }: Pick<ScalarComparison, "signal" | "declaration">,
): Scalar {
  if (acceptsScalar(declaration, value)) return value === 0 ? 0 : value; // -0 becomes 0
  throw new PolicyDefect(
    "POL-017",
    pointer,
    `the operand for "${signal}" must be ${describeExpected(declaration)}`,
  );
}

function readListOperand(
  value: JsonValue | undefined,
  pointer: string,
  { signal, declaration, operator }: Comparison<ListDeclaration>,
): Scalar | readonly Scalar[] {
  if (operator === "contains") return readLiteral(value, pointer, { signal, declaration: declaration.items });
  const reading = readList(declaration, value);
  if (reading.list !== undefined) return reading.list;
  const { wrongItem } = reading;
  const expected = describeExpected(wrongItem === undefined ? declaration : declaration.items);
  throw new PolicyDefect(
    "POL-017",
    wrongItem === undefined ? pointer : pointerTo(pointer, wrongItem),
    wrongItem === undefined
      ? `the operand for "${signal}" must be ${expected}`
      : `every item of the operand for "${signal}" must be ${expected}`,
  );
}

function readRange(
  value: JsonValue | undefined,
  pointer: string,
  comparison: ScalarComparison,
): readonly Scalar[] {
  if (!isJsonArray(value) || value.length !== 2) {
    throw new PolicyDefect("POL-017", pointer, "between takes a list of two literals, [low, high]");
  }
  const low = readLiteral(value[0], pointerTo(pointer, 0), comparison);
  const high = readLiteral(value[1], pointerTo(pointer, 1), comparison);
  if (isAbove(low, high, comparison.declaration)) {
    throw new PolicyDefect("POL-017", pointer, "the low end of between is above its high end");
  }
  return [low, high];
}

// Numbers order by value; dates and timestamps have one spelling each, in which code units order by time.
function isAbove(low: Scalar, high: Scalar, { type }: ScalarDeclaration): boolean {
  if (type === "decimal" && typeof low === "string" && typeof high === "string")
    return compareDecimals(low, high) > 0;
  return low > high;
}

function readMembers(
  value: JsonValue | undefined,
  pointer: string,
  comparison: ScalarComparison,
): readonly Scalar[] {
  if (!isJsonArray(value) || value.length === 0) {
    throw new PolicyDefect("POL-017", pointer, `${comparison.operator} takes a list of at least one literal`);
  }
  if (value.length > policyLimits.listMembers) {
    throw new PolicyDefect("POL-025", pointer, `a list has at most ${policyLimits.listMembers} members`);
  }
  const members = new Set<Scalar>();
  value.forEach((literal, index) => {
    const place = pointerTo(pointer, index);
    const scalar = readLiteral(literal, place, comparison);
    if (members.has(scalar)) throw new PolicyDefect("POL-017", place, "the list has this member twice");
    members.add(scalar);
  });
  return [...members];
}

function readPartOfText(
  value: JsonValue | undefined,
  pointer: string,
  { signal, declaration, operator }: ScalarComparison,
): string {
  const longest = declaration.type === "string" ? declaration.maxLength : 0;
  if (typeof value === "string" && value !== "" && countCodePoints(value) <= longest) return value;
  throw new PolicyDefect(
    "POL-017",
    pointer,
    `${operator} needs a string of 1 to ${longest} characters, the longest "${signal}" can be`,
  );
}
