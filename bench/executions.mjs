// Executions per second with the memory store, beside the bound that no implementation of the design can pass in one thread:
// two signatures (token, attestation) and one verification (token). Both are measured in alternating rounds of one process.
//
//   node bench/executions.mjs [--rounds 15] [--per-round 2000]
import { parseArgs } from "node:util";
import { memoryRuntime } from "./lib/memory-runtime.mjs";
import { median, perSecond, spread } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, "per-round": { type: "string", default: "2000" } },
});
const rounds = Number(values.rounds);
const perRound = Number(values["per-round"]);

const runtime = await memoryRuntime();
const { signer, verifier } = runtime;

// As large as a real token and a real statement, so that hashing inside the signature costs the same.
const tokenType = "application/vnd.parmana.execution-token.v1+json";
const tokenPayload = new Uint8Array(640).fill(97);
const statementPayload = new Uint8Array(1_650).fill(98);
const tokenSignature = signer.signSync(tokenType, tokenPayload);

function boundRound() {
  const started = performance.now();
  for (let index = 0; index < perRound; index += 1) {
    signer.signSync(tokenType, tokenPayload);
    verifier.verifySync(tokenType, tokenPayload, tokenSignature);
    signer.signSync("application/vnd.in-toto+json", statementPayload);
  }
  return (performance.now() - started) / perRound;
}

async function executionRound() {
  const started = performance.now();
  for (let index = 0; index < perRound; index += 1) {
    await runtime.execute();
  }
  return (performance.now() - started) / perRound;
}

boundRound();
await executionRound();
const bounds = [];
const executions = [];
for (let round = 0; round < rounds; round += 1) {
  bounds.push(boundRound());
  executions.push(await executionRound());
}
const ratios = executions.map((time, round) => bounds[round] / time);

console.log(`node ${process.version}, ${rounds} rounds of ${perRound}, medians (min to max)`);
console.log(`bound, 2 signatures + 1 verification  ${perSecond(median(bounds))}  ${spread(bounds)}`);
console.log(`execute, memory store                 ${perSecond(median(executions))}  ${spread(executions)}`);
console.log(`execute / bound                       ${median(ratios).toFixed(3)}`);
await runtime.close();
