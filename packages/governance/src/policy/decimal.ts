import { shorten } from "@parmanasystems/canonical";
import { GovernanceError } from "../errors.js";

/** A decimal as exact integers: the value is digits / 10^scale. */
export interface ScaledDecimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** The one spelling of a decimal with `scale` fraction digits: no plus sign, no leading zeros, no negative zero. */
export function decimalPattern(scale: number): string {
  const fraction = scale === 0 ? "" : `\\.[0-9]{${scale}}`;
  return `^(?!-0(?:\\.0*)?$)-?(?:0|[1-9][0-9]{0,29})${fraction}$`;
}

/** The spellings of the scales 0 to 9, by scale. */
export const decimalPatterns: readonly string[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(decimalPattern);

const patterns = decimalPatterns.map((pattern) => new RegExp(pattern));

const ANY_SCALE = /^(?!-0(?:\.0*)?$)(-?(?:0|[1-9][0-9]{0,29}))(?:\.([0-9]{1,9}))?$/;

export function isDecimal(value: unknown, scale: number): value is string {
  return typeof value === "string" && patterns[scale]?.test(value) === true;
}

/** Orders two decimals of one scale: with equal fractions, length and then code units decide. */
export function compareDecimals(left: string, right: string): number {
  const negative = left.startsWith("-");
  if (negative !== right.startsWith("-")) return negative ? -1 : 1;
  const magnitude = left.length - right.length || Number(left > right) - Number(left < right);
  // Not `-magnitude`: equal negatives would compare as -0.
  return negative ? 0 - magnitude : magnitude;
}

/**
 * Reads a decimal of scale 0 to 9 exactly; `scale` is the number of fraction digits in the text.
 * @throws GovernanceError VAL-010 when the text is not a decimal
 */
export function decimalToScaled(text: string): ScaledDecimal {
  const match = ANY_SCALE.exec(text);
  if (match === null) {
    throw new GovernanceError("VAL-010", `A decimal must be spelled like "12.50"; ${shorten(text)} is not.`);
  }
  const [, whole = "", fraction = ""] = match;
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}
