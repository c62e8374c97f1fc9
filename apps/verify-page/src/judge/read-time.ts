import { parseTimestamp } from "@parmanasystems/canonical";

const SHORT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(\.\d{3})?)?)?Z?$/;

/** A time in UTC, such as 2026-11-21 or 2026-11-21 10:40; undefined for nothing. @throws CanonicalError CANONICAL-* */
export function readTime(text: string): number | undefined {
  const given = text.trim();
  if (given === "") return undefined;
  const parts = SHORT.exec(given);
  if (parts === null) return parseTimestamp(given);
  const [, date = "", minutes = "00:00", seconds = "00", milliseconds = ".000"] = parts;
  return parseTimestamp(`${date}T${minutes}:${seconds}${milliseconds}Z`);
}
