import { describe, expect, it } from "vitest";
import { Arrivals } from "../src/http/arrivals.js";

const KIB = 1_024;

function arrivingAt(bytesPerMs: number) {
  let now = 0;
  let bytes = 500;
  const given: string[] = [];
  const arrivals = new Arrivals(() => now);
  arrivals.add({ bytesRead: () => bytes, giveUp: () => given.push("the body") });
  return {
    isGivenUpAfter(ms: number): boolean {
      now += ms;
      bytes += bytesPerMs * ms;
      arrivals.endLate(1);
      return given.length > 0;
    },
  };
}

describe("a body that others wait for", () => {
  it("has a quarter of a second, however slowly it comes (threat 7)", () => {
    for (const bytesPerMs of [0, 1, 32]) {
      const body = arrivingAt(bytesPerMs);
      expect(body.isGivenUpAfter(249)).toBe(false);
      // What came in that time earned a little more.
      expect(body.isGivenUpAfter(250 + bytesPerMs * 4)).toBe(true);
    }
  });

  it("has all the time it takes at 64 KiB a second (threat 7)", () => {
    const body = arrivingAt((64 * KIB) / 1_000);
    for (let second = 0; second < 20; second += 1) expect(body.isGivenUpAfter(1_000)).toBe(false);
  });

  it("lives from what it sent before for as long as that earned, and no longer (threat 7)", () => {
    let now = 0;
    let bytes = 0;
    let given = 0;
    const arrivals = new Arrivals(() => now);
    arrivals.add({ bytesRead: () => bytes, giveUp: () => (given += 1) });
    bytes = 64 * KIB;
    now = 1_249;
    arrivals.endLate(1);
    expect(given).toBe(0);
    now = 1_250;
    arrivals.endLate(1);
    expect(given).toBe(1);
  });

  it("does not keep those behind it that are late, and not more end than wait (threat 7)", () => {
    let now = 0;
    const given: string[] = [];
    const arrivals = new Arrivals(() => now);
    arrivals.add({ bytesRead: () => (now === 0 ? 0 : 1_000 * KIB), giveUp: () => given.push("fast") });
    for (const name of ["slow", "slower", "slowest"])
      arrivals.add({ bytesRead: () => 0, giveUp: () => given.push(name) });
    now = 300;
    arrivals.endLate(2);
    expect(given).toEqual(["slow", "slower"]);
  });
});
