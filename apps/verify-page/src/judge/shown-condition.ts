import type { ComparisonOperator, Condition, Operand } from "@parmanasystems/governance";
import type { ExplainedCondition, ReadSignal } from "@parmanasystems/policy-analysis";
import { spellValue } from "@parmanasystems/policy-analysis";

/** A condition in words, and what it came to where the signals are known. */
export type ShownCondition =
  | {
      readonly kind: "all" | "any" | "not";
      readonly holds: boolean | undefined;
      readonly parts: readonly ShownCondition[];
    }
  | {
      readonly kind: "leaf";
      readonly holds: boolean | undefined;
      readonly signal: string;
      readonly words: string;
      readonly operand: string;
      readonly reads: readonly ReadSignal[];
    };

/** @param explained the same condition with its truth, where there are signals */
export function showCondition(condition: Condition, explained?: ExplainedCondition): ShownCondition {
  const holds = explained?.holds;
  switch (condition.kind) {
    case "all":
    case "any":
      return {
        kind: condition.kind,
        holds,
        parts: condition.conditions.map((part, at) => showCondition(part, partOf(explained, at))),
      };
    case "not":
      return { kind: "not", holds, parts: [showCondition(condition.condition, partOf(explained, 0))] };
    case "exists": {
      const words = condition.expected ? "is there" : "is absent";
      return { kind: "leaf", holds, signal: condition.signal, words, operand: "", reads: readsOf(explained) };
    }
    case "comparison":
      return {
        kind: "leaf",
        holds,
        signal: condition.signal,
        words: operatorWords[condition.operator],
        operand: spellOperand(condition.operand),
        reads: readsOf(explained),
      };
  }
}

const operatorWords = {
  equals: "is",
  not_equals: "is not",
  greater_than: "is greater than",
  greater_than_or_equal: "is at least",
  less_than: "is less than",
  less_than_or_equal: "is at most",
  between: "lies within",
  in: "is one of",
  not_in: "is none of",
  contains: "contains",
  starts_with: "starts with",
  ends_with: "ends with",
  matches: "matches the pattern",
} as const satisfies Record<ComparisonOperator, string>;

function spellOperand(operand: Operand): string {
  switch (operand.kind) {
    case "literal":
      return spellValue(operand.value);
    case "signal":
      return operand.signal;
    case "pattern":
      return operand.source;
  }
}

function partOf(explained: ExplainedCondition | undefined, at: number): ExplainedCondition | undefined {
  return explained === undefined || explained.kind === "leaf" ? undefined : explained.conditions[at];
}

function readsOf(explained: ExplainedCondition | undefined): readonly ReadSignal[] {
  return explained?.kind === "leaf" ? explained.reads : [];
}
