import { canonicalize } from "@parmanasystems/canonical";
import type { Policy, SignalDeclaration } from "@parmanasystems/governance";
import type { Scalar, SignalValue, SignalValues } from "@parmanasystems/provenance";
import { acceptsSignal } from "./accepts-signal.js";
import { conditionPointer, type Leaf, leavesOf } from "./condition-paths.js";
import { withNeighbours } from "./neighbours.js";
import { formatSamples, sampleText } from "./sample-text.js";
import { valueOf } from "./with-signal.js";

export type Comparison = Extract<Leaf, { kind: "comparison" }>;

/** Values of a signal at which some condition may change its truth; every one is accepted by its declaration. */
export type BoundaryValues = (signal: string, signals?: SignalValues) => readonly SignalValue[];

/**
 * Where the conditions of a policy may change their truth: for each signal the values it is compared with, one step
 * around them, the ends of its range, and for texts and lists what a condition asks of them. `signals` give the values
 * of other signals that it is compared with, and the text or list to start from.
 */
export function boundaryValuesOf(policy: Policy): BoundaryValues {
  const comparisons = comparisonsOf(policy);
  return (signal, signals = {}) => acceptedValues(policy, signal, comparisons.get(signal) ?? [], signals);
}

/** The same for one comparison of the signal on its left, the values nearest to the boundary first. */
export function boundaryValuesAt(
  policy: Policy,
  comparison: Comparison,
  signals: SignalValues,
): readonly SignalValue[] {
  return acceptedValues(policy, comparison.signal, [comparison], signals);
}

function acceptedValues(
  policy: Policy,
  signal: string,
  comparisons: readonly Comparison[],
  signals: SignalValues,
): readonly SignalValue[] {
  const declaration = policy.signals.get(signal);
  if (declaration === undefined) return [];
  const found = new Map<string, SignalValue>();
  for (const value of [
    ...comparisons.flatMap((each) => valuesAt(declaration, signal, each, signals)),
    ...ownValues(declaration),
  ]) {
    const key = canonicalize(value);
    if (!found.has(key) && acceptsSignal(policy, signal, value)) found.set(key, value);
  }
  return [...found.values()];
}

/** The comparisons that name a signal, on either side. */
function comparisonsOf(policy: Policy): ReadonlyMap<string, readonly Comparison[]> {
  const comparisons = new Map<string, Comparison[]>();
  policy.rules.forEach(({ condition }, index) => {
    for (const { leaf } of leavesOf(condition, conditionPointer(index))) {
      if (leaf.kind === "exists") continue;
      const names = leaf.operand.kind === "signal" ? [leaf.signal, leaf.operand.signal] : [leaf.signal];
      for (const name of new Set(names)) {
        const known = comparisons.get(name);
        if (known === undefined) comparisons.set(name, [leaf]);
        else known.push(leaf);
      }
    }
  });
  return comparisons;
}

function valuesAt(
  declaration: SignalDeclaration,
  signal: string,
  { operator, operand, signal: left }: Comparison,
  signals: SignalValues,
): readonly SignalValue[] {
  if (operand.kind === "pattern") {
    const text = sampleText(operand.pattern);
    return text === undefined ? [] : [text];
  }
  const other =
    operand.kind === "literal" ? operand.value : valueOf(signals, signal === left ? operand.signal : left);
  if (other === undefined) return [];
  const own = valueOf(signals, signal);
  switch (operator) {
    case "contains":
      return containing(declaration, own, other);
    case "starts_with":
      return typeof other === "string" ? [other, `${other}${textOf(own)}`] : [];
    case "ends_with":
      return typeof other === "string" ? [other, `${textOf(own)}${other}`] : [];
    case "equals":
    case "not_equals":
    case "greater_than":
    case "greater_than_or_equal":
    case "less_than":
    case "less_than_or_equal":
    case "between":
    case "in":
    case "not_in":
    case "matches":
      if (declaration.type === "list") return [other];
      return scalarsOf(other).flatMap((each) => withNeighbours(declaration, each));
  }
}

/** A text or list with the part in it, and a list without it. */
function containing(
  declaration: SignalDeclaration,
  own: SignalValue | undefined,
  part: SignalValue,
): readonly SignalValue[] {
  if (declaration.type !== "list") {
    return typeof part === "string" ? [part, `${textOf(own)}${part}`] : scalarsOf(part);
  }
  const members = typeof own === "object" ? own : [];
  const wanted = scalarsOf(part);
  return [wanted, [...members, ...wanted], members.filter((member) => !wanted.includes(member))];
}

/** The ends of what the declaration accepts, and plain values of it. */
function ownValues(declaration: SignalDeclaration): readonly SignalValue[] {
  switch (declaration.type) {
    case "boolean":
      return [true, false];
    case "integer":
    case "number":
      return [declaration.minimum, declaration.maximum];
    case "decimal": {
      const { minimum, maximum, scale } = declaration;
      const zero = scale === 0 ? "0" : `0.${"0".repeat(scale)}`;
      return [minimum, zero, maximum].filter((value) => value !== undefined);
    }
    case "enum":
      return declaration.values;
    case "date":
      return ["2026-01-01"];
    case "timestamp":
      return ["2026-01-01T00:00:00.000Z"];
    case "string": {
      const plain = declaration.format === undefined ? [] : [formatSamples[declaration.format]];
      return [...plain, "x".repeat(Math.max(1, declaration.minLength)), "x".repeat(declaration.minLength)];
    }
    case "list": {
      const items = ownValues(declaration.items).flatMap(scalarsOf);
      const [plain] = items;
      const filled = plain === undefined ? [] : Array<Scalar>(declaration.minItems).fill(plain);
      return [filled, ...items.map((item) => [item])];
    }
  }
}

function scalarsOf(value: SignalValue): readonly Scalar[] {
  return typeof value === "object" ? value : [value];
}

function textOf(value: SignalValue | undefined): string {
  return typeof value === "string" ? value : "";
}
