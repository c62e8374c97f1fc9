import fc from "fast-check";
import { type Policy, validateSignals } from "@parmanasystems/governance";
import { codeOf } from "./code-of.js";
import { conditionOver, type SignalSources } from "./condition-arbitrary.js";
import { policyOf } from "./fixtures.js";
import { neighboursOf } from "./neighbours.js";
import { type SignalSource, signalSource } from "./signal-arbitrary.js";
import { rowOver, tableSources } from "./table-arbitrary.js";

/** A policy, with values that each of its signals accepts: at the edges of declarations and of operands. */
export interface PolicySource {
  readonly document: unknown;
  readonly policy: Policy;
  readonly signals: SignalSources;
}

// Names that other languages would find on the prototype are names like any other.
const signalNames = ["amount", "score", "kind", "limit", "_", "__proto__", "constructor", "toString"];

const signalSources: fc.Arbitrary<SignalSources> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...signalNames), signalSource), {
    minLength: 1,
    maxLength: 5,
    selector: ([name]) => name,
  })
  .map((entries) => new Map(entries));

const outcome = fc.record({
  decision: fc.constantFrom("approved", "rejected", "pending_override"),
  action: fc.constantFrom("approve", "reject", "manual_review"),
  reason: fc.constantFrom("small claim", "r\u00e9vision n\u00e9cessaire", "\u{1f600}"),
});

/** Any policy that loads: every type and operator, operands at the edges of what the signals may be. */
export const policySource: fc.Arbitrary<PolicySource> = signalSources.chain((signals) =>
  fc
    .tuple(fc.array(fc.tuple(conditionOver(signals), outcome), { maxLength: 6 }), outcome)
    .map(([rules, otherwise]) => sourceOf(signals, rules, otherwise)),
);

/** Many rules over few signals. */
export const tableSource: fc.Arbitrary<PolicySource> = tableSources.chain((signals) =>
  fc
    .tuple(fc.array(fc.tuple(rowOver(signals), outcome), { minLength: 2, maxLength: 40 }), outcome)
    .map(([rules, otherwise]) => sourceOf(signals, rules, otherwise)),
);

function sourceOf(
  signals: SignalSources,
  rules: readonly (readonly [condition: unknown, outcome: unknown])[],
  otherwise: unknown,
): PolicySource {
  const document = {
    policyId: "generated",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: Object.fromEntries([...signals].map(([name, { declaration }]) => [name, declaration])),
    override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 60 },
    rules: [
      ...rules.map(([condition, then], index) => ({ id: `rule-${String(index)}`, condition, outcome: then })),
      { id: "catch-all", condition: { all: [] }, outcome: otherwise },
    ],
  };
  const policy = policyOf(document);
  const operands = new Map([...signals.keys()].map((name) => [name, new Set<unknown>()]));
  collectOperands(document.rules, operands);
  return {
    document,
    policy,
    signals: new Map(
      [...signals].map(([name, source]) => [
        name,
        withNeighbours(policy, name, source, operands.get(name) ?? []),
      ]),
    ),
  };
}

/** The literals of every leaf, by the signal it names. */
function collectOperands(part: unknown, operands: ReadonlyMap<string, Set<unknown>>): void {
  if (typeof part !== "object" || part === null) return;
  if ("signal" in part && typeof part.signal === "string") {
    for (const [operator, operand] of Object.entries(part)) {
      if (operator !== "signal" && operator !== "exists") operands.get(part.signal)?.add(operand);
    }
  } else for (const inner of Object.values(part)) collectOperands(inner, operands);
}

function withNeighbours(
  policy: Policy,
  name: string,
  { declaration, values }: SignalSource,
  operands: Iterable<unknown>,
): SignalSource {
  const declared = policy.signals.get(name);
  if (declared === undefined) throw new Error("Every name is declared.");
  const only = { ...policy, signals: new Map([[name, declared]]) };
  const near = [...operands]
    .flatMap((operand) => [operand, ...(Array.isArray(operand) ? (operand as unknown[]) : [])])
    .flatMap((operand) => [operand, ...neighboursOf(declaration.type, operand)])
    .filter(
      (value) => codeOf(() => validateSignals(only, Object.fromEntries([[name, value]]))) === undefined,
    );
  return { declaration, values: [...values, ...near] };
}

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
  Number.MAX_SAFE_INTEGER + 1,
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
  "A@b.example",
  "a@B.example",
  "a..b@c",
  "a@1.2",
  "256.0.0.1",
  "01.0.0.1",
  "a-.b",
  "0190B2C4-11AA-7ABC-8DEF-0123456789AB",
  [],
  [1],
  [1, "1"],
  ["a", "a", "a", "a"],
  [undefined],
  [[1]],
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
