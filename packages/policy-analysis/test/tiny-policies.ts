import { canonicalBytes } from "@parmanasystems/canonical";
import { parsePolicy, type Policy, validateSignals } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";

/** A seeded source of chance (mulberry32), so that a failing policy can be made again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("There must be something to pick from.");
    return picked;
  }
}

/** A kind of signal with so few values that all of them can be tried. */
interface TinySignal {
  readonly declaration: Readonly<Record<string, unknown>> & { readonly type: string };
  /** Every value, or one of each that conditions can tell apart. */
  readonly values: readonly SignalValue[];
  /** What conditions compare with. */
  readonly literals: readonly SignalValue[];
}

const order = ["greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"];
const equality = ["equals", "not_equals"];

// Of the characters that no condition names, two stand for all, as two texts may have to differ. A dot is no line feed.
const letters = ["a", "b", "x", "y", "\n"];
const words = ["", ...letters, ...letters.flatMap((one) => letters.map((other) => one + other))];
const days = ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"];
const instants = [0, 1, 2, 3, 4].map((ms) => `2026-01-01T00:00:00.00${String(ms)}Z`);

/** All kinds, by name. */
export const kinds = {
  boolean: { declaration: { type: "boolean" }, values: [false, true], literals: [false, true] },
  integer: {
    declaration: { type: "integer", minimum: 0, maximum: 6 },
    values: [0, 1, 2, 3, 4, 5, 6],
    literals: [0, 1, 2, 3, 4, 5, 6],
  },
  narrow: {
    declaration: { type: "integer", minimum: 2, maximum: 4 },
    values: [2, 3, 4],
    literals: [2, 3, 4],
  },
  decimal: {
    declaration: { type: "decimal", scale: 1, minimum: "-0.2", maximum: "0.2" },
    values: ["-0.2", "-0.1", "0.0", "0.1", "0.2"],
    literals: ["-0.2", "-0.1", "0.0", "0.1", "0.2"],
  },
  coarse: {
    declaration: { type: "decimal", scale: 0, minimum: "0", maximum: "1" },
    values: ["0", "1"],
    literals: ["0", "1"],
  },
  number: {
    declaration: { type: "number", minimum: -5e-324, maximum: 1e-323 },
    values: [-5e-324, 0, 5e-324, 1e-323],
    literals: [-5e-324, 0, 5e-324, 1e-323],
  },
  enum: {
    declaration: { type: "enum", values: ["red", "green", "blue"] },
    values: ["red", "green", "blue"],
    literals: ["red", "green", "blue"],
  },
  otherEnum: {
    declaration: { type: "enum", values: ["blue", "black", "red"] },
    values: ["blue", "black", "red"],
    literals: ["blue", "black", "red"],
  },
  date: { declaration: { type: "date" }, values: days, literals: days.slice(2, 4) },
  timestamp: { declaration: { type: "timestamp" }, values: instants, literals: instants.slice(2, 3) },
  string: {
    declaration: { type: "string", minLength: 0, maxLength: 2 },
    values: words,
    literals: ["a", "b", "ab", ""],
  },
  letter: {
    declaration: { type: "string", minLength: 1, maxLength: 1 },
    values: letters,
    literals: ["a", "b"],
  },
  list: {
    declaration: { type: "list", items: { type: "boolean" }, maxItems: 2 },
    values: [[], [false], [true], [false, false], [false, true], [true, false], [true, true]],
    literals: [[], [false], [true, false], [false, false]],
  },
  shortList: {
    declaration: {
      type: "list",
      items: { type: "integer", minimum: 2, maximum: 4 },
      minItems: 1,
      maxItems: 2,
    },
    values: [2, 3, 4].flatMap((one) => [[one], [one, 2], [one, 3], [one, 4]]),
    literals: [[2], [3, 3], [2, 4]],
  },
} satisfies Readonly<Record<string, TinySignal>>;

export type KindName = keyof typeof kinds;

/** A signal of a tiny policy. */
export interface Chosen extends TinySignal {
  readonly name: string;
  readonly optional: boolean;
}

export interface TinyPolicy {
  readonly policy: Policy;
  readonly document: Readonly<Record<string, unknown>>;
  readonly signals: readonly Chosen[];
  /** Every input that the policy accepts, as far as conditions can tell inputs apart. */
  readonly inputs: readonly SignalValues[];
}

export interface Style {
  readonly kinds: readonly KindName[];
  readonly signals: number;
  readonly rules: number;
  readonly depth: number;
}

export function chooseSignals(dice: Dice, { kinds: names, signals }: Style): readonly Chosen[] {
  return Array.from({ length: 1 + dice.below(signals) }, (_, index) => ({
    ...kinds[dice.pick(names)],
    name: `s${String(index)}`,
    optional: dice.chance(30),
  }));
}

