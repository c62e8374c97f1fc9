import { parseTimestamp } from "@parmanasystems/canonical";
import type { SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

/**
 * How far it is from one value of a signal to another, more than 0 and at most 1, so that steps of different signals can
 * be compared: the part of the declared range; where there is none, the part of the values themselves, or of a year.
 * What has no order, and what comes or goes as a whole, is a whole step.
 */
export function stepSize(
  declaration: SignalDeclaration,
  from: SignalValue | undefined,
  to: SignalValue | undefined,
): number {
  if (from === undefined || to === undefined) return 1;
  switch (declaration.type) {
    case "integer":
    case "number": {
      const range = declaration.maximum - declaration.minimum;
      return range === 0 ? 1 : Math.abs(Number(to) - Number(from)) / range;
    }
    case "decimal": {
      const { minimum, maximum } = declaration;
      const distance = Math.abs(Number(to) - Number(from));
      if (minimum !== undefined && maximum !== undefined && minimum !== maximum) {
        return distance / (Number(maximum) - Number(minimum));
      }
      return distance / (distance + Math.abs(Number(from)) + Math.abs(Number(to)));
    }
    case "date":
      return partOfTime(dayOf(from), dayOf(to));
    case "timestamp":
      return partOfTime(parseTimestamp(String(from)) / DAY_MS, parseTimestamp(String(to)) / DAY_MS);
    case "boolean":
    case "string":
    case "enum":
    case "list":
      return 1;
  }
}

function dayOf(date: SignalValue): number {
  return Date.parse(`${String(date)}T00:00:00.000Z`) / DAY_MS;
}

function partOfTime(fromDays: number, toDays: number): number {
  const days = Math.abs(toDays - fromDays);
  return days / (days + YEAR_DAYS);
}
