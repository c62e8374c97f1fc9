import type { Condition } from "@parmanasystems/governance";
import { always } from "../space/condition-holds.js";

/** The condition that no input meets. */
export const never: Condition = { kind: "not", condition: always };

/** Steps from a condition to one of its parts: the index in all or any, 0 in not. */
export type Path = readonly number[];

/** The condition with the part at the path exchanged. */
export function exchange(condition: Condition, path: Path, part: Condition): Condition {
  const [step, ...rest] = path;
  if (step === undefined) return part;
  switch (condition.kind) {
    case "all":
    case "any":
      return {
        kind: condition.kind,
        conditions: condition.conditions.map((other, index) =>
          index === step ? exchange(other, rest, part) : other,
        ),
      };
    case "not":
      return { kind: "not", condition: exchange(condition.condition, rest, part) };
    case "comparison":
    case "exists":
      return condition;
  }
}

/** All or any of the parts; without parts, all is true and any is false. */
export function joined(kind: "all" | "any", conditions: readonly Condition[]): Condition {
  return { kind, conditions };
}

export function isCatchAll(condition: Condition): boolean {
  return condition.kind === "all" && condition.conditions.length === 0;
}

/** The pointer of a part, from the pointer of the condition and its path. */
export function pointerOf(condition: Condition, path: Path, pointer: string): string {
  const [step, ...rest] = path;
  if (step === undefined) return pointer;
  switch (condition.kind) {
    case "all":
    case "any": {
      const part = condition.conditions[step] ?? always;
      return pointerOf(part, rest, `${pointer}/${condition.kind}/${step}`);
    }
    case "not":
      return pointerOf(condition.condition, rest, `${pointer}/not`);
    case "comparison":
    case "exists":
      return pointer;
  }
}
