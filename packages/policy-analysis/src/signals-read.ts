import type { Condition } from "@parmanasystems/governance";
import { leavesOf } from "./condition-paths.js";

/** The signals a condition reads, in the order in which it names them. */
export function signalsReadBy(condition: Condition): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { leaf } of leavesOf(condition, "")) {
    names.add(leaf.signal);
    if (leaf.kind === "comparison" && leaf.operand.kind === "signal") names.add(leaf.operand.signal);
  }
  return names;
}
