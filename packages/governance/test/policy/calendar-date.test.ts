import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCalendarDate } from "../../src/policy/calendar-date.js";

describe("a calendar date", () => {
  it("is real exactly when the engine's calendar writes it back unchanged", () => {
    const part = (most: number, width: number) =>
      fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(width, "0"));
    fc.assert(
      fc.property(part(9999, 4), part(14, 2), part(33, 2), (year, month, day) => {
        const text = `${year}-${month}-${day}`;
        const time = Date.parse(`${text}T00:00:00.000Z`);
        const real = year !== "0000" && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
        expect([text, isCalendarDate(text)]).toEqual([text, real]);
      }),
      { numRuns: 2000 },
    );
  });
});
