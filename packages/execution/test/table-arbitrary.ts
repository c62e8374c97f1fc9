import fc from "fast-check";
import type { SignalSources } from "./condition-arbitrary.js";
import { bounds, type SignalSource } from "./signal-arbitrary.js";

/** Values from a few neighbouring ones, so that rows overlap, repeat and contradict each other. */
const columns: readonly SignalSource[] = [
  {
    declaration: { type: "integer", minimum: -9, maximum: 99, optional: false },
    values: [-2, -1, 0, 1, 2, 3, 50],
  },
  { declaration: { type: "integer", minimum: 0, maximum: 9, optional: true }, values: [0, 1, 2, 3, 4] },
  { declaration: { type: "number", optional: false }, values: [-0.5, 0, 0.1, 0.3, 0.1 + 0.2, 1] },
  {
    declaration: { type: "decimal", scale: 1, optional: false },
    values: ["-1.0", "-0.9", "0.0", "0.9", "1.0", "10.0"],
  },
  { declaration: { type: "string", maxLength: 4, optional: false }, values: ["", "a", "b", "ab", "aba"] },
  { declaration: { type: "enum", values: ["x", "y", "z"], optional: true }, values: ["x", "y", "z"] },
  { declaration: { type: "boolean", optional: true }, values: [false, true] },
  {
    declaration: { type: "date", optional: false },
    values: ["2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"],
  },
];

export const tableSources: fc.Arbitrary<SignalSources> = fc
  .uniqueArray(fc.constantFrom(...columns.keys()), { minLength: 1, maxLength: 3 })
  .map(
    (chosen) =>
      new Map(
        chosen.flatMap((index) => {
          const column = columns[index];
          return column === undefined ? [] : [[`column_${String(index)}`, column] as const];
        }),
      ),
  );

/** One row: most columns equal to something or in some range, some left out, now and then something else besides. */
export function rowOver(sources: SignalSources): fc.Arbitrary<unknown> {
  const cells = [...sources].map(([signal, source]) =>
    fc.oneof(
      { arbitrary: cell(signal, source), weight: 4 },
      { arbitrary: fc.constant(undefined), weight: 1 },
    ),
  );
  const kind = fc.oneof({ arbitrary: fc.constant("all"), weight: 9 }, fc.constant("any"));
  return fc.tuple(kind, ...cells).map(([join, ...row]) => {
    const conditions = row.filter((condition) => condition !== undefined);
    const [only] = conditions;
    if (conditions.length === 0) return { all: [] };
    return conditions.length === 1 ? only : { [join]: conditions };
  });
}

function cell(signal: string, { declaration, values }: SignalSource): fc.Arbitrary<unknown> {
  const { type } = declaration;
  const literal = fc.constantFrom(...values);
  const equal = literal.map((value): unknown => ({ signal, equals: value }));
  const cells = [
    equal,
    equal,
    fc.tuple(literal, literal).map(([one, other]): unknown => ({
      any: [
        { signal, equals: one },
        { signal, equals: other },
      ],
    })),
    fc.constant<unknown>({ signal, exists: true }),
    literal.map((value): unknown => ({ not: { signal, equals: value } })),
  ];
  if (type !== "boolean")
    cells.push(
      fc.subarray([...values], { minLength: 1, maxLength: 3 }).map((list): unknown => ({ signal, in: list })),
    );
  if (!["boolean", "string", "enum"].includes(type)) {
    const from = fc.constantFrom("greater_than", "greater_than_or_equal");
    const to = fc.constantFrom("less_than", "less_than_or_equal");
    cells.push(
      bounds(values).map(({ low, high }): unknown => ({ signal, between: [low, high] })),
      fc.tuple(from, literal).map(([operator, value]): unknown => ({ signal, [operator]: value })),
      fc.tuple(to, literal).map(([operator, value]): unknown => ({ signal, [operator]: value })),
      fc.tuple(from, to, literal, literal).map(([above, below, low, high]): unknown => ({
        all: [
          { signal, [above]: low },
          { signal, [below]: high },
        ],
      })),
    );
  }
  return fc.oneof(...cells);
}
