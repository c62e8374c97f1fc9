import { describe, expect, it } from "vitest";
import { openLedger } from "../src/index.js";
import { ledgerChildren, told } from "./child-process.js";
import { temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
const startChild = ledgerChildren();
const PROCESSES = 4;
const IDENTITIES = 300;

describe("several processes on one file", () => {
  it("may all be the first", async () => {
    for (const name of ["first", "second", "third"]) {
      const path = inDirectory(`${name}.db`);
      const children = Array.from(Array(PROCESSES).keys(), () => startChild("open", path));
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual(children.map(() => 0));
      expect(children.flatMap(({ lines }) => lines)).toEqual([]);
    }
  });

  it("have exactly one winner for each identity (threat 34)", async () => {
    const path = inDirectory("race.db");
    const children = Array.from(Array(PROCESSES).keys(), (number) =>
      startChild("race", path, `process${String(number)}`, String(IDENTITIES)),
    );
    // They also race to create the file; the race for identities starts when all have it open.
    await Promise.all(children.map((child) => told(child, (lines) => lines.includes("ready"))));
    for (const child of children) child.process.stdin.write("go\n");
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual(children.map(() => 0));

    const lines = children.flatMap((child) => child.lines);
    const total = (outcome: string) => lines.filter((line) => line === outcome).length;
    expect(total("attested")).toBe(IDENTITIES);
    expect(total("replay") + total("in_flight")).toBe((PROCESSES - 1) * IDENTITIES);

    const ledger = openLedger(path);
    const entries = await ledger.entries();
    expect(entries.map(({ seq }) => seq)).toEqual([...Array(IDENTITIES).keys()]);
    expect(new Set(entries.map(({ entry }) => entry.execution_fingerprint)).size).toBe(IDENTITIES);
    await ledger.close();
  });
});
