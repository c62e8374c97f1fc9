import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import { decimalToScaled, type ScalarDeclaration } from "@parmanasystems/governance";
import type { Scalar } from "@parmanasystems/provenance";

/**
 * Every scalar that is no text is held as a whole number, its ordinal: the order of ordinals is the order of values, and
 * equal ordinals are equal values, also between decimals of different scales. Numbers in decimal notation count in units
 * of 10^-9, doubles are counted from 0, dates in days, timestamps in milliseconds, enum values by the order in which they
 * were first met.
 */
export type Ordinal = bigint;

/** Which ordinals can be compared with each other. */
export type OrdinalFamily = "boolean" | "enum" | "decimal" | "double" | "date" | "timestamp";

export type OrdinalDeclaration = Exclude<ScalarDeclaration, { type: "string" }>;

/** A non-empty set of ordinals. */
export interface OrdinalDomain {
  readonly minimum: Ordinal;
  readonly maximum: Ordinal;
  /** The members are all multiples of the step between the ends; undefined where they are not. */
  readonly step?: bigint;
  /** The least member that is not below; undefined above the maximum. */
  readonly ceil: (ordinal: Ordinal) => Ordinal | undefined;
  /** The greatest member that is not above; undefined below the minimum. */
  readonly floor: (ordinal: Ordinal) => Ordinal | undefined;
}

const unitDigits = 9;
const unit = 10n ** BigInt(unitDigits);
const largestWhole = 10n ** 30n - 1n;
const msPerDay = 86_400_000;

/** Numbers enum values in the order in which they are met, so that enums with different values can be compared. */
export class EnumValues {
  readonly #ordinals = new Map<string, Ordinal>();
  readonly #values: string[] = [];

