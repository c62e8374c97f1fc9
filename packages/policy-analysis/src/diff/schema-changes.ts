import { canonicalize } from "@parmanasystems/canonical";
import type { Policy, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { acceptsSignal } from "../accepts-signal.js";
import { boundaryValuesOf } from "../boundary-values.js";
import { difference } from "../space/domain-difference.js";
import { EnumValues } from "../space/ordinals.js";
import { signalDomain } from "../space/signal-domain.js";
import { spellItems } from "../space/spell-item.js";
import { isComparable } from "./shared-scopes.js";

/** What else differs between two versions than their decisions: a signal's declaration, or the terms. */
export interface SchemaChange {
  readonly kind: "added" | "removed" | "changed";
  /** The place in policy.json, a JSON pointer such as /signalsSchema/amount or /replay. */
  readonly pointer: string;
  /** A full sentence. */
  readonly message: string;
  /** A value that only the first version accepts, where one was found. */
  readonly onlyBefore?: SignalValue;
  /** A value that only the second version accepts, where one was found. */
  readonly onlyAfter?: SignalValue;
}

/** The differences of signals, replay identity and override terms; descriptions do not count. */
export function schemaChanges(before: Policy, after: Policy): readonly SchemaChange[] {
  const names = [...new Set([...before.signals.keys(), ...after.signals.keys()])];
  return [...names.flatMap((name) => signalChange(before, after, name)), ...termChanges(before, after)];
}

function signalChange(before: Policy, after: Policy, name: string): readonly SchemaChange[] {
  const pointer = `/signalsSchema/${name}`;
  const one = before.signals.get(name);
  const other = after.signals.get(name);
  if (one === undefined || other === undefined) {
    const kind = one === undefined ? "added" : "removed";
    const optional = (one ?? other)?.optional === true ? "optional signal" : "signal";
    return [{ kind, pointer, message: `The ${optional} "${name}" was ${kind}.` }];
  }
  const { description: _one, ...declaredBefore } = one;
  const { description: _other, ...declaredAfter } = other;
  if (canonicalize(declaredBefore) === canonicalize(declaredAfter)) return [];
  const onlyBefore = valueOnlyIn(before, after, name);
  const onlyAfter = valueOnlyIn(after, before, name);
  return [
    {
      kind: "changed",
      pointer,
      message: `The signal "${name}" was ${canonicalize(declaredBefore)} and is ${canonicalize(declaredAfter)}.`,
      ...(onlyBefore !== undefined && { onlyBefore }),
      ...(onlyAfter !== undefined && { onlyAfter }),
    },
  ];
}

/** The difference of the two domains, if they compare; else looked for among the values at the edges of each. */
function valueOnlyIn(accepting: Policy, refusing: Policy, name: string): SignalValue | undefined {
  const declaration = accepting.signals.get(name);
  const other = refusing.signals.get(name);
  const exact = declaration && other && isComparable(declaration, other) ? outside(declaration, other) : [];
  // Without its type, the arrow would narrow values to those that are and are not accepted: none.
  return [...exact, ...boundaryValuesOf(accepting)(name), ...boundaryValuesOf(refusing)(name)].find(
    (value): boolean => acceptsSignal(accepting, name, value) && !acceptsSignal(refusing, name, value),
  );
}

function outside(declaration: SignalDeclaration, other: SignalDeclaration): readonly SignalValue[] {
  const enums = new EnumValues();
  const found = difference(signalDomain(declaration, enums), signalDomain(other, enums));
  return found === undefined ? [] : [spellItems(found, declaration, enums)];
}

function termChanges(before: Policy, after: Policy): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  if (before.replay.identity !== after.replay.identity) {
    const message = `What executes once was the ${before.replay.identity} and is the ${after.replay.identity}.`;
    changes.push({ kind: "changed", pointer: "/replay", message });
  }
  const one = before.override;
  const other = after.override;
  if (canonicalize(one ?? null) !== canonicalize(other ?? null)) {
    const kind = one === undefined ? "added" : other === undefined ? "removed" : "changed";
    const message =
      one === undefined || other === undefined
        ? `The override terms were ${kind}.`
        : `The override terms were ${canonicalize(one)} and are ${canonicalize(other)}.`;
    changes.push({ kind, pointer: "/override", message });
  }
  return changes;
}
