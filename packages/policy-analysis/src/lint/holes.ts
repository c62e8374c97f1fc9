import type { Policy, SignalDeclaration } from "@parmanasystems/governance";
import type { Scalar, SignalValue } from "@parmanasystems/provenance";
import { leavesOf } from "../condition-paths.js";
import { type EnumValues, type Ordinal, type OrdinalDomain, toOrdinal } from "../space/ordinals.js";
import { areWrittenNeighbours } from "./written-precision.js";

/** Where conditions on a signal change their verdict: values from `at` on are on the upper side. */
interface Limit {
  readonly at: Ordinal;
  readonly literal: Scalar;
  readonly ordinal: Ordinal;
}

/** Values between two limits that are so near each other that the author may have overlooked them. */
export interface Hole {
  /** The values from the first to the last, both included. */
  readonly first: Ordinal;
  readonly last: Ordinal;
  /** The next values outside. */
  readonly below: Ordinal;
  readonly above: Ordinal;
}

/** The holes between the limits that the policy's order operators set to a signal: one value wide, or less than one unit. */
export function holesOf(
  policy: Policy,
  signal: string,
  declaration: SignalDeclaration,
  domain: OrdinalDomain,
  enums: EnumValues,
): readonly Hole[] {
  const limits = limitsOf(policy, signal, declaration, domain, enums);
  const ats = [...new Set(limits.map(({ at }) => at))].sort((one, other) => (one < other ? -1 : 1));
  return ats.flatMap((first, index): Hole | readonly Hole[] => {
    const above = ats[index + 1];
    const below = domain.floor(first - 1n);
    const last = above === undefined ? undefined : domain.floor(above - 1n);
    if (above === undefined || below === undefined || last === undefined) return [];
    const near = limits.some(
      (lower) =>
        lower.at === first &&
        limits.some(
          (upper) =>
            upper.at === above &&
            lower.ordinal < upper.ordinal &&
            areWrittenNeighbours(
              declaration.type,
              lower.literal,
              upper.literal,
              upper.ordinal - lower.ordinal,
            ),
        ),
    );
    return first === last || near ? { first, last, below, above } : [];
  });
}

function limitsOf(
  policy: Policy,
  signal: string,
  declaration: SignalDeclaration,
  domain: OrdinalDomain,
  enums: EnumValues,
): readonly Limit[] {
  if (declaration.type === "string" || declaration.type === "list") return [];
  const limits: Limit[] = [];
  const add = (literal: Scalar, side: 0n | 1n): void => {
    const ordinal = toOrdinal(literal, declaration, enums);
    const at = domain.ceil(ordinal + side);
    if (at !== undefined) limits.push({ at, literal, ordinal });
  };
  for (const { leaf } of policy.rules.flatMap(({ condition }) => leavesOf(condition, ""))) {
    if (leaf.kind !== "comparison" || leaf.signal !== signal || leaf.operand.kind !== "literal") continue;
    const [low, high] = literalsOf(leaf.operand.value);
    if (low === undefined) continue;
    switch (leaf.operator) {
      case "less_than":
      case "greater_than_or_equal":
        add(low, 0n);
        break;
      case "less_than_or_equal":
      case "greater_than":
        add(low, 1n);
        break;
      case "between":
        add(low, 0n);
        if (high !== undefined) add(high, 1n);
        break;
      default:
    }
  }
  return limits;
}

function literalsOf(value: SignalValue): readonly Scalar[] {
  return typeof value === "object" ? value : [value];
}
