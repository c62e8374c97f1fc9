// N-version check: random policies of the common subset, translated for every engine, must match the same rule everywhere.
// Whoever disagrees with Parmana's compiled policy is printed with policy and input, so that it can be settled by hand.
//
//   node n-version.mjs [--policies 500] [--inputs 40] [--seed 1] [--show 5] [--weaken]
//
// --weaken translates less_than as less_than_or_equal for all but the first engine: a run that then finds nothing is blind.
import { parseArgs } from "node:util";
import * as cedar from "./engines/cedar.mjs";
import * as jsonLogic from "./engines/json-logic.mjs";
import * as jsonRulesEngine from "./engines/json-rules-engine.mjs";
import * as parmana from "./engines/parmana.mjs";
import * as zen from "./engines/zen.mjs";
import { randomInputs, randomPolicy } from "./lib/common-subset.mjs";
import { textTable } from "./lib/text-table.mjs";

const { values } = parseArgs({
  options: {
    policies: { type: "string", default: "500" },
    inputs: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    show: { type: "string", default: "5" },
    weaken: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const shown = Number(values.show);

const interpreter = { label: "Parmana interpreter", translate: parmana.translateForInterpreter };
const voters = [interpreter, cedar, zen, jsonRulesEngine, jsonLogic].map(({ label, translate }) => ({
  label,
  translate,
  agreed: 0,
  disagreed: 0,
  failed: 0,
}));
const matched = new Map();
let disagreements = 0;

const started = performance.now();
for (let index = 0; index < Number(values.policies); index += 1) {
  const document = randomPolicy(seed * 1_000_003 + index);
  const inputs = randomInputs(document, Number(values.inputs), seed * 7_368_787 + index);
  const decide = parmana.translate(document);
  const theirs = values.weaken ? weakened(document) : document;
  const ballots = voters.map((voter) => ({ voter, decide: attempt(() => voter.translate(theirs)) }));
  for (const signals of inputs) {
    const expected = decide(signals);
    matched.set(expected, (matched.get(expected) ?? 0) + 1);
    for (const ballot of ballots) await vote(ballot, document, signals, expected);
  }
}
report();
process.exitCode = disagreements > 0 === values.weaken ? 0 : 1;

async function vote({ voter, decide }, document, signals, expected) {
  const answer = decide.failure ?? (await outcomeOf(decide.value, signals));
  if (answer === expected) {
    voter.agreed += 1;
    return;
  }
  if (answer instanceof Error) voter.failed += 1;
  else voter.disagreed += 1;
  disagreements += 1;
  if (disagreements > shown) return;
  console.log(`${voter.label} says ${String(answer)}, Parmana ${expected}:`);
  console.log(`  input  ${JSON.stringify(signals)}`);
  console.log(`  schema ${JSON.stringify(document.signalsSchema)}`);
  for (const { id, condition } of document.rules)
    console.log(`  ${id.padEnd(9)} ${JSON.stringify(condition)}`);
}

function attempt(translate) {
  try {
    return { value: translate() };
  } catch (thrown) {
    return { failure: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }
}

async function outcomeOf(decide, signals) {
  try {
    return await decide(signals);
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

function weakened(document) {
  return JSON.parse(JSON.stringify(document).replaceAll('"less_than":', '"less_than_or_equal":'));
}

function report() {
  const total = [...matched.values()].reduce((sum, count) => sum + count, 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${values.policies} policies, ${total} inputs, seed ${values.seed}, ${seconds} s; each voter against Parmana's compiled policy\n`,
  );
  console.log(
    textTable([
      ["voter", "same rule", "another rule", "error"],
      ...voters.map(({ label, agreed, disagreed, failed }) => [
        label,
        ...[agreed, disagreed, failed].map(String),
      ]),
    ]),
  );
  const shares = [...matched]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([rule, count]) => `${rule} ${((100 * count) / total).toFixed(1)} %`);
  console.log(`\nThe rules that matched: ${shares.join(", ")}.`);
}
