import { Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { ClosedHistogram } from "../src/telemetry/closed-histogram.js";

const terms = {
  name: "steps",
  help: "How long",
  labelNames: ["step", "outcome"],
  buckets: [0.00005, 0.5, 10],
};

describe("a histogram of known series", () => {
  it("tells what prom-client's tells of the same values, series by series", async () => {
    const registry = new Registry();
    const theirs = new Histogram({ ...terms, registers: [registry] });
    const ours = new ClosedHistogram(terms);
    for (const [step, values] of [
      ["reserve", [0, 0.00005, 0.000051, 0.5, 9.99, 10, 10.5, 1e6]],
      ["evaluate", [0.25]],
    ] as const) {
      const observe = ours.series(step, "done");
      for (const value of values) {
        observe(value);
        theirs.observe({ step, outcome: "done" }, value);
      }
    }
    const sorted = (text: string) => text.trim().split("\n").sort();
    expect(sorted(ours.text())).toEqual(sorted(await registry.metrics()));
  });

  it("has every series from the start, so that the first value counts as a growth", () => {
    const ours = new ClosedHistogram(terms);
    ours.series("reserve", "refused");
    expect(ours.text()).toContain('steps_count{step="reserve",outcome="refused"} 0\n');
  });
});
