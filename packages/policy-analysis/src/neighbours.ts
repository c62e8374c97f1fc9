import { decimalToScaled, type ScaledDecimal, type SignalDeclaration } from "@parmanasystems/governance";
import { formatTimestamp, isTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import type { Scalar } from "@parmanasystems/provenance";

const DAY_MS = 86_400_000;

/**
 * The value, then the ones just below and above it that the type can spell: where the truth of an ordering can change.
 * Of a type without an order, the value alone. Declared bounds are not looked at.
 */
export function withNeighbours(declaration: SignalDeclaration, value: Scalar): readonly Scalar[] {
  switch (declaration.type) {
    case "integer":
      return typeof value === "number" ? [value, value - 1, value + 1] : [];
    case "number":
      return typeof value === "number" ? [value, nextDouble(value, -1), nextDouble(value, 1)] : [];
    case "decimal":
      return typeof value === "string" ? decimalNeighbours(decimalToScaled(value), declaration.scale) : [];
    case "date":
      return typeof value === "string" ? dateNeighbours(value) : [];
    case "timestamp":
      return typeof value === "string" ? timestampNeighbours(value) : [];
    case "boolean":
    case "string":
    case "enum":
    case "list":
      return [value];
  }
}

/** At the signal's own scale, which may be coarser or finer than the value's. */
function decimalNeighbours({ digits, scale }: ScaledDecimal, ownScale: number): readonly string[] {
  const finer = digits * 10n ** BigInt(Math.max(0, ownScale - scale));
  const unit = 10n ** BigInt(Math.max(0, scale - ownScale));
  // BigInt division cuts towards zero, so a fraction below zero is one further down.
  const floor = finer / unit - (finer % unit < 0n ? 1n : 0n);
  return [floor, floor - 1n, floor + 1n].map((each) => spellDecimal(each, ownScale));
}

function spellDecimal(digits: bigint, scale: number): string {
  const magnitude = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const whole = magnitude.slice(0, magnitude.length - scale);
  const fraction = scale === 0 ? "" : `.${magnitude.slice(-scale)}`;
  return `${digits < 0n ? "-" : ""}${whole}${fraction}`;
}

function dateNeighbours(date: string): readonly string[] {
  const ms = Date.parse(`${date}T00:00:00.000Z`);
  return [ms, ms - DAY_MS, ms + DAY_MS].map((each) => new Date(each).toISOString().slice(0, 10));
}

function timestampNeighbours(timestamp: string): readonly string[] {
  if (!isTimestamp(timestamp)) return [];
  const ms = parseTimestamp(timestamp);
  return [ms, ms - 1, ms + 1].filter((each) => each >= 0).map((each) => formatTimestamp(each));
}

/** The next double below (-1) or above (1): the bits of a double, read as an integer, count its neighbours. */
function nextDouble(value: number, direction: -1 | 1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const doubles = new Float64Array([value]);
  const bits = new BigInt64Array(doubles.buffer);
  bits[0] = (bits[0] ?? 0n) + (value > 0 === direction > 0 ? 1n : -1n);
  return doubles[0] ?? value;
}
