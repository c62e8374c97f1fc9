import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, isTimestamp, parseTimestamp } from "../src/index.js";
import { codeOf, failureOf } from "./failure.js";

const last = Date.UTC(9998, 11, 31, 23, 59, 59, 999);

describe("timestamps have one spelling", () => {
  it.each([
    ["1970-01-01T00:00:00.000Z", 0],
    ["1970-01-01T00:00:00.001Z", 1],
    ["2024-02-29T23:59:59.999Z", 1_709_251_199_999],
    ["2000-02-29T00:00:00.000Z", 951_782_400_000],
    ["2026-11-20T22:00:00.000Z", 1_795_212_000_000],
    ["9998-12-31T23:59:59.999Z", last],
  ])("%s", (text, ms) => {
    expect(parseTimestamp(text)).toBe(ms);
    expect(formatTimestamp(ms)).toBe(text);
    expect(isTimestamp(text)).toBe(true);
  });

  it("round-trip over the whole range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: last }), (ms) => parseTimestamp(formatTimestamp(ms)) === ms),
      { numRuns: 5000 },
    );
  });

  it("accepts a text of digits exactly when the platform's calendar gives it back", () => {
    const field = (width: number, highest: number): fc.Arbitrary<string> =>
      fc.integer({ min: 0, max: highest }).map((value) => String(value).padStart(width, "0"));
    const texts = fc
      .tuple(
        field(4, 9999),
        field(2, 13),
        field(2, 32),
        field(2, 24),
        field(2, 60),
        field(2, 61),
        field(3, 999),
      )
      .map(
        ([year, month, day, hour, minute, second, ms]) =>
          `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`,
      );
    fc.assert(
      fc.property(texts, (text) => {
        const ms = Date.parse(text);
        const real = ms >= 0 && ms <= last && new Date(ms).toISOString() === text;
        expect([text, isTimestamp(text)]).toEqual([text, real]);
        if (real) expect(parseTimestamp(text)).toBe(ms);
      }),
      { numRuns: 5000 },
    );
  });

  it("knows every day of four centuries", () => {
    const day = 86_400_000;
    const days = Array.from(new Array(160_000).keys(), (index) => new Date(index * day).toISOString());
    expect(days.at(-1)?.slice(0, 4)).toBe("2408");
    expect(days.filter((text, index) => parseTimestamp(text) !== index * day)).toEqual([]);
    for (const year of [1970, 2000, 2023, 2024, 2100, 2400]) {
      expect(isTimestamp(`${String(year)}-02-29T00:00:00.000Z`)).toBe(
        year === 2000 || year === 2024 || year === 2400,
      );
    }
  });
});

describe("everything else is an error, never a date that does not expire (threat 39)", () => {
  it.each([
    "not-a-date",
    "never",
    "",
    "2026-11-20T22:00:00Z",
    "2026-11-20T22:00:00.0Z",
    "2026-11-20T22:00:00.000000Z",
    "2026-11-20T22:00:00.000",
    "2026-11-20T22:00:00.000z",
    "2026-11-20t22:00:00.000Z",
    "2026-11-20 22:00:00.000Z",
    "2026-11-20T22:00:00,000Z",
    "2026-11-20T23:00:00.000+01:00",
    "2026-11-20T22:00:00.000+00:00",
    "2026-11-20T22:00:00.000-00:00",
    "2026-11-20",
    "20261120T220000.000Z",
    "2026-02-29T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
    "2026-04-31T00:00:00.000Z",
    "2026-00-10T00:00:00.000Z",
    "2026-13-10T00:00:00.000Z",
    "2026-11-00T00:00:00.000Z",
    "2026-11-32T00:00:00.000Z",
    "2026-11-20T24:00:00.000Z",
    "2026-11-20T22:60:00.000Z",
    "2016-12-31T23:59:60.000Z",
    "1969-12-31T23:59:59.999Z",
    "9999-01-01T00:00:00.000Z",
    "0000-01-01T00:00:00.000Z",
    "+002026-11-20T22:00:00.000Z",
    "-2026-11-20T22:00:00.00Z",
    " 2026-11-20T22:00:00.000Z",
    "2026-11-20T22:00:00.000Z\n",
    "２０２６-11-20T22:00:00.000Z",
    "1795212000000",
    "Fri, 20 Nov 2026 22:00:00",
  ])("%j", (text) => {
    expect(isTimestamp(text)).toBe(false);
    expect(codeOf(() => parseTimestamp(text))).toBe("CANONICAL-017");
  });

  it("other types", () => {
    for (const value of [undefined, null, 0, new Date(0), ["1970-01-01T00:00:00.000Z"], Symbol("a")]) {
      expect(isTimestamp(value)).toBe(false);
      expect(codeOf(() => (parseTimestamp as (text: unknown) => unknown)(value))).toBe("CANONICAL-017");
    }
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, last + 1])("formatTimestamp(%d)", (ms) => {
    expect(codeOf(() => formatTimestamp(ms))).toBe("CANONICAL-017");
  });

  it("with a short message", () => {
    expect(failureOf(() => parseTimestamp("x".repeat(1_000_000))).message.length).toBeLessThan(250);
  });
});
