import type { Condition, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { isOrdered, type Order, orderOf } from "./relations.js";
import { slotOf, type SlotMap, type Test } from "./slots.js";

/** What a condition demands of one signal: for a value outside, or none, it cannot hold. */
export type Demand =
  | { readonly kind: "values"; readonly values: ReadonlySet<SignalValue> }
  /** A missing end is open. */
  | { readonly kind: "range"; readonly low?: Cut; readonly high?: Cut };

/** A place between the values of an ordered type: right before a value, or right after it. */
export interface Cut {
  readonly value: SignalValue;
  readonly after: boolean;
}

/** The demands of a condition, by slot. */
export interface Demands {
  readonly bySlot: ReadonlyMap<number, Demand>;
  /** Whether the condition holds wherever all demands are met. */
  readonly exact: boolean;
  /** Whether no value meets two demands on one signal. */
  readonly never: boolean;
}

/** A rule as the index sees it. */
export interface IndexedRule {
  /** Its place among the rules of the policy. */
  readonly position: number;
  readonly matches: Test;
  readonly demands: Demands;
}

/** Reads off a condition what must be true whenever it holds; what it finds no demand in makes it inexact. */
export function demandsOf(condition: Condition, slots: SlotMap): Demands {
  const bySlot = new Map<number, Demand>();
  let exact = true;
  let never = false;
  for (const part of conjunctsOf(condition)) {
    const found = demandOf(part, slots);
    if (found === undefined) {
      exact = false;
      continue;
    }
    const { slot, demand, declaration } = found;
    const before = bySlot.get(slot);
    const both = before === undefined ? demand : intersect(before, demand, declaration);
    if (both === undefined) never = true;
    else bySlot.set(slot, both);
  }
  return { bySlot, exact, never };
}

/** The parts that must all hold. */
function conjunctsOf(condition: Condition): readonly Condition[] {
  return condition.kind === "all" ? condition.conditions.flatMap(conjunctsOf) : [condition];
}

interface Found {
  readonly slot: number;
  readonly declaration: SignalDeclaration;
  readonly demand: Demand;
}

function demandOf(condition: Condition, slots: SlotMap): Found | undefined {
  if (condition.kind === "any") return demandOfAny(condition.conditions, slots);
  if (condition.kind !== "comparison" || condition.operand.kind !== "literal") return undefined;
  const { index: slot, declaration } = slotOf(slots, condition.signal);
  const demand = demandOfLiteral(condition.operator, declaration, condition.operand.value);
  return demand === undefined ? undefined : { slot, declaration, demand };
}

/** Values of one signal, one or the other. */
function demandOfAny(conditions: readonly Condition[], slots: SlotMap): Found | undefined {
  const found = conditions.map((part) => demandOf(part, slots));
  const [first] = found;
  if (first === undefined) return undefined;
  const values = new Set<SignalValue>();
  for (const part of found) {
    if (part?.slot !== first.slot || part.demand.kind !== "values") return undefined;
    for (const value of part.demand.values) values.add(value);
  }
  return { ...first, demand: { kind: "values", values } };
}

function demandOfLiteral(
  operator: string,
  declaration: SignalDeclaration,
  literal: SignalValue,
): Demand | undefined {
  if (declaration.type === "list") return undefined;
  const members = typeof literal === "object" ? literal : [literal];
  const [low, high = low] = members;
  if (low === undefined || high === undefined) return undefined;
  const range = (from: Cut | undefined, to: Cut | undefined): Demand => ({
    kind: "range",
    ...(from && { low: from }),
    ...(to && { high: to }),
  });
  switch (operator) {
    case "equals":
    case "in":
      // Decimals are equal as numbers, whatever their spelling; a set knows spellings only.
      if (declaration.type !== "decimal") return { kind: "values", values: new Set(members) };
      return members.length === 1 ? range(before(low), after(low)) : undefined;
    case "greater_than":
      return isOrdered(declaration) ? range(after(low), undefined) : undefined;
    case "greater_than_or_equal":
      return isOrdered(declaration) ? range(before(low), undefined) : undefined;
    case "less_than":
      return isOrdered(declaration) ? range(undefined, before(low)) : undefined;
    case "less_than_or_equal":
      return isOrdered(declaration) ? range(undefined, after(low)) : undefined;
    case "between":
      return isOrdered(declaration) ? range(before(low), after(high)) : undefined;
    default:
      return undefined;
  }
}

const before = (value: SignalValue): Cut => ({ value, after: false });
const after = (value: SignalValue): Cut => ({ value, after: true });

/** Undefined when nothing meets both. */
function intersect(one: Demand, other: Demand, declaration: SignalDeclaration): Demand | undefined {
  if (one.kind === "values") {
    return someOf(one.values, (value) =>
      other.kind === "values" ? other.values.has(value) : isWithin(value, other, orderOf(declaration)),
    );
  }
  if (other.kind === "values") return intersect(other, one, declaration);
  const order = orderOf(declaration);
  const low =
    one.low && other.low
      ? compareCuts(one.low, other.low, order) < 0
        ? other.low
        : one.low
      : (one.low ?? other.low);
  const high =
    one.high && other.high
      ? compareCuts(one.high, other.high, order) < 0
        ? one.high
        : other.high
      : (one.high ?? other.high);
  if (low && high && compareCuts(low, high, order) >= 0) return undefined;
  return { kind: "range", ...(low && { low }), ...(high && { high }) };
}

function someOf(
  values: ReadonlySet<SignalValue>,
  isMember: (value: SignalValue) => boolean,
): Demand | undefined {
  const some = new Set([...values].filter(isMember));
  return some.size === 0 ? undefined : { kind: "values", values: some };
}

function isWithin(
  value: SignalValue,
  { low, high }: Extract<Demand, { kind: "range" }>,
  order: Order,
): boolean {
  return (
    (low === undefined || compareCuts(low, before(value), order) <= 0) &&
    (high === undefined || compareCuts(after(value), high, order) <= 0)
  );
}

/** Negative, zero or positive. */
export function compareCuts(one: Cut, other: Cut, order: Order): number {
  return order(one.value, other.value) || Number(one.after) - Number(other.after);
}
