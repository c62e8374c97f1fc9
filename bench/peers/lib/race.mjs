import { median } from "../../lib/statistics.mjs";
import { textTable } from "./text-table.mjs";

const WARM_UP_ROUNDS = 2;

/**
 * Runs the contestants in alternating rounds of one process and prints decisions per second. The first one is the measure.
 * @param {{ label: string, decide: (signals: object) => unknown }[]} contestants
 * @param {object[]} inputs a power of two of them
 * @param {{ rounds: number, roundMs: number }} options roundMs: about how long one contestant's round lasts
 */
export async function race(contestants, inputs, { rounds, roundMs }) {
  const runners = [];
  for (const { label, decide } of contestants) {
    const run = roundOf(decide, inputs);
    runners.push({ label, run, times: await timesFor(run, roundMs), rates: [] });
  }
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const { run, times, rates } of runners) {
      const started = performance.now();
      await run(times);
      if (round >= 0) rates.push((times / (performance.now() - started)) * 1_000);
    }
  }
  const [measure] = runners;
  const ratios = ({ rates }) => rates.map((rate, round) => measure.rates[round] / rate);
  console.log(
    textTable([
      ["", "decisions/s", "lowest", "highest", `${measure.label} is faster by (lowest to highest)`],
      ...runners.map((runner) => [
        runner.label,
        ...[median(runner.rates), Math.min(...runner.rates), Math.max(...runner.rates)].map(rateText),
        runner === measure ? "" : spreadOf(ratios(runner)),
      ]),
    ]),
  );
}

/** A function of its own for each, so that none is optimised for the objects of another; who answers at once is not awaited. */
function roundOf(decide, inputs) {
  const isAsync = decide(inputs[0]) instanceof Promise;
  return new Function(
    "decide",
    "inputs",
    `return ${isAsync ? "async " : ""}function round(times) {
       let answered = 0;
       for (let index = 0; index < times; index += 1)
         if (${isAsync ? "await " : ""}decide(inputs[index & ${inputs.length - 1}]) !== undefined) answered += 1;
       if (answered !== times) throw new Error("Not every input was decided.");
     }`,
  )(decide, inputs);
}

/** How often one round decides: doubled until it lasts long enough, which also warms the contestant up. */
async function timesFor(run, roundMs) {
  for (let times = 1; ; times *= 2) {
    const started = performance.now();
    await run(times);
    const elapsedMs = performance.now() - started;
    if (elapsedMs >= roundMs / 2) return Math.max(1, Math.round((times * roundMs) / elapsedMs));
  }
}

const rateText = (rate) => rate.toLocaleString("en", { maximumFractionDigits: rate < 100 ? 1 : 0 });

function spreadOf(ratios) {
  const [middle, low, high] = [median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) =>
    ratio.toLocaleString("en", { maximumSignificantDigits: 3 }),
  );
  return `${middle} (${low} to ${high})`;
}
