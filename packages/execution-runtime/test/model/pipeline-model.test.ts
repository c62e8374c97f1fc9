import { describe, expect, it, vi } from "vitest";
import { explore } from "./explore.js";
import { type Architecture, pipelineModel, type Weakness } from "./pipeline-model.js";

const isLong = process.env["PARMANA_MODEL_SCOPE"] === "long";
const isPrinting = process.env["PARMANA_MODEL_PRINT"] === "1";
const scope = isLong ? { processes: 3, crashes: 1, losses: 1 } : { processes: 2, crashes: 2, losses: 1 };
if (isLong) vi.setConfig({ testTimeout: 600_000 });
const ledger: Architecture = { ...scope, kind: "ledger", ids: ["a", "b"] };
// With three processes, one more thing that goes wrong is too much for memory.
const storeAndLog: Architecture = {
  ...scope,
  kind: "store and log",
  ids: ["a", "b"],
  losses: isLong ? 0 : 1,
};
const store: Architecture = { ...scope, kind: "store", ids: ["a", "b"] };

describe("the pipeline, over every order of steps, deaths, expired leases and losses", () => {
  it.each([
    ["a ledger, two ids for the same facts", ledger],
    ["a ledger, one id", { ...ledger, ids: ["a"] }],
    ["a store and a log, two ids for the same facts", storeAndLog],
    ["a store and a log, one id", { ...storeAndLog, ids: ["a"], losses: 1 }],
    ["a store alone, as long as it forgets nothing", store],
  ])("attests once with %s", (name, architecture) => {
    const { states, violation } = explore(pipelineModel(architecture));
    if (isPrinting) console.warn(`${name}: ${String(states)} states`);
    expect(violation).toBeUndefined();
    // A model in which nothing can happen holds every invariant.
    expect(states).toBeGreaterThan(500);
  });

  it("attests once even if reservations are forgotten before their lease is over: fencing sees to that", () => {
    expect(explore(pipelineModel(store, { ttlBelowLease: true })).violation).toBeUndefined();
  });

  it.each<[string, Architecture, Weakness, string]>([
    [
      "a store that does not check fencing numbers",
      store,
      { noFencing: true },
      "two attestations were released for one identity",
    ],
    [
      "a confirmation before the record",
      storeAndLog,
      { confirmBeforeAppend: true },
      "an identity is consumed, and nothing of it is in the log",
    ],
    [
      "a release before the record",
      storeAndLog,
      { releaseBeforeAppend: true },
      "an attestation was released that the log lacks",
    ],
    [
      "reservations that are forgotten before their lease is over, and no fencing",
      { ...store, ids: ["a"] },
      { ttlBelowLease: true, noFencing: true },
      "two attestations were released for one identity",
    ],
    [
      "a log that is no arbiter",
      { ...storeAndLog, losses: 1 },
      { noArbiter: true },
      "the log attests one identity twice",
    ],
    [
      "a store that evicts what was executed",
      store,
      { evicts: true },
      "two attestations were released for one identity",
    ],
  ])("shows how it goes wrong with %s", (name, architecture, weakness, invariant) => {
    const { violation } = explore(pipelineModel(architecture, weakness));
    if (isPrinting) console.warn(`${name}: ${violation?.trace.join("; ") ?? "nothing"}: ${invariant}`);
    expect(violation?.invariant).toBe(invariant);
    expect(violation?.trace.length).toBeLessThan(15);
  });
});
