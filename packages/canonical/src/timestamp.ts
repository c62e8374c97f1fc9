import { CanonicalError } from "./errors.js";
import { shorten } from "./shorten.js";

const spelling = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const firstYear = 1970;
const lastYear = 9998;
const lastMs = Date.UTC(lastYear, 11, 31, 23, 59, 59, 999);

/**
 * Milliseconds since 1970 of a timestamp in the one accepted spelling, `2026-11-20T22:00:00.000Z`: RFC 3339, UTC, exactly three
 * fraction digits, a real date, years 1970 to 9998, no leap second. @throws CANONICAL-017
 */
export function parseTimestamp(text: string): number {
  const ms = timestampMs(text);
  if (ms === undefined) {
    const shown = typeof text === "string" ? shorten(text) : `a value of type ${typeof text}`;
    throw new CanonicalError(
      "CANONICAL-017",
      `The timestamp must be like 2026-11-20T22:00:00.000Z and name a real date from 1970 to 9998; got ${shown}.`,
    );
  }
  return ms;
}

/** The one spelling of an instant given in whole milliseconds since 1970. @throws CANONICAL-017 */
export function formatTimestamp(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > lastMs) {
    throw new CanonicalError(
      "CANONICAL-017",
      "The instant must be a whole number of milliseconds from 1970 to the end of 9998.",
    );
  }
  return new Date(ms).toISOString();
}

/** True for a string that `parseTimestamp` accepts. */
export function isTimestamp(text: unknown): boolean {
  return timestampMs(text) !== undefined;
}

function timestampMs(text: unknown): number | undefined {
  if (typeof text !== "string" || text.length !== 24 || !spelling.test(text)) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 || day > daysIn(year, month))
    return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, digits(text, 20, 23));
}

function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) value = value * 10 + text.charCodeAt(index) - 0x30;
  return value;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
