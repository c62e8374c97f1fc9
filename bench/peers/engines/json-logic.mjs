import { LogicEngine } from "json-logic-engine";
import { claimsFile, readJson, versionOf } from "../lib/contestant.mjs";

export const label = "JSON Logic";
export const version = versionOf("json-logic-engine");

/** The logic compiled, alone and behind the operator with which JSON Logic asks for missing members. */
export function claimsContestants() {
  const logic = readJson(claimsFile("json-logic.json"));
  const signals = Object.keys(readJson(claimsFile("signals.schema.json")).properties);
  const guarded = { if: [{ missing: signals }, { throw: "missing" }, ...logic.if] };
  return [
    { label, validates: false, decide: deciderOf(logic) },
    { label: `${label} + missing`, validates: false, decide: deciderOf(guarded) },
  ];
}

export function translate(document) {
  const rules = document.rules.slice(0, -1).flatMap(({ id, condition }) => [express(condition), id]);
  return deciderOf({ if: [...rules, "catch-all"] });
}

/** Compiling an if of 20,000 parts overflows the stack, so the rows come in groups, and the first group that knows wins. */
export function table(rows) {
  const groups = [];
  for (let start = 0; start < rows.length; start += 500) {
    const rules = rows
      .slice(start, start + 500)
      .flatMap(({ account, limit }) => [
        { and: [{ "===": [{ var: "account" }, account] }, { "<=": [{ var: "amount" }, limit] }] },
        `row-${account}`,
      ]);
    groups.push({ if: [...rules, null] });
  }
  return deciderOf({ or: [...groups, "catch-all"] });
}

const deciderOf = (logic) => new LogicEngine().build(logic);

function express(condition) {
  if (condition.all !== undefined) return { and: condition.all.map(express) };
  if (condition.any !== undefined) return { or: condition.any.map(express) };
  if (condition.not !== undefined) return { "!": [express(condition.not)] };
  const { signal, ...operation } = condition;
  const [[operator, operand]] = Object.entries(operation);
  const value = { var: signal };
  switch (operator) {
    case "between":
      return { "<=": [operand[0], value, operand[1]] };
    case "in":
      return { in: [value, operand] };
    case "not_in":
      return { "!": [{ in: [value, operand] }] };
    default:
      return {
        [symbols[operator]]: [value, operand.signal === undefined ? operand : { var: operand.signal }],
      };
  }
}

const symbols = {
  equals: "===",
  not_equals: "!==",
  greater_than: ">",
  greater_than_or_equal: ">=",
  less_than: "<",
  less_than_or_equal: "<=",
};
