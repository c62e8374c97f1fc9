import { ZenEngine } from "@gorules/zen-engine";
import { claimsFile, readJson, versionOf } from "../lib/contestant.mjs";

export const label = "ZEN";
export const version = versionOf("@gorules/zen-engine");

const engine = new ZenEngine();

/** A decision table with the hit policy "first", alone and behind a JSON Schema in its request node. */
export function claimsContestants() {
  const graph = readJson(claimsFile("zen.json"));
  const guarded = structuredClone(graph);
  guarded.nodes[0].content = { schema: JSON.stringify(readJson(claimsFile("signals.schema.json"))) };
  return [
    { label, validates: false, decide: deciderOf(graph, "decision") },
    { label: `${label} + schema`, validates: true, decide: deciderOf(guarded, "decision") },
  ];
}

/** One column without a field, so that each row holds a whole expression. */
export function translate(document) {
  const rules = document.rules.map(({ id, condition }) => ({
    _id: id,
    when: id === "catch-all" ? "" : express(condition),
    rule: JSON.stringify(id),
  }));
  return deciderOf(graphOf([{ id: "when", name: "when" }], rules), "rule");
}

export function table(rows) {
  const inputs = [
    { id: "account", name: "account", field: "account" },
    { id: "amount", name: "amount", field: "amount" },
  ];
  const rules = rows.map(({ account, limit }) => ({
    _id: `row-${account}`,
    account: String(account),
    amount: `<= ${limit}`,
    rule: JSON.stringify(`row-${account}`),
  }));
  return deciderOf(
    graphOf(inputs, [...rules, { _id: "catch-all", account: "", amount: "", rule: '"catch-all"' }]),
    "rule",
  );
}

function graphOf(inputs, rules) {
  const position = { x: 0, y: 0 };
  const outputs = [{ id: "rule", name: "rule", field: "rule" }];
  return {
    contentType: "application/vnd.gorules.decision",
    nodes: [
      { id: "request", type: "inputNode", name: "request", position },
      {
        id: "table",
        type: "decisionTableNode",
        name: "table",
        position,
        content: { hitPolicy: "first", inputs, outputs, rules },
      },
      { id: "response", type: "outputNode", name: "response", position },
    ],
    edges: [
      { id: "in", type: "edge", sourceId: "request", targetId: "table" },
      { id: "out", type: "edge", sourceId: "table", targetId: "response" },
    ],
  };
}

function deciderOf(graph, output) {
  const decision = engine.createDecision(graph);
  decision.validate();
  return async (signals) => (await decision.evaluate(signals)).result?.[output];
}

/** @returns {string} an expression of ZEN's standard (not unary) language */
function express(condition) {
  if (condition.all !== undefined) return condition.all.map((part) => `(${express(part)})`).join(" and ");
  if (condition.any !== undefined) return condition.any.map((part) => `(${express(part)})`).join(" or ");
  if (condition.not !== undefined) return `not(${express(condition.not)})`;
  const { signal, ...operation } = condition;
  const [[operator, operand]] = Object.entries(operation);
  switch (operator) {
    case "between":
      return `${signal} in [${operand[0]}..${operand[1]}]`;
    case "in":
      return `${signal} in [${operand.map(literal).join(", ")}]`;
    case "not_in":
      return `${signal} not in [${operand.map(literal).join(", ")}]`;
    default:
      return `${signal} ${symbols[operator]} ${operand.signal ?? literal(operand)}`;
  }
}

const symbols = {
  equals: "==",
  not_equals: "!=",
  greater_than: ">",
  greater_than_or_equal: ">=",
  less_than: "<",
  less_than_or_equal: "<=",
};

/** The generator's texts hold no quotes and no backslashes. */
const literal = (value) => JSON.stringify(value);
