import { type JsonValue, shorten } from "@parmanasystems/canonical";
import type { ComparisonOperator, Operand, SignalDeclaration } from "../policy.js";
import { compareDecimals } from "./decimal.js";
import { pointerTo } from "./json-pointer.js";
import { isJsonArray, isJsonObject, member } from "./members.js";
import { signalOperators } from "./operators.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import { acceptsValue, describeExpected } from "./scalar-value.js";
import { countCodePoints } from "./text.js";

export type Declarations = ReadonlyMap<string, SignalDeclaration>;
type Scalar = string | number | boolean;

interface Comparison {
  readonly signal: string;
  readonly declaration: SignalDeclaration;
  readonly operator: ComparisonOperator;
}

/** Reads the operand of a comparison: literals the signal can have, or another signal of the same type. */
export function readOperand(
  value: JsonValue | undefined,
  pointer: string,
  comparison: Comparison,
  declarations: Declarations,
): Operand {
  if (isJsonObject(value)) {
    return { kind: "signal", signal: readOtherSignal(value, pointer, comparison, declarations) };
  }
  switch (comparison.operator) {
    case "between":
      return { kind: "literal", value: readRange(value, pointer, comparison) };
    case "in":
    case "not_in":
      return { kind: "literal", value: readList(value, pointer, comparison) };
    case "contains":
    case "starts_with":
    case "ends_with":
      return { kind: "literal", value: readPartOfText(value, pointer, comparison) };
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
  declarations: Declarations,
): { signal: string; declaration: SignalDeclaration } {
  if (typeof name !== "string")
    throw new PolicyDefect("POL-013", pointer, "signal must be the name of a signal");
  const declaration = declarations.get(name);
  if (declaration === undefined) {
    throw new PolicyDefect("POL-016", pointer, `signal ${shorten(name)} is not declared in signalsSchema`);
  }
  return { signal: name, declaration };
}

function readOtherSignal(
  value: JsonValue,
  pointer: string,
  { signal, declaration, operator }: Comparison,
  declarations: Declarations,
): string {
  if (!isJsonObject(value) || Object.keys(value).length !== 1 || !Object.hasOwn(value, "signal")) {
    throw new PolicyDefect(
      "POL-017",
      pointer,
      'an operand that is an object must be exactly {"signal": "<name>"}',
    );
  }
  const place = pointerTo(pointer, "signal");
  const other = requireDeclared(member(value, "signal"), place, declarations);
  if (!signalOperators.includes(operator)) {
    const usable = signalOperators.join(", ");
    throw new PolicyDefect("POL-027", pointer, `${operator} takes no signal as operand; these do: ${usable}`);
  }
  if (other.declaration.type !== declaration.type) {
    throw new PolicyDefect(
      "POL-027",
      place,
      `signal "${signal}" is ${declaration.type} and "${other.signal}" is ${other.declaration.type}: only signals of one type can be compared`,
    );
  }
  return other.signal;
}

function readLiteral(
  value: JsonValue | undefined,
  pointer: string,
  { signal, declaration }: Comparison,
): Scalar {
  if (acceptsValue(declaration, value)) return value === 0 ? 0 : value; // -0 becomes 0
  throw new PolicyDefect(
    "POL-017",
    pointer,
    `the operand for "${signal}" must be ${describeExpected(declaration)}`,
  );
}

function readRange(value: JsonValue | undefined, pointer: string, comparison: Comparison): readonly Scalar[] {
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
function isAbove(low: Scalar, high: Scalar, { type }: SignalDeclaration): boolean {
  if (type === "decimal" && typeof low === "string" && typeof high === "string")
    return compareDecimals(low, high) > 0;
  return low > high;
}

function readList(value: JsonValue | undefined, pointer: string, comparison: Comparison): readonly Scalar[] {
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
  { signal, declaration, operator }: Comparison,
): string {
  const longest = declaration.type === "string" ? declaration.maxLength : 0;
  if (typeof value === "string" && value !== "" && countCodePoints(value) <= longest) return value;
  throw new PolicyDefect(
    "POL-017",
    pointer,
    `${operator} needs a string of 1 to ${longest} characters, the longest "${signal}" can be`,
  );
}
