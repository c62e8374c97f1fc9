import { spellValue } from "../spell-condition.js";
import type { ExplainedCondition, ExplainedLeaf } from "./explain-decision.js";

/** The leaves that settle the condition, in the order in which they are asked: as long as they stay, so does its truth. */
export function reasonsFor(condition: ExplainedCondition): readonly ExplainedLeaf[] {
  switch (condition.kind) {
    case "leaf":
      return [condition];
    case "not":
      return condition.conditions.flatMap(reasonsFor);
    case "all":
    case "any": {
      // One false part settles an `all`, one true part an `any`; otherwise it takes all of them.
      const settled = condition.holds === (condition.kind === "any");
      const parts = condition.conditions.filter((part) => part.holds === condition.holds);
      return (settled ? parts.slice(0, 1) : parts).flatMap(reasonsFor);
    }
  }
}

/** `risk_score greater_than 80 is true: risk_score is 95` */
export function spellReason({ text, holds, reads }: ExplainedLeaf): string {
  return `${text} is ${String(holds)}: ${spellReads({ reads })}`;
}

/** `risk_score is 95, limit is absent` */
export function spellReads({ reads }: Pick<ExplainedLeaf, "reads">): string {
  return reads.map(({ signal, value }) => `${signal} is ${spellValue(value)}`).join(", ");
}
