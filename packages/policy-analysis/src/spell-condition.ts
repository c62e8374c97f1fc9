import type { SignalValue } from "@parmanasystems/provenance";
import type { Leaf } from "./condition-paths.js";

/** A leaf as a person would say it: `risk_score greater_than 80`. */
export function spellLeaf(leaf: Leaf): string {
  if (leaf.kind === "exists") return `${leaf.signal} ${leaf.expected ? "exists" : "is absent"}`;
  return `${leaf.signal} ${leaf.operator} ${spellOperand(leaf)}`;
}

function spellOperand({ operand }: Extract<Leaf, { kind: "comparison" }>): string {
  switch (operand.kind) {
    case "literal":
      return spellValue(operand.value);
    case "signal":
      return operand.signal;
    case "pattern":
      return JSON.stringify(operand.source);
  }
}

const SHOWN_MEMBERS = 8;

/** A value as JSON, lists cut to eight members; what is absent is called so. */
export function spellValue(value: SignalValue | undefined): string {
  if (value === undefined) return "absent";
  if (typeof value !== "object" || value.length <= SHOWN_MEMBERS) return JSON.stringify(value);
  const shown = value.slice(0, SHOWN_MEMBERS).map((member) => JSON.stringify(member));
  return `[${shown.join(", ")}, … ${value.length - SHOWN_MEMBERS} more]`;
}
