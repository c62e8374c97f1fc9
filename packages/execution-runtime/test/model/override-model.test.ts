import { describe, expect, it, vi } from "vitest";
import { explore } from "./explore.js";
import { type OverrideArchitecture, overrideModel, type OverrideWeakness } from "./override-model.js";

const isLong = process.env["PARMANA_MODEL_SCOPE"] === "long";
const isPrinting = process.env["PARMANA_MODEL_PRINT"] === "1";
if (isLong) vi.setConfig({ testTimeout: 600_000 });
const scope = { processes: 2, attempts: isLong ? 3 : 2, crashes: 1, losses: 1 };
const ledger: OverrideArchitecture = { ...scope, kind: "ledger", quorum: 2 };
const storeAndLog: OverrideArchitecture = { ...scope, kind: "store and log", quorum: 2 };

describe("an override, over every order of votes, deaths, losses and the end of its time", () => {
  it.each<[string, OverrideArchitecture]>([
    ["a ledger and two approvals", ledger],
    ["a ledger and one approval", { ...ledger, quorum: 1 }],
    ["a ledger and two names of one person", { ...ledger, isOnePerson: true }],
    ["a store and a log and two approvals", { ...storeAndLog, losses: isLong ? 1 : 0 }],
    ["a store and a log and one approval", { ...storeAndLog, quorum: 1 }],
  ])("ends once, and everywhere in the same way, with %s", (name, architecture) => {
    const { states, violation } = explore(overrideModel(architecture));
    if (isPrinting) console.warn(`${name}: ${String(states)} states`);
    expect(violation).toBeUndefined();
    // A model in which nothing can happen holds every invariant.
    expect(states).toBeGreaterThan(1_000);
  });

  it.each<[string, OverrideArchitecture, OverrideWeakness, string]>([
    [
      "a store that is resolved before the log",
      { ...storeAndLog, losses: 0 },
      { storeBeforeLog: true },
      "store and log end it otherwise",
    ],
    ["a log that is no arbiter", storeAndLog, { noArbiter: true }, "the log ends one override twice"],
    [
      "votes that count at any time",
      ledger,
      { noExpiry: true },
      "it was approved by votes that came too late",
    ],
    [
      "an execution that is found pending and not asked for in the log",
      storeAndLog,
      { noFinish: true },
      "after recovery, store and log differ",
    ],
    [
      "a look at the names that comes before the vote",
      { ...ledger, isOnePerson: true },
      { looksBefore: true },
      "one person approved it alone",
    ],
  ])("shows how it goes wrong with %s", (name, architecture, weakness, invariant) => {
    const { violation } = explore(overrideModel(architecture, weakness));
    if (isPrinting)
      console.warn(`${name}: ${violation?.trace.join("; ") ?? "nothing"}: ${violation?.invariant ?? ""}`);
    expect(violation?.invariant).toBe(invariant);
    expect(violation?.trace.length).toBeLessThan(20);
  });
});
