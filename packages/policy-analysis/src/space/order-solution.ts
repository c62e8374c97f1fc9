import type { Literal } from "./literal.js";
import type { OrdinalVariable } from "./ordinal-variable.js";
import { intersection, type Ordinal, type OrdinalDomain } from "./ordinals.js";

/** What an assignment says of ordinal unknowns; the literal is the one that says so. */
export type Fact = { readonly literal: Literal } & (
  | {
      readonly kind: "order";
      readonly smaller: OrdinalVariable;
      readonly larger: OrdinalVariable;
      /** Smaller, not equal. */
      readonly strict: boolean;
    }
  | { readonly kind: "from" | "below"; readonly variable: OrdinalVariable; readonly at: Ordinal }
);

type Order = Extract<Fact, { kind: "order" }>;
type Bound = Exclude<Fact, { kind: "order" }>;

/** The least values that agree with all facts, for the unknowns they name; undefined when there are none. */
export function leastSolution(facts: readonly Fact[]): ReadonlyMap<OrdinalVariable, Ordinal> | undefined {
  const bounds = facts.filter((fact) => fact.kind !== "order");
  const larger = new Map<OrdinalVariable, Order[]>();
  for (const { variable } of bounds) larger.set(variable, []);
  for (const fact of facts) {
    if (fact.kind !== "order") continue;
    if (!larger.has(fact.larger)) larger.set(fact.larger, []);
    const known = larger.get(fact.smaller);
    if (known === undefined) larger.set(fact.smaller, [fact]);
    else known.push(fact);
  }
  const values = new Map<OrdinalVariable, Ordinal>();
  const pushed = new Map<OrdinalVariable, Ordinal>();
  for (const equals of smallestFirst(larger)) {
    const value = leastOf(equals, bounds, pushed);
    if (value === undefined) return undefined;
    for (const variable of equals) values.set(variable, value);
    for (const order of [...equals].flatMap((variable) => larger.get(variable) ?? [])) {
      // In a circle of comparisons all are equal, and then none of them can be strict.
      if (order.strict && equals.has(order.larger)) return undefined;
      const least = order.strict ? value + 1n : value;
      const known = pushed.get(order.larger);
      if (known === undefined || known < least) pushed.set(order.larger, least);
    }
  }
  return values;
}

/** The least value that unknowns which must be equal can have together. */
function leastOf(
  equals: ReadonlySet<OrdinalVariable>,
  bounds: readonly Bound[],
  pushed: ReadonlyMap<OrdinalVariable, Ordinal>,
): Ordinal | undefined {
  let domain: OrdinalDomain | undefined;
  for (const variable of equals) {
    domain = domain === undefined ? variable.domain : intersection(domain, variable.domain);
    if (domain === undefined) return undefined;
  }
  if (domain === undefined) return undefined;
  let least = domain.minimum;
  let end: Ordinal | undefined;
  for (const variable of equals) {
    const floor = pushed.get(variable);
    if (floor !== undefined && floor > least) least = floor;
  }
  for (const { kind, variable, at } of bounds) {
    if (!equals.has(variable)) continue;
    if (kind === "from") least = at > least ? at : least;
    else end = end === undefined || at < end ? at : end;
  }
  const value = domain.ceil(least);
  return value === undefined || (end !== undefined && value >= end) ? undefined : value;
}

/**
 * Tarjan's strongly connected components (1972): the unknowns in groups whose members reach each other, and no group
 * before one that is smaller.
 */
function smallestFirst(
  larger: ReadonlyMap<OrdinalVariable, readonly Order[]>,
): readonly ReadonlySet<OrdinalVariable>[] {
  const groups: ReadonlySet<OrdinalVariable>[] = [];
  const indices = new Map<OrdinalVariable, number>();
  const grouped = new Set<OrdinalVariable>();
  const stack: OrdinalVariable[] = [];
  const visit = (variable: OrdinalVariable): number => {
    const index = indices.size;
    indices.set(variable, index);
    stack.push(variable);
    let lowest = index;
    for (const { larger: next } of larger.get(variable) ?? []) {
      if (grouped.has(next)) continue;
      lowest = Math.min(lowest, indices.get(next) ?? visit(next));
    }
    if (lowest === index) {
      const group = new Set(stack.splice(stack.indexOf(variable)));
      for (const member of group) grouped.add(member);
      groups.push(group);
    }
    return lowest;
  };
  for (const variable of larger.keys()) if (!indices.has(variable)) visit(variable);
  return groups.reverse();
}
