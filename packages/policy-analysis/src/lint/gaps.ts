import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { conditionPointer } from "../condition-paths.js";
import { type Literal, negate, TRUE } from "../space/literal.js";
import { fromOrdinal, type Ordinal, type OrdinalDeclaration } from "../space/ordinals.js";
import { OrdinalVariable } from "../space/ordinal-variable.js";
import { PolicySpace } from "../space/policy-space.js";
import { spellValue } from "../spell-condition.js";
import { withSignal } from "../with-signal.js";
import type { Finding } from "./finding.js";
import { type Hole, holesOf } from "./holes.js";
import type { Inquiry } from "./inquiry.js";

/** The policy with an unknown of its own for one signal; all other signals are shared. */
interface Variant {
  readonly space: PolicySpace;
  readonly value: OrdinalVariable;
}

/**
 * Holes between rules: values of an ordered signal that only the catch-all decides, while the values next to them on both
 * sides, all other signals being equal, are decided by other rules.
 */
export function gaps(inquiry: Inquiry, signal: string): readonly Finding[] {
  const { policy, space } = inquiry;
  const scoped = space.scope.get(signal);
  if (!(scoped?.value instanceof OrdinalVariable)) return [];
  const { declaration, value } = scoped;
  if (declaration.type === "string" || declaration.type === "list") return [];
  const holes = holesOf(policy, signal, declaration, value.domain, space.space.enums);
  if (holes.length === 0) return [];
  // A space of its own: three versions of every rule would make all later questions to the first one dearer.
  const { space: inputs, scope: shared } = new PolicySpace({ ...policy, rules: [] });
  const variant = (): Variant => {
    const copy = inputs.newOrdinal(value);
    const scope = new Map([...shared, [signal, { declaration, presence: TRUE, value: copy }]]);
    return { space: new PolicySpace(policy, inputs, scope), value: copy };
  };
  const sides = { below: variant(), inside: variant(), above: variant() };
  return holes.flatMap((hole) => gapAt(inquiry, { signal, declaration }, hole, sides) ?? []);
}

interface Place {
  readonly signal: string;
  readonly declaration: OrdinalDeclaration;
}

function gapAt(
  inquiry: Inquiry,
  place: Place,
  hole: Hole,
  { below, inside, above }: Readonly<Record<"below" | "inside" | "above", Variant>>,
): Finding | undefined {
  const { policy, space } = inquiry;
  const last = policy.rules.length - 1;
  const spell = (ordinal: Ordinal) => fromOrdinal(ordinal, place.declaration, space.space.enums);
  const decider = (signals: SignalValues, ordinal: Ordinal): number =>
    inquiry.decider(withSignal(signals, place.signal, spell(ordinal)));
  const search = inquiry.find(
    [
      ...isBetween(below.value, hole.below, hole.below),
      ...isBetween(inside.value, hole.first, hole.last),
      ...isBetween(above.value, hole.above, hole.above),
      negate(below.space.reached(last)),
      inside.space.reached(last),
      negate(above.space.reached(last)),
    ],
    (signals) =>
      inquiry.decider(signals) === last &&
      decider(signals, hole.below) !== last &&
      decider(signals, hole.above) !== last,
    inside.space,
  );
  if (search.status !== "found") return undefined;
  const rules = [decider(search.signals, hole.below), decider(search.signals, hole.above)];
  return describe(
    policy,
    place.signal,
    rules,
    [spell(hole.first), spell(hole.last)].map(spellValue),
    search.signals,
  );
}

function describe(
  policy: Policy,
  signal: string,
  rules: readonly number[],
  [first = "", last = ""]: readonly string[],
  signals: SignalValues,
): Finding {
  const [under = "", over = ""] = rules.map((rule) => policy.rules[rule]?.id ?? "");
  const values = first === last ? `${signal} ${first}` : `${signal} from ${first} to ${last}`;
  const around =
    under === over
      ? `rule "${under}" decides the values on both sides of it`
      : `rule "${under}" decides what lies below and rule "${over}" what lies above`;
  const place = Math.min(...rules);
  return {
    rule: "gap",
    severity: "warning",
    pointer: conditionPointer(place),
    message: `No rule but the catch-all takes ${values}, while ${around}.`,
    ruleId: policy.rules[place]?.id ?? "",
    signals,
  };
}

function isBetween(variable: OrdinalVariable, low: Ordinal, high: Ordinal): readonly Literal[] {
  return [variable.atLeast(low), negate(variable.atLeast(high + 1n))];
}
