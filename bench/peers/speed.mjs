// Decisions per second beside other engines: the claims policy, and a table of 10,000 rules. Each pair of answers is compared
// before anything is timed; then every engine runs in alternating rounds of this process.
//
//   node speed.mjs [--rounds 15] [--round-ms 200] [--rows 9999]
import { parseArgs } from "node:util";
import * as cedar from "./engines/cedar.mjs";
import * as jsonLogic from "./engines/json-logic.mjs";
import * as jsonRulesEngine from "./engines/json-rules-engine.mjs";
import * as parmana from "./engines/parmana.mjs";
import * as zen from "./engines/zen.mjs";
import { race } from "./lib/race.mjs";
import { randomOf } from "./lib/random.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    "round-ms": { type: "string", default: "200" },
    rows: { type: "string", default: "9999" },
  },
});
const options = { rounds: Number(values.rounds), roundMs: Number(values["round-ms"]) };
const engines = [parmana, cedar, zen, jsonRulesEngine, jsonLogic];

console.log(engines.map(({ label, version }) => `${label} ${version}`).join(", "));
console.log(`Node ${process.versions.node}, ${options.rounds} rounds of about ${options.roundMs} ms each`);
await claims();
await table(Number(values.rows));

async function claims() {
  const inputs = Array.from({ length: 4_096 }, (_, index) =>
    JSON.parse(
      JSON.stringify({
        claim_amount: (index * 7_919) % 250_000,
        risk_score: (index * 31) % 101,
        vip_customer: index % 3 === 0,
      }),
    ),
  );
  const contestants = engines.flatMap((engine) => engine.claimsContestants());
  await requireAgreement(contestants, inputs);
  const [{ requests }] = contestants.filter((contestant) => contestant.requests !== undefined);
  const perDecision = (requests() / inputs.length).toFixed(2);
  console.log(
    `\nclaims-approval 1.0.0, ${inputs.length} claims; Cedar needs ${perDecision} requests for a decision`,
  );
  for (const contestant of contestants) contestant.label += contestant.validates ? ", validating" : "";
  await race(contestants, inputs, options);
}

async function table(count) {
  const rows = Array.from({ length: count }, (_, account) => ({
    account,
    limit: 500 + ((account * 37) % 1_000),
  }));
  const loadMs = [];
  const contestants = engines.map(({ label, table: load }) => {
    const started = performance.now();
    const decide = load(rows);
    loadMs.push(`${label} ${(performance.now() - started).toFixed(0)}`);
    return { label, decide };
  });
  console.log(`\ntable of ${count} rows and a catch-all; ready to decide after (ms): ${loadMs.join(", ")}`);

  const random = randomOf(1);
  const anyRow = Array.from({ length: 64 }, () => ({
    account: random.integer(0, count - 1),
    amount: random.integer(0, 500),
  }));
  const lastRow = Array.from({ length: 2 }, (_, amount) => ({ account: count - 1, amount }));
  const noRow = [{ account: count - 1, amount: 1_000_000 }];
  await requireAgreement(contestants, [...anyRow, ...lastRow, ...noRow]);
  console.log("\na random row");
  await race(contestants, anyRow, options);
  console.log("\nthe last row");
  await race(contestants, lastRow, options);
}

async function requireAgreement([measure, ...others], inputs) {
  for (const signals of inputs) {
    const expected = await measure.decide(signals);
    for (const { label, decide } of others) {
      const answer = await decide(signals);
      if (answer !== expected)
        throw new Error(`${label} answers ${answer}, not ${expected}, to ${JSON.stringify(signals)}.`);
    }
  }
}
