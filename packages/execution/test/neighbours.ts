import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import { decimalToScaled } from "@parmanasystems/governance";

/** What an operand's value is easily mistaken for: one step down and one up, or nearly the same text. Not all of it need be acceptable. */
export function neighboursOf(type: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return listNeighbours(value);
  if (typeof value === "number")
    return type === "integer" ? [value - 1, value + 1] : [next(value, -1n), next(value, 1n)];
  if (typeof value !== "string") return [];
  switch (type) {
    case "decimal":
      return [-1n, 1n].map((step) => decimalPlus(value, step));
    case "date":
      return [-1, 1].map((days) => {
        const midnight = new Date(`${value}T00:00:00.000Z`).getTime() + days * 86_400_000;
        return new Date(midnight).toISOString().slice(0, 10);
      });
    case "timestamp":
      return [-1, 1].map((ms) => shifted(value, ms)).filter((text) => text !== undefined);
    default:
      return textNeighbours(value);
  }
}

function textNeighbours(text: string): readonly string[] {
  const characters = Array.from(text);
  return [
    `${text}a`,
    `a${text}`,
    characters.slice(0, -1).join(""),
    characters.slice(1).join(""),
    text.toUpperCase(),
    text.toLowerCase(),
    text.normalize("NFC"),
    text.normalize("NFD"),
  ];
}

function listNeighbours(list: readonly unknown[]): readonly (readonly unknown[])[] {
  return [list.slice(1), list.slice(0, -1), [...list, ...list.slice(0, 1)], list.toReversed()];
}

/** The next double below or above. */
function next(value: number, step: 1n | -1n): number {
  if (value === 0) return Number(step) * Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? step : -step));
  return view.getFloat64(0);
}

/** The next decimal of the same scale. */
function decimalPlus(text: string, step: bigint): string {
  const { digits, scale } = decimalToScaled(text);
  const sum = digits + step;
  const magnitude = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, "0");
  const point = magnitude.length - scale;
  const unsigned = scale === 0 ? magnitude : `${magnitude.slice(0, point)}.${magnitude.slice(point)}`;
  return sum < 0n ? `-${unsigned}` : unsigned;
}

function shifted(text: string, ms: number): string | undefined {
  try {
    return formatTimestamp(parseTimestamp(text) + ms);
  } catch {
    // Before the first instant or after the last.
    return undefined;
  }
}
