import type { Condition } from "@parmanasystems/governance";
import { leavesOf } from "../condition-paths.js";
import { always } from "../space/condition-holds.js";
import { isCatchAll, joined, never, type Path } from "./condition-tree.js";

/** Why a part of a condition decides nothing. */
export type Why =
  | { readonly kind: "always true" | "always false" }
  /** By the rest of the condition. */
  | { readonly kind: "implied" }
  /** A rule before takes every input that the part turns away. */
  | { readonly kind: "decided before"; readonly by: string };

/** What is asked of a judge: whether the two conditions agree wherever all of `given` hold, and if so, why. */
export interface Removal {
  readonly part: Condition;
  readonly given: readonly Condition[];
  readonly whole: Condition;
  readonly without: Condition;
}

export interface RedundantPart {
  readonly path: Path;
  readonly part: Condition;
  readonly why: Why;
}

type Judge = (removal: Removal) => Why | undefined;

/**
 * The parts of a condition that can be taken out, all of them together, of the all or any that holds them. What stands
 * beside that in an outer all is given; what stands beside it in an outer any is not, as alternatives that overlap are no
 * mistake. Of two parts that say the same the later is named, and of a part that goes as a whole the parts of it are not.
 * The condition itself is named only if it is always true.
 */
export function redundantParts(condition: Condition, judge: Judge): readonly RedundantPart[] {
  if (isCatchAll(condition)) return [];
  const root = { part: condition, given: [], whole: condition, without: always };
  const why = judge(root);
  if (why?.kind === "always true") return [{ path: [], part: condition, why }];
  const found: RedundantPart[] = [];
  simplify(condition, [], [], {
    isGuard: (part) => isGuard(part, condition),
    judge,
    report: (redundant) => found.push(redundant),
  });
  return found;
}

interface Walk {
  readonly isGuard: (part: Condition) => boolean;
  readonly judge: Judge;
  readonly report: (redundant: RedundantPart) => void;
}

/** Returns the condition without its redundant parts. */
function simplify(condition: Condition, given: readonly Condition[], path: Path, walk: Walk): Condition {
  if (condition.kind === "not")
    return { kind: "not", condition: simplify(condition.condition, given, [...path, 0], walk) };
  if (condition.kind !== "all" && condition.kind !== "any") return condition;
  const { kind } = condition;
  const neutral = kind === "all" ? always : never;
  const parts = [...condition.conditions];
  // Backwards, so that the later of two equal parts goes.
  for (const [index, part] of [...parts.entries()].reverse()) {
    const place = [...path, index];
    const others = parts.filter((_, other) => other !== index);
    const removal = { part, given, whole: joined(kind, parts), without: joined(kind, others) };
    const why = parts.length > 1 && !walk.isGuard(part) ? walk.judge(removal) : undefined;
    if (why !== undefined) walk.report({ path: place, part, why });
    parts[index] =
      why === undefined
        ? simplify(part, kind === "all" ? [...given, ...others] : given, place, walk)
        : neutral;
  }
  return joined(kind, parts);
}

/** Whether the part asks for a signal that the condition also compares: said for the reader, and asked for by the linter. */
function isGuard(part: Condition, condition: Condition): boolean {
  if (part.kind === "not") return isGuard(part.condition, condition);
  return (
    part.kind === "exists" &&
    leavesOf(condition, "").some(
      ({ leaf }) =>
        leaf.kind === "comparison" &&
        (leaf.signal === part.signal ||
          (leaf.operand.kind === "signal" && leaf.operand.signal === part.signal)),
    )
  );
}
