// Tables as people write them. Row n matches nothing but `signalsOf(n)`, and no row before it does.
const name = (index) => `value-${String(index)}`;
const day = (index) => new Date(Date.UTC(2000, 0, 1) + index * 86_400_000).toISOString().slice(0, 10);
const integer = { type: "integer", minimum: 0, maximum: 10_000_000 };
const text = { type: "string", maxLength: 32 };

/** @type {{ name: string, signalsSchema: object, rule: (index: number) => object, signalsOf: (index: number) => object }[]} */
export const tables = [
  {
    name: "one column of texts, equal",
    signalsSchema: { code: text },
    rule: (index) => ({ signal: "code", equals: name(index) }),
    signalsOf: (index) => ({ code: name(index) }),
  },
  {
    name: "one column of integers, equal",
    signalsSchema: { code: integer },
    rule: (index) => ({ signal: "code", equals: index }),
    signalsOf: (index) => ({ code: index }),
  },
  {
    name: "two columns of texts, equal",
    signalsSchema: { region: text, product: text },
    rule: (index) => ({
      all: [
        { signal: "region", equals: name(index % 100) },
        { signal: "product", equals: name(Math.floor(index / 100)) },
      ],
    }),
    signalsOf: (index) => ({ region: name(index % 100), product: name(Math.floor(index / 100)) }),
  },
  {
    name: "two columns of integers, equal",
    signalsSchema: { region: integer, product: integer },
    rule: (index) => ({
      all: [
        { signal: "region", equals: index % 100 },
        { signal: "product", equals: Math.floor(index / 100) },
      ],
    }),
    signalsOf: (index) => ({ region: index % 100, product: Math.floor(index / 100) }),
  },
  {
    name: "ranges of integers, between",
    signalsSchema: { amount: integer },
    rule: (index) => ({ signal: "amount", between: [index * 100, index * 100 + 99] }),
    signalsOf: (index) => ({ amount: index * 100 + 50 }),
  },
  {
    name: "a ladder of integers, less_than",
    signalsSchema: { amount: integer },
    rule: (index) => ({ signal: "amount", less_than: (index + 1) * 100 }),
    signalsOf: (index) => ({ amount: index * 100 + 50 }),
  },
  {
    name: "ranges of decimals, from and below",
    signalsSchema: { amount: { type: "decimal", scale: 2 } },
    rule: (index) => ({
      all: [
        { signal: "amount", greater_than_or_equal: `${String(index)}.00` },
        { signal: "amount", less_than: `${String(index + 1)}.00` },
      ],
    }),
    signalsOf: (index) => ({ amount: `${String(index)}.50` }),
  },
  {
    name: "one column of dates, equal",
    signalsSchema: { day: { type: "date" } },
    rule: (index) => ({ signal: "day", equals: day(index) }),
    signalsOf: (index) => ({ day: day(index) }),
  },
  {
    name: "a text equal and a range of integers",
    signalsSchema: { region: text, amount: integer },
    rule: (index) => ({
      all: [
        { signal: "region", equals: name(index % 100) },
        { signal: "amount", less_than: (Math.floor(index / 100) + 1) * 1_000 },
      ],
    }),
    signalsOf: (index) => ({ region: name(index % 100), amount: Math.floor(index / 100) * 1_000 + 500 }),
  },
];
