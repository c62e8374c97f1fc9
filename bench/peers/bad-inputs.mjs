// What each engine answers when one signal of a claim is wrong. The policy is claims-approval 1.0.0 of this repository, for
// every peer in its own form (claims/). Any application may validate before it asks; here is what the engines do.
//
//   node bad-inputs.mjs [--json]
import { parseArgs } from "node:util";
import * as cedar from "./engines/cedar.mjs";
import * as jsonLogic from "./engines/json-logic.mjs";
import * as jsonRulesEngine from "./engines/json-rules-engine.mjs";
import * as parmana from "./engines/parmana.mjs";
import * as zen from "./engines/zen.mjs";
import { badClaims, honestClaims } from "./lib/bad-signals.mjs";
import { answerOf } from "./lib/contestant.mjs";
import { textTable } from "./lib/text-table.mjs";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const engines = [parmana, cedar, zen, jsonRulesEngine, jsonLogic];
const contestants = engines.flatMap((engine) => engine.claimsContestants());

const expected = { risk_score: "rejected", claim_amount: "pending_override", vip_customer: "approved" };
for (const [signal, claim] of Object.entries(honestClaims)) {
  for (const contestant of contestants) {
    const { decision } = await answer(contestant, claim);
    if (decision !== expected[signal])
      throw new Error(
        `${contestant.label} answers ${decision} to an honest claim: ${JSON.stringify(claim)}.`,
      );
  }
}

const rows = [];
for (const { signal, defect, signals } of badClaims()) {
  const answers = {};
  for (const contestant of contestants) answers[contestant.label] = await answer(contestant, signals);
  rows.push({ signal, defect, honestAnswer: expected[signal], answers });
}

if (values.json) console.log(JSON.stringify({ versions: Object.fromEntries(versions()), rows }, null, 2));
else print();

async function answer({ decide, remarks = () => [] }, signals) {
  const answered = await answerOf(decide, signals);
  const beside = remarks();
  return answered.decision === "error" || beside.length === 0
    ? answered
    : { ...answered, detail: beside.join("; ") };
}

function print() {
  console.log(
    `${versions()
      .map((pair) => pair.join(" "))
      .join(", ")}\n`,
  );
  const labels = contestants.map(({ label }) => label);
  console.log(
    textTable([
      ["signal", "what is wrong", "honest", ...labels],
      ...rows.map(({ signal, defect, honestAnswer, answers }) => [
        signal,
        defect,
        short(honestAnswer),
        ...labels.map((label) => cell(answers[label])),
      ]),
    ]),
  );
  console.log("\n* decided although a policy failed to evaluate, which the answer says in its diagnostics\n");
  console.log(summary(labels));
}

/** Of the wrong claims whose signal a rule reads; what no rule reads cannot mislead a decision. */
function summary(labels) {
  const read = rows.filter(({ signal }) => signal !== "vip_customer");
  const count = (label, test) => String(read.filter(({ answers }) => test(answers[label].decision)).length);
  return textTable([
    [`of ${read.length} wrong claims (risk_score, claim_amount)`, ...labels],
    ["approved", ...labels.map((label) => count(label, (decision) => decision === "approved"))],
    ["pending", ...labels.map((label) => count(label, (decision) => decision === "pending_override"))],
    ["rejected", ...labels.map((label) => count(label, (decision) => decision === "rejected"))],
    [
      "error or no decision",
      ...labels.map((label) =>
        count(label, (decision) => decision === "error" || decision === "no decision"),
      ),
    ],
  ]);
}

function cell({ decision, detail }) {
  if (decision === "error" && /^[A-Z]+-\d+$/.test(detail)) return detail;
  return short(decision) + (decision !== "error" && detail !== undefined ? "*" : "");
}

function short(decision) {
  return decision === "pending_override" ? "pending" : decision;
}

function versions() {
  return engines.map(({ label, version }) => [label, version]);
}
