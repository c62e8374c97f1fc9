// What scripts/node-matrix.mjs runs on every Node: decides the stored corpus with the built packages, and prints a hash of all
// that was answered. Plain enough for any Node that the packages support.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compilePolicy, interpretPolicy } from "../../packages/execution/dist/index.js";
import { parsePolicy, validateSignals } from "../../packages/governance/dist/index.js";

const corpus = new URL("../../packages/execution/test/stored/decisions.jsonl", import.meta.url);
const answers = createHash("sha256");
let decided = 0;
let refused = 0;

for (const line of readFileSync(corpus, "utf8").trimEnd().split("\n")) {
  const { policy: document, cases } = JSON.parse(line);
  const policy = parsePolicy(new TextEncoder().encode(JSON.stringify(document)));
  const compiled = compilePolicy(policy);
  for (const { signals, rule, code } of cases) {
    const found = [
      answerOf(() => compiled.decide(signals)),
      answerOf(() => compiled.evaluate(validateSignals(policy, signals))),
      answerOf(() => interpretPolicy(policy, validateSignals(policy, signals))),
    ];
    for (const { id, text } of found) {
      if (id !== (rule ?? code))
        throw new Error(`${JSON.stringify(signals)} gives ${id}, not ${rule ?? code}.`);
      answers.update(`${text}\n`);
    }
    if (rule === undefined) refused += 1;
    else decided += 1;
  }
}
console.log(`${answers.digest("hex")} ${decided} decisions, ${refused} refusals`);

function answerOf(decide) {
  try {
    const decision = decide();
    return { id: decision.rule_id, text: JSON.stringify(decision) };
  } catch (error) {
    const { code, message, details } = error;
    if (code === undefined) throw error;
    return { id: code, text: JSON.stringify({ code, message, details }) };
  }
}
