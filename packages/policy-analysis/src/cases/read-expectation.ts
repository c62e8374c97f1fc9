import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import type { DecisionOutcome } from "@parmanasystems/governance";
import { pointerTo } from "../json-pointer.js";
import { CaseDefect } from "./case-defect.js";
import { closedObject, member, textAt } from "./case-members.js";
import type { Expectation } from "./policy-cases.js";

const DECISIONS: readonly DecisionOutcome[] = ["approved", "rejected", "pending_override"];
const REFUSAL = /^VAL-\d{3}$/;

/** What a case, or a column of a table, may expect. */
export const expectationMembers: readonly string[] = [
  "decision",
  "rule",
  "action",
  "reason",
  "refused",
  "signal",
];

/** Reads `expect`: a decision with rule, action and reason where they matter, or the refusal of a signal. */
export function readExpectation(value: JsonValue | undefined, pointer: string): Expectation {
  const refusal = typeof value === "object" && value !== null && Object.hasOwn(value, "refused");
  return refusal ? readRefusal(value, pointer) : readDecision(value, pointer);
}

function readDecision(value: JsonValue | undefined, pointer: string): Expectation {
  const expect = closedObject(value, pointer, {
    required: ["decision"],
    optional: ["rule", "action", "reason"],
  });
  const decision = DECISIONS.find((each) => each === member(expect, "decision"));
  if (decision === undefined) {
    throw new CaseDefect(pointerTo(pointer, "decision"), `expected one of ${DECISIONS.join(", ")}`);
  }
  return {
    kind: "decides",
    decision,
    ...readText(expect, "rule", pointer),
    ...readText(expect, "action", pointer),
    ...readText(expect, "reason", pointer),
  };
}

function readRefusal(value: JsonValue, pointer: string): Expectation {
  const expect = closedObject(value, pointer, { required: ["refused"], optional: ["signal"] });
  const code = member(expect, "refused");
  if (typeof code !== "string" || !REFUSAL.test(code)) {
    throw new CaseDefect(pointerTo(pointer, "refused"), 'expected a code of validation, such as "VAL-007"');
  }
  return { kind: "refuses", code, ...readText(expect, "signal", pointer) };
}

function readText<Name extends "rule" | "action" | "reason" | "signal">(
  expect: JsonObject,
  name: Name,
  pointer: string,
): Partial<Record<Name, string>> {
  if (!Object.hasOwn(expect, name)) return {};
  const text = textAt(expect[name], pointerTo(pointer, name));
  return { [name]: text } as Record<Name, string>;
}