  ordinalOf(value: string): Ordinal {
    const known = this.#ordinals.get(value);
    if (known !== undefined) return known;
    const ordinal = BigInt(this.#values.length);
    this.#values.push(value);
    this.#ordinals.set(value, ordinal);
    return ordinal;
  }

  valueOf(ordinal: Ordinal): string {
    return this.#values[Number(ordinal)] ?? "";
  }
}

export function familyOf({ type }: OrdinalDeclaration): OrdinalFamily {
  switch (type) {
    case "integer":
    case "decimal":
      return "decimal";
    case "number":
      return "double";
    case "boolean":
    case "enum":
    case "date":
    case "timestamp":
      return type;
  }
}

/** The value that stands for any: zero, or the first day of a recent year. */
export function usualOrdinal(family: OrdinalFamily): Ordinal {
  switch (family) {
    case "date":
      return dayOf("2026-01-01");
    case "timestamp":
      return BigInt(parseTimestamp("2026-01-01T00:00:00.000Z"));
    case "boolean":
    case "enum":
    case "decimal":
    case "double":
      return 0n;
  }
}

export function domainOf(declaration: OrdinalDeclaration, enums: EnumValues): OrdinalDomain {
  switch (declaration.type) {
    case "boolean":
      return steps(0n, 1n, 1n);
    case "integer":
      return steps(BigInt(declaration.minimum) * unit, BigInt(declaration.maximum) * unit, unit);
    case "decimal": {
      const step = 10n ** BigInt(unitDigits - declaration.scale);
      const largest = largestWhole * unit + (unit - step);
      const { minimum, maximum } = declaration;
      return steps(
        minimum === undefined ? -largest : unitsOf(minimum),
        maximum === undefined ? largest : unitsOf(maximum),
        step,
      );
    }
    case "number":
      return steps(doubleOrdinal(declaration.minimum), doubleOrdinal(declaration.maximum), 1n);
    case "enum":
      return members(declaration.values.map((value) => enums.ordinalOf(value)));
    case "date":
      return steps(dayOf("0001-01-01"), dayOf("9999-12-31"), 1n);
    case "timestamp":
      return steps(0n, BigInt(parseTimestamp("9998-12-31T23:59:59.999Z")), 1n);
  }
}

/** The ordinal of a value of the declared type; it may lie outside the declared limits. */
export function toOrdinal(value: Scalar, { type }: OrdinalDeclaration, enums: EnumValues): Ordinal {
  switch (type) {
    case "boolean":
      return value === true ? 1n : 0n;
    case "integer":
      return BigInt(Number(value)) * unit;
    case "decimal":
      return unitsOf(String(value));
    case "number":
      return doubleOrdinal(Number(value));
    case "enum":
      return enums.ordinalOf(String(value));
    case "date":
      return dayOf(String(value));
    case "timestamp":
      return BigInt(parseTimestamp(String(value)));
  }
}

/** The one spelling of a member of the declaration's domain. */
export function fromOrdinal(ordinal: Ordinal, declaration: OrdinalDeclaration, enums: EnumValues): Scalar {
  switch (declaration.type) {
    case "boolean":
      return ordinal === 1n;
    case "integer":
      return Number(ordinal / unit);
    case "decimal":
      return spellDecimal(ordinal, declaration.scale);
    case "number":
      return doubleFrom(ordinal);
    case "enum":
      return enums.valueOf(ordinal);
    case "date":
      return new Date(Number(ordinal) * msPerDay).toISOString().slice(0, 10);
    case "timestamp":
      return formatTimestamp(Number(ordinal));
  }
}

/** The members of both domains; undefined when there is none. */
export function intersection(one: OrdinalDomain, other: OrdinalDomain): OrdinalDomain | undefined {
  // Each step goes to a member of one of the two. Multiples of two powers of ten meet at once, and lists of values end.
  const alternate = (
    from: Ordinal,
    first: (ordinal: Ordinal) => Ordinal | undefined,
    second: (ordinal: Ordinal) => Ordinal | undefined,
  ): Ordinal | undefined => {
    let at: Ordinal | undefined = from;
    for (;;) {
      const next: Ordinal | undefined = first(at);
      const back: Ordinal | undefined = next === undefined ? undefined : second(next);
      if (back === undefined || back === next) return back;
      at = back;
    }
  };
  const ceil = (ordinal: Ordinal): Ordinal | undefined => alternate(ordinal, one.ceil, other.ceil);
  const floor = (ordinal: Ordinal): Ordinal | undefined => alternate(ordinal, one.floor, other.floor);
  const minimum = ceil(one.minimum > other.minimum ? one.minimum : other.minimum);
  const maximum = floor(one.maximum < other.maximum ? one.maximum : other.maximum);
  if (minimum === undefined || maximum === undefined || minimum > maximum) return undefined;
  const step = one.step && other.step && (one.step > other.step ? one.step : other.step);
  return { minimum, maximum, ceil, floor, ...(step !== undefined && { step }) };
}

function steps(minimum: Ordinal, maximum: Ordinal, step: bigint): OrdinalDomain {
  return {
    minimum,
    maximum,
    step,
    ceil: (ordinal) => {
      if (ordinal <= minimum) return minimum;
      const member = ordinal + modulo(-ordinal, step);
      return member > maximum ? undefined : member;
    },
    floor: (ordinal) => {
      if (ordinal >= maximum) return maximum;
      const member = ordinal - modulo(ordinal, step);
      return member < minimum ? undefined : member;
    },
  };
}

function members(ordinals: readonly Ordinal[]): OrdinalDomain {
  const ascending = [...ordinals].sort((one, other) => (one < other ? -1 : 1));
  const [minimum = 0n] = ascending;
  return {
    minimum,
    maximum: ascending.at(-1) ?? 0n,
    ceil: (ordinal) => ascending.find((member) => member >= ordinal),
    floor: (ordinal) => ascending.findLast((member) => member <= ordinal),
  };
}

function modulo(value: bigint, step: bigint): bigint {
  return ((value % step) + step) % step;
}

function unitsOf(decimal: string): Ordinal {
  const { digits, scale } = decimalToScaled(decimal);
  return digits * 10n ** BigInt(unitDigits - scale);
}

function spellDecimal(ordinal: Ordinal, scale: number): string {
  const digits = (ordinal < 0n ? -ordinal : ordinal) / 10n ** BigInt(unitDigits - scale);
  const text = digits.toString().padStart(scale + 1, "0");
  const sign = ordinal < 0n ? "-" : "";
  if (scale === 0) return sign + text;
  return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

const doubleView = new DataView(new ArrayBuffer(8));

/** How many doubles lie between 0 and the value, negative below 0. IEEE 754: the bits of positive doubles ascend with them. */
function doubleOrdinal(value: number): Ordinal {
  doubleView.setFloat64(0, Math.abs(value));
  const bits = doubleView.getBigInt64(0);
  return value < 0 ? -bits : bits;
}

function doubleFrom(ordinal: Ordinal): number {
  doubleView.setBigInt64(0, ordinal < 0n ? -ordinal : ordinal);
  const magnitude = doubleView.getFloat64(0);
  return ordinal < 0n ? -magnitude : magnitude;
}

/** Days since 1970-01-01. */
function dayOf(date: string): Ordinal {
  return BigInt(Date.parse(`${date}T00:00:00.000Z`) / msPerDay);
}
