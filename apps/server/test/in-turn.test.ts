import { expect, it } from "vitest";
import { inTurn } from "../src/in-turn.js";

it("begins a run when the one before has ended, also badly", async () => {
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const run = inTurn(async () => {
    const nth = String(ends.length);
    order.push(`begins ${nth}`);
    await new Promise<void>((resolve) => ends.push(resolve));
    order.push(`ends ${nth}`);
    if (nth === "0") throw new Error("unreadable");
  });
  const runs = [run(), run(), run()];
  for (const nth of [0, 1, 2]) {
    await expect.poll(() => ends.length).toBe(nth + 1);
    ends[nth]?.();
  }
  expect((await Promise.allSettled(runs)).map(({ status }) => status)).toEqual([
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(order).toEqual(["begins 0", "ends 0", "begins 1", "ends 1", "begins 2", "ends 2"]);
});
