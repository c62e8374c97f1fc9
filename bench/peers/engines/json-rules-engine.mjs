import { Engine } from "json-rules-engine";
import { claimsFile, readJson, versionOf } from "../lib/contestant.mjs";

export const label = "json-rules-engine";
export const version = versionOf("json-rules-engine");

/** As it comes: a fact that a rule needs and that is not there is an error (allowUndefinedFacts is false). */
export function claimsContestants() {
  return [{ label, validates: false, decide: deciderOf(readJson(claimsFile("json-rules-engine.json"))) }];
}

export function translate(document) {
  return deciderOf(
    document.rules.map(({ id, condition }, index) => ({
      name: id,
      priority: document.rules.length - index,
      conditions: topLevel(express(condition)),
      event: { type: id },
    })),
  );
}

/** A priority for each row, although the rows exclude each other: with one for all, a decision takes twice as long. */
export function table(rows) {
  const rules = rows.map(({ account, limit }, index) => ({
    name: `row-${account}`,
    priority: rows.length + 1 - index,
    conditions: {
      all: [
        { fact: "account", operator: "equal", value: account },
        { fact: "amount", operator: "lessThanInclusive", value: limit },
      ],
    },
    event: { type: `row-${account}` },
  }));
  return deciderOf([
    ...rules,
    { name: "catch-all", priority: 1, conditions: { all: [] }, event: { type: "catch-all" } },
  ]);
}

/** First match: higher priorities run first, and the first success stops the engine. */
function deciderOf(rules) {
  const engine = new Engine();
  for (const rule of rules) engine.addRule({ ...rule, onSuccess: () => void engine.stop() });
  return async (signals) => (await engine.run(signals)).events[0]?.type;
}

const topLevel = (condition) => (condition.fact === undefined ? condition : { all: [condition] });

function express(condition) {
  if (condition.all !== undefined) return { all: condition.all.map(express) };
  if (condition.any !== undefined) return { any: condition.any.map(express) };
  if (condition.not !== undefined) return { not: express(condition.not) };
  const { signal: fact, ...operation } = condition;
  const [[operator, operand]] = Object.entries(operation);
  if (operator === "between")
    return {
      all: [
        { fact, operator: "greaterThanInclusive", value: operand[0] },
        { fact, operator: "lessThanInclusive", value: operand[1] },
      ],
    };
  return {
    fact,
    operator: names[operator],
    value: operand.signal === undefined ? operand : { fact: operand.signal },
  };
}

const names = {
  equals: "equal",
  not_equals: "notEqual",
  greater_than: "greaterThan",
  greater_than_or_equal: "greaterThanInclusive",
  less_than: "lessThan",
  less_than_or_equal: "lessThanInclusive",
  in: "in",
  not_in: "notIn",
};
