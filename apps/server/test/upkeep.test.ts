import { expect, it } from "vitest";
import { startUpkeep, type UpkeepStep } from "../src/upkeep.js";

const SECONDS = 0.001;

/** A step that counts how often it began, and ends when it is told to. */
function endlessStep() {
  const begun: (() => void)[] = [];
  const step = () => new Promise<void>((resolve) => begun.push(resolve));
  return { begun, step };
}

it("reads keys again and again while another step takes its time, and no step beside itself", async () => {
  const endless = endlessStep();
  let keys = 0;
  const steps: UpkeepStep[] = [
    ["the API keys", async () => (keys += 1)],
    ["the reviews that have run out", endless.step],
  ];
  const upkeep = startUpkeep(SECONDS, steps, () => undefined);
  await expect.poll(() => keys, { timeout: 5_000 }).toBeGreaterThan(3);
  expect(endless.begun).toHaveLength(1);
  endless.begun[0]?.();
  await expect.poll(() => endless.begun.length).toBe(2);
  upkeep.stop();
  const last = keys;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(keys).toBe(last);
});

it("takes all steps when asked, and notes which of them failed", async () => {
  const notes: string[] = [];
  let documents = 0;
  const steps: UpkeepStep[] = [
    ["the API keys", () => Promise.reject(new Error("no such file"))],
    ["the signed documents", async () => (documents += 1)],
  ];
  const upkeep = startUpkeep(3_600, steps, (line) => notes.push(line));
  await upkeep.now();
  upkeep.stop();
  expect(documents).toBe(1);
  expect(notes).toEqual([
    "Went on with what was there, because the API keys could not be read again: no such file",
  ]);
});
