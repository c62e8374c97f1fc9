import { chooseDistinct } from "./distinct-choice.js";
import { classesOf, type Equality } from "./equality-classes.js";

/** Values that a class of equal unknowns may have. */
export interface Candidates<Value> {
  /** Different from each other, shortest first. */
  readonly values: readonly Value[];
  /** Whether fewer than asked for means that there are no more. */
  readonly complete: boolean;
}

export type ClassValues<Value> =
  /** A value for each unknown. */
  | { readonly status: "found"; readonly values: readonly Value[] }
  | { readonly status: "impossible" | "undecided" };

/**
 * Gives equal unknowns one value, and those that must differ different ones.
 * @param candidatesOf the values of a class, `count` of them if there are so many
 * @param keyOf the same text for equal values, another for others
 */
export function chooseClassValues<Unknown, Value>(
  group: readonly Unknown[],
  equalities: readonly Equality<Unknown>[],
  candidatesOf: (members: readonly Unknown[], count: number) => Candidates<Value>,
  keyOf: (value: Value) => string,
): ClassValues<Value> {
  const classes = classesOf(group, equalities);
  const placeOf = (unknown: Unknown): number => classes.findIndex((members) => members.includes(unknown));
  const conflicts = equalities.flatMap(({ left, right, holds }): [number, number][] =>
    holds ? [] : [[placeOf(left), placeOf(right)]],
  );
  if (conflicts.some(([one, other]) => one === other)) return { status: "impossible" };
  // With as many candidates as there are classes, one is always left that no other class has taken.
  const found = classes.map((members) => candidatesOf(members, classes.length));
  const byKey = new Map(found.flatMap(({ values }) => values.map((value) => [keyOf(value), value])));
  const chosen = chooseDistinct(
    found.map(({ values }) => values.map(keyOf)),
    conflicts,
  );
  if (chosen === undefined)
    return { status: found.every(({ complete }) => complete) ? "impossible" : "undecided" };
  const valueOf = (unknown: Unknown): Value | undefined => byKey.get(chosen[placeOf(unknown)] ?? "");
  return { status: "found", values: group.map(valueOf).filter((value) => value !== undefined) };
}
