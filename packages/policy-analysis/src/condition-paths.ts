import type { Condition } from "@parmanasystems/governance";

/** A condition that has no conditions in it. */
export type Leaf = Extract<Condition, { kind: "comparison" | "exists" }>;

/** A leaf with its place in policy.json, a JSON pointer (RFC 6901) such as /rules/3/condition/all/0. */
export interface PlacedLeaf {
  readonly pointer: string;
  readonly leaf: Leaf;
}

/** The JSON pointer of a rule's condition. */
export function conditionPointer(ruleIndex: number): string {
  return `/rules/${ruleIndex}/condition`;
}

/** Every leaf of a condition, in the order of the document. */
export function leavesOf(condition: Condition, pointer: string): readonly PlacedLeaf[] {
  switch (condition.kind) {
    case "all":
    case "any": {
      const { kind, conditions } = condition;
      return conditions.flatMap((part, index) => leavesOf(part, `${pointer}/${kind}/${index}`));
    }
    case "not":
      return leavesOf(condition.condition, `${pointer}/not`);
    case "comparison":
    case "exists":
      return [{ pointer, leaf: condition }];
  }
}
