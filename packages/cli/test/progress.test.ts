import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withProgress } from "../src/progress.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = { out: () => undefined, note: () => undefined };

describe("The progress of a long work", () => {
  it("is shown from half a second on, ten times a second at most, and is gone at the end", async () => {
    const shown: string[] = [];
    const result = await withProgress(
      { ...silent, progress: (text) => shown.push(text) },
      "Checking",
      (report) => {
        for (let done = 0; done < 80; done += 1) {
          report(done, 80);
          vi.advanceTimersByTime(10);
        }
        return "done";
      },
    );
    expect(result).toBe("done");
    expect(shown).toEqual(["Checking 50/80", "Checking 60/80", "Checking 70/80", ""]);
  });

  it("is gone also when the work fails", async () => {
    const shown: string[] = [];
    const work = withProgress({ ...silent, progress: (text) => shown.push(text) }, "Checking", () => {
      throw new RangeError("too long");
    });
    await expect(work).rejects.toThrow(RangeError);
    expect(shown).toEqual([""]);
  });

  it("is nobody's business where nobody watches", async () => {
    expect(
      await withProgress(silent, "Checking", (report) => {
        report(1, 2);
        return 7;
      }),
    ).toBe(7);
  });
});
