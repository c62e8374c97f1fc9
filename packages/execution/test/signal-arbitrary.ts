import fc from "fast-check";

/** What a policy document says of one signal, with values that it accepts: mostly those at its edges. */
export interface SignalSource {
  readonly declaration: Declaration & { readonly optional: boolean };
  readonly values: readonly unknown[];
}

/** A declaration as the document writes it. */
type Declaration = Readonly<Record<string, unknown>> & { readonly type: string };

interface ScalarSource {
  readonly declaration: Declaration;
  readonly values: readonly unknown[];
}

const safe = Number.MAX_SAFE_INTEGER;
const integers = [-safe, -101, -100, -1, -0, 0, 1, 2, 99, 100, 101, 1000, safe - 1, safe];
const numbers = [
  -safe,
  -1.5,
  -1,
  -Number.MIN_VALUE,
  -0,
  0,
  Number.MIN_VALUE,
  0.1,
  0.3,
  0.1 + 0.2,
  1,
  1.5,
  99.99,
  safe,
];
const digits = ["0", "1", "9", "10", "99", "100", "999999999999999999999999999999"];
const fractions = ["000000000", "000000001", "500000000", "999999999"];
export const texts = [
  "",
  "a",
  "b",
  "ab",
  "ba",
  "aba",
  "abab",
  "A",
  "\u00e9",
  "e\u0301",
  "\u{1f600}",
  "a\u{1f600}",
  "\u{1f600}a",
  "\ufb33",
];
const formats: Readonly<Record<string, readonly string[]>> = {
  email: ["a@b.example", "o'hara+x@mail.b.example", "a.b@c"],
  hostname: ["a", "a.b", "xn--a.example", "1.a"],
  ipv4: ["0.0.0.0", "192.0.2.1", "255.255.255.255"],
  uuid: ["00000000-0000-0000-0000-000000000000", "0190b2c4-11aa-7abc-8def-0123456789ab"],
};
const members = ["bronze", "silver", "gold", "Gold", "g\u00f6ld"];
const dates = [
  "0001-01-01",
  "1582-10-10",
  "1999-12-31",
  "2000-02-29",
  "2024-02-29",
  "2026-11-20",
  "2026-11-21",
  "9999-12-31",
];
const timestamps = [
  "1970-01-01T00:00:00.000Z",
  "1999-12-31T23:59:59.999Z",
  "2026-11-20T22:00:00.000Z",
  "2026-11-20T22:00:00.001Z",
  "9998-12-31T23:59:59.999Z",
];

/** Two members of an ordered list: bounds that always leave some values between them. */
export function bounds<T>(ordered: readonly T[]): fc.Arbitrary<{ low: T; high: T; between: readonly T[] }> {
  const index = fc.nat({ max: ordered.length - 1 });
  return fc.tuple(index, index).map(([one, other]) => {
    const between = ordered.slice(Math.min(one, other), Math.max(one, other) + 1);
    const [low = ordered[0], high = low] = [between[0], between.at(-1)];
    if (low === undefined || high === undefined)
      throw new Error("There must be values to choose bounds from.");
    return { low, high, between };
  });
}

function decimalsOf(scale: number): readonly string[] {
  const positive = digits.flatMap((whole) => {
    return scale === 0 ? [whole] : fractions.map((fraction) => `${whole}.${fraction.slice(9 - scale)}`);
  });
  const unique = [...new Set(positive)];
  const negative = unique.filter((text) => /[1-9]/.test(text)).map((text) => `-${text}`);
  return [...negative.reverse(), ...unique];
}

export const characterCount = (text: string): number => Array.from(text).length;

const scalarSource: fc.Arbitrary<ScalarSource> = fc.oneof(
  fc.constant({ declaration: { type: "boolean" }, values: [true, false] }),
  bounds(integers).map(({ low, high, between }) => ({
    declaration: { type: "integer", minimum: low, maximum: high },
    values: between,
  })),
  bounds(numbers).map(({ low, high, between }) => ({
    declaration: { type: "number", minimum: low, maximum: high },
    values: between,
  })),
  fc.constant({ declaration: { type: "number" }, values: numbers }),
  fc
    .nat({ max: 3 })
    .chain((scale) => fc.tuple(fc.constant(scale), bounds(decimalsOf(scale))))
    .map(([scale, { low, high, between }]) => ({
      declaration: { type: "decimal", scale, minimum: low, maximum: high },
      values: between,
    })),
  fc.nat({ max: 9 }).map((scale) => ({ declaration: { type: "decimal", scale }, values: decimalsOf(scale) })),
  bounds([0, 1, 2, 3, 4]).map(({ low, high }) => ({
    declaration: { type: "string", minLength: low, maxLength: high },
    values: texts.filter((text) => characterCount(text) >= low && characterCount(text) <= high),
  })),
  fc.constantFrom(...Object.entries(formats)).map(([format, values]) => ({
    declaration: { type: "string", maxLength: 64, format },
    values,
  })),
  fc.subarray(members, { minLength: 1 }).map((values) => ({ declaration: { type: "enum", values }, values })),
  fc.constant({ declaration: { type: "date" }, values: dates }),
  fc.constant({ declaration: { type: "timestamp" }, values: timestamps }),
);

const listSource: fc.Arbitrary<ScalarSource> = fc
  .tuple(scalarSource, bounds([0, 1, 2, 3]))
  .chain(([{ declaration, values }, { low, high }]) => {
    const maxItems = Math.max(1, high);
    const list = fc.array(fc.constantFrom(...values), { minLength: low, maxLength: maxItems });
    return fc.array(list, { minLength: 3, maxLength: 6 }).map((lists) => ({
      declaration: { type: "list", items: declaration, minItems: low, maxItems },
      values: lists,
    }));
  });

/** Any declaration. */
export const signalSource: fc.Arbitrary<SignalSource> = fc
  .tuple(fc.oneof({ arbitrary: scalarSource, weight: 5 }, { arbitrary: listSource, weight: 1 }), fc.boolean())
  .map(([{ declaration, values }, optional]) => ({ declaration: { ...declaration, optional }, values }));
