import fc from "fast-check";

/** What a policy document says of one signal, with values that it accepts: mostly those at its edges. */
interface SignalSource {
  readonly declaration: Readonly<Record<string, unknown>> & {
    readonly type: string;
    readonly optional: boolean;
  };
  readonly values: readonly unknown[];
}

/** A policy document, with values that each of its signals accepts. */
export interface PolicySource {
  readonly document: unknown;
  readonly signals: ReadonlyMap<string, SignalSource>;
}

// Names that other languages would find on the prototype are names like any other.
const signalNames = ["amount", "score", "kind", "limit", "_", "__proto__", "constructor", "toString"];

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
const texts = [
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

const optional = fc.boolean();

function sourceOf(
  declaration: Readonly<Record<string, unknown>> & { readonly type: string },
  isOptional: boolean,
  values: readonly unknown[],
): SignalSource {
  return { declaration: { ...declaration, optional: isOptional }, values };
}

/** Two members of an ordered list: bounds that always leave some values between them. */
function bounds<T>(ordered: readonly T[]): fc.Arbitrary<{ low: T; high: T; between: readonly T[] }> {
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

const characters = (text: string): number => Array.from(text).length;

const signalSource: fc.Arbitrary<SignalSource> = fc.oneof(
  optional.map((isOptional) => sourceOf({ type: "boolean" }, isOptional, [true, false])),
  fc
    .tuple(optional, bounds(integers))
    .map(([isOptional, { low, high, between }]) =>
      sourceOf({ type: "integer", minimum: low, maximum: high }, isOptional, between),
    ),
  fc
    .tuple(optional, bounds(numbers))
    .map(([isOptional, { low, high, between }]) =>
      sourceOf({ type: "number", minimum: low, maximum: high }, isOptional, between),
    ),
  optional.map((isOptional) => sourceOf({ type: "number" }, isOptional, numbers)),
  fc
    .nat({ max: 3 })
    .chain((scale) => fc.tuple(fc.constant(scale), optional, bounds(decimalsOf(scale))))
    .map(([scale, isOptional, { low, high, between }]) =>
      sourceOf({ type: "decimal", scale, minimum: low, maximum: high }, isOptional, between),
    ),
  fc
    .tuple(fc.nat({ max: 9 }), optional)
    .map(([scale, isOptional]) => sourceOf({ type: "decimal", scale }, isOptional, decimalsOf(scale))),
  fc.tuple(optional, bounds([0, 1, 2, 3, 4])).map(([isOptional, { low, high }]) => {
    const fitting = texts.filter((text) => characters(text) >= low && characters(text) <= high);
    return sourceOf({ type: "string", minLength: low, maxLength: high }, isOptional, fitting);
  }),
  fc
    .tuple(optional, fc.subarray(members, { minLength: 1 }))
    .map(([isOptional, values]) => sourceOf({ type: "enum", values }, isOptional, values)),
  optional.map((isOptional) => sourceOf({ type: "date" }, isOptional, dates)),
  optional.map((isOptional) => sourceOf({ type: "timestamp" }, isOptional, timestamps)),
);

const signalSources: fc.Arbitrary<ReadonlyMap<string, SignalSource>> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...signalNames), signalSource), {
    minLength: 1,
    maxLength: 5,
    selector: ([name]) => name,
  })
  .map((entries) => new Map(entries));

const equality = ["equals", "not_equals"];
const order = ["greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"];

/** A condition with one operator, as the document writes it. */
function leaf(sources: ReadonlyMap<string, SignalSource>): fc.Arbitrary<unknown> {
  return fc.constantFrom(...sources.keys()).chain((signal) => {
    const source = sources.get(signal);
    if (source === undefined) throw new Error("Every name has a source.");
    return operatorsOf(source, sources).map(([operator, operand]) => ({ signal, [operator]: operand }));
  });
}

type Operation = readonly [operator: string, operand: unknown];

function operatorsOf(
  { declaration, values }: SignalSource,
  sources: ReadonlyMap<string, SignalSource>,
): fc.Arbitrary<Operation> {
  const { type } = declaration;
  const ordered = !["boolean", "string", "enum"].includes(type);
  const binary = fc.constantFrom(...equality, ...(ordered ? order : []));
  const literal = fc.constantFrom(...values);
  const comparable = [...sources]
    .filter(([, other]) => other.declaration.type === type)
    .map(([name]) => name);

  const operations: fc.Arbitrary<Operation>[] = [
    fc.tuple(fc.constant("exists"), fc.boolean()),
    fc.tuple(binary, literal),
    fc.tuple(
      binary,
      fc.constantFrom(...comparable).map((signal) => ({ signal })),
    ),
  ];
  if (type !== "boolean") {
    const list = fc.uniqueArray(literal, { minLength: 1, maxLength: 4, comparator: (a, b) => a === b });
    operations.push(fc.tuple(fc.constantFrom("in", "not_in"), list));
  }
  if (ordered) operations.push(bounds(values).map(({ low, high }): Operation => ["between", [low, high]]));
  if (type === "string") {
    const parts = texts.filter((text) => text !== "" && characters(text) <= Number(declaration["maxLength"]));
    if (parts.length > 0) {
      const operator = fc.constantFrom("contains", "starts_with", "ends_with");
      operations.push(fc.tuple(operator, fc.constantFrom(...parts)));
    }
  }
  return fc.oneof(...operations);
}

