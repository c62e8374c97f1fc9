import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { replayEvents, replaySituations, replayTransitions } from "../src/index.js";

const page = readFileSync(new URL("../../../docs/replay.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("docs/replay.md", () => {
  it.each(replayEvents)("has the table's row: %s", (event) => {
    const cells = replaySituations.map((situation) => {
      const { answer, to } = replayTransitions[situation][event];
      return to === undefined ? answer : `${answer} → ${to}`;
    });
    expect(rows).toContainEqual(["", event, ...cells, ""]);
  });

  it("names every situation, in order", () => {
    expect(rows).toContainEqual(["", "", ...replaySituations, ""]);
  });
});
