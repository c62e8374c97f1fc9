/** Whether two unknowns are equal. */
export interface Equality<Unknown> {
  readonly kind: "equal";
  readonly left: Unknown;
  readonly right: Unknown;
  readonly holds: boolean;
}

/** The unknowns in classes of those that the equalities, directly or through others, make one. */
export function classesOf<Unknown>(
  unknowns: readonly Unknown[],
  equalities: readonly Omit<Equality<Unknown>, "kind">[],
): readonly (readonly Unknown[])[] {
  const classOf = new Map(unknowns.map((unknown) => [unknown, new Set([unknown])]));
  for (const { left, right, holds } of equalities) {
    const one = classOf.get(left);
    const other = classOf.get(right);
    if (!holds || one === undefined || other === undefined || one === other) continue;
    for (const unknown of other) classOf.set(unknown, one.add(unknown));
  }
  return [...new Set(classOf.values())].map((members) => [...members]);
}