function condition(sources: ReadonlyMap<string, SignalSource>): fc.Arbitrary<unknown> {
  return fc.letrec<{ condition: unknown }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4, depthSize: "small", withCrossShrink: true },
      leaf(sources),
      fc.record({ all: fc.array(tie("condition"), { maxLength: 4 }) }),
      fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }) }),
      fc.record({ not: tie("condition") }),
    ),
  })).condition;
}

const outcome = fc.record({
  decision: fc.constantFrom("approved", "rejected", "pending_override"),
  action: fc.constantFrom("approve", "reject", "manual_review"),
  reason: fc.constantFrom("small claim", "r\u00e9vision n\u00e9cessaire", "\u{1f600}"),
});

/** Any policy that loads: every type and operator, operands at the edges of what the signals may be. */
export const policySource: fc.Arbitrary<PolicySource> = signalSources.chain((signals) =>
  fc
    .tuple(fc.array(fc.tuple(condition(signals), outcome), { maxLength: 6 }), outcome)
    .map(([rules, otherwise]) => ({
      signals,
      document: {
        policyId: "generated",
        policyVersion: "1.0.0",
        schemaVersion: "1.0.0",
        signalsSchema: Object.fromEntries([...signals].map(([name, { declaration }]) => [name, declaration])),
        override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 60 },
        rules: [
          ...rules.map(([when, then], index) => ({
            id: `rule-${String(index)}`,
            condition: when,
            outcome: then,
          })),
          { id: "catch-all", condition: { all: [] }, outcome: otherwise },
        ],
      },
    })),
);

/** Signals that the policy accepts, optional ones sometimes left out, in any order. */
export function acceptedSignals({ signals }: PolicySource): fc.Arbitrary<Record<string, unknown>> {
  const entries = [...signals].map(([name, { declaration, values }]) => {
    const value = fc.constantFrom(...values).map((present): [string, unknown][] => [[name, present]]);
    return declaration.optional ? fc.oneof(value, value, fc.constant([])) : value;
  });
  return fc
    .tuple(...entries)
    .chain((chosen) => fc.shuffledSubarray(chosen.flat(), { minLength: chosen.flat().length }))
    .map((chosen) => Object.fromEntries(chosen));
}

const oddities: readonly unknown[] = [
  undefined,
  null,
  true,
  "true",
  0,
  1,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  safe + 1,
  "",
  "1",
  "1.0",
  "-0",
  "-0.00",
  "+1",
  "01",
  "1e3",
  "\ud800",
  "\udc00a",
  "\u{1f600}".repeat(5),
  "2026-02-29",
  "0000-01-01",
  "2026-13-01",
  "2026-11-20T22:00:00Z",
  "2026-11-20T22:00:60.000Z",
  "2026-11-20T23:00:00.000+01:00",
  "1000000000000000000000000000000",
  [],
  [1],
  {},
  { value: 1 },
];

/** Signals as a careless or hostile caller sends them: some right, some missing, mistyped, misspelt or too many. */
export function anySignals(source: PolicySource): fc.Arbitrary<Record<string, unknown>> {
  const names = [...source.signals.keys()];
  const strange = ["Amount", "", "0", "valueOf", ...signalNames];
  const removed = fc.subarray(names, { maxLength: 1 });
  const replaced = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...oddities)), {
    maxLength: 1,
  });
  const added = fc.array(fc.tuple(fc.constantFrom(...strange), fc.constantFrom(...oddities)), {
    maxLength: 1,
  });
  return fc
    .tuple(acceptedSignals(source), removed, replaced, added)
    .map(([accepted, without, instead, more]) => {
      const kept = Object.entries(accepted).filter(([name]) => !without.includes(name));
      return Object.fromEntries([...kept, ...instead, ...more]);
    });
}

/** `PARMANA_FUZZ_RUNS` pairs (20,000 by default) as policies times signals, from `PARMANA_FUZZ_SEED` when given. */
export function fuzzRuns(signalsPerPolicy: number): fc.Parameters<unknown> {
  const pairs = Number(process.env["PARMANA_FUZZ_RUNS"] ?? 20_000);
  const seed = process.env["PARMANA_FUZZ_SEED"];
  return { numRuns: Math.ceil(pairs / signalsPerPolicy), ...(seed !== undefined && { seed: Number(seed) }) };
}
