import type { SignalType } from "@parmanasystems/governance";
import type { Scalar } from "@parmanasystems/provenance";
import type { Ordinal } from "../space/ordinals.js";

/** Ordinals count decimals in units of 10^-9. */
const fractionDigits = 9;
const second = 1_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;

/**
 * Whether two literals are neighbours as people write them: one unit apart in the last place that either of them uses, such
 * as "99.00" and "100.00", or 23:59:59 and 00:00:00. Between such limits nobody means to leave anything out.
 * @param distance of their ordinals
 */
export function areWrittenNeighbours(
  type: SignalType,
  one: Scalar,
  other: Scalar,
  distance: Ordinal,
): boolean {
  switch (type) {
    case "integer":
    case "decimal": {
      const digits = Math.max(fractionDigitsOf(String(one)), fractionDigitsOf(String(other)));
      return distance === 10n ** BigInt(fractionDigits - digits);
    }
    case "number": {
      const [low, high] = [String(one), String(other)];
      // Beyond these, a double is spelled with an exponent.
      if (!/^-?\d{1,15}(\.\d{1,9})?$/.test(low) || !/^-?\d{1,15}(\.\d{1,9})?$/.test(high)) return false;
      const digits = Math.max(fractionDigitsOf(low), fractionDigitsOf(high));
      return units(high, digits) - units(low, digits) === 1n;
    }
    case "timestamp":
      return distance === leastUnit(String(one), String(other));
    case "date":
      return distance === 1n;
    case "boolean":
    case "enum":
    case "string":
    case "list":
      return false;
  }
}

function fractionDigitsOf(decimal: string): number {
  const [, fraction = ""] = decimal.split(".");
  return fraction.replace(/0+$/, "").length;
}

function units(decimal: string, digits: number): bigint {
  const [whole = "", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(digits, "0"));
}

/** The smallest unit of time that either of the two spells out. */
function leastUnit(one: string, other: string): bigint {
  const uses = (from: number, to: number): boolean =>
    [one, other].some((timestamp) => /[1-9]/.test(timestamp.slice(from, to)));
  if (uses(20, 23)) return 1n;
  if (uses(17, 19)) return second;
  if (uses(14, 16)) return minute;
  return uses(11, 13) ? hour : day;
}