/** A random policy over the signals; the rule ids are r0, r1, … and catch-all. */
export function tinyPolicy(dice: Dice, style: Style, signals = chooseSignals(dice, style)): TinyPolicy {
  const rules = Array.from({ length: 1 + dice.below(style.rules) }, (_, index) => ({
    id: `r${String(index)}`,
    condition: condition(dice, signals, style.depth),
    outcome: outcome(dice),
  }));
  return policyWith(signals, [...rules, { id: "catch-all", condition: { all: [] }, outcome: outcome(dice) }]);
}

function policyWith(signals: readonly Chosen[], rules: readonly unknown[]): TinyPolicy {
  const document = {
    policyId: "tiny",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: Object.fromEntries(
      signals.map(({ name, declaration, optional }) => [
        name,
        { ...declaration, ...(optional && { optional }) },
      ]),
    ),
    override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 60 },
    rules,
  };
  const policy = policyOf(document);
  return {
    policy,
    document,
    signals,
    inputs: allInputs(signals).map((input) => validateSignals(policy, input)),
  };
}

export function policyOf(document: unknown): Policy {
  return parsePolicy(canonicalBytes(document));
}

function allInputs(signals: readonly Chosen[]): readonly Record<string, SignalValue>[] {
  let inputs: readonly Record<string, SignalValue>[] = [{}];
  for (const { name, values, optional } of signals) {
    inputs = inputs.flatMap((input) => [
      ...(optional ? [input] : []),
      ...values.map((value) => ({ ...input, [name]: value })),
    ]);
  }
  return inputs;
}

function outcome(dice: Dice): Readonly<Record<string, string>> {
  const decision = dice.pick(["approved", "rejected", "pending_override"]);
  return { decision, action: "act", reason: "because" };
}

function condition(dice: Dice, signals: readonly Chosen[], depth: number): unknown {
  const kind = depth <= 0 ? "leaf" : dice.pick(["leaf", "leaf", "all", "any", "not"]);
  const parts = (): unknown[] =>
    Array.from({ length: 1 + dice.below(3) }, () => condition(dice, signals, depth - 1));
  switch (kind) {
    case "all":
      return { all: parts() };
    case "any":
      return { any: parts() };
    case "not":
      return { not: condition(dice, signals, depth - 1) };
    default:
      return leaf(dice, signals);
  }
}

function leaf(dice: Dice, signals: readonly Chosen[]): unknown {
  const signal = dice.pick(signals);
  const [operator, operand] = dice.pick(operations(dice, signal, signals));
  return { signal: signal.name, [operator]: operand };
}

type Operation = readonly [operator: string, operand: unknown];

function operations(dice: Dice, signal: Chosen, signals: readonly Chosen[]): readonly Operation[] {
  const { type } = signal.declaration;
  const literal = dice.pick(signal.literals);
  const found: Operation[] = [[dice.pick(equality), literal]];
  if (dice.chance(30)) found.push(["exists", dice.chance(50)]);
  const others = signals.filter(
    (other) => other.declaration.type === type && itemType(other) === itemType(signal),
  );
  if (type === "list") {
    const { items } = signal.declaration as { items?: { type: string } };
    const members = signals.filter(({ declaration }) => declaration.type === items?.type);
    found.push(["contains", dice.pick(signal.values.flat())], ["contains", dice.pick(signal.values.flat())]);
    if (members.length > 0) found.push(["contains", { signal: dice.pick(members).name }]);
    return [...found, [dice.pick(equality), { signal: dice.pick(others).name }]];
  }
  const ordered = !["boolean", "enum", "string"].includes(type);
  found.push([dice.pick(ordered ? [...order, ...equality] : equality), { signal: dice.pick(others).name }]);
  if (type !== "boolean") {
    const some = signal.literals.filter(() => dice.chance(40));
    if (some.length > 0) found.push([dice.pick(["in", "not_in"]), some]);
  }
  if (ordered) {
    const from = dice.below(signal.literals.length);
    found.push(["between", [signal.literals[from], dice.pick(signal.literals.slice(from))]]);
    found.push([dice.pick(order), literal]);
  }
  if (type === "string") {
    const fitting = signal.literals.filter((text) => text !== "");
    found.push([dice.pick(["contains", "starts_with", "ends_with"]), dice.pick(fitting)]);
    found.push(["matches", dice.pick(["a", "[ab]*", "a|b.", ".{2}", "[^a]b?", "(ab|x)+"])]);
  }
  return found;
}

function itemType({ declaration }: TinySignal): unknown {
  return (declaration as { items?: { type: string } }).items?.type;
}
