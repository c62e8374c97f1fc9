import type { Policy, SignalDeclaration } from "@parmanasystems/governance";
import type { InputSpace } from "../space/input-space.js";
import type { Scope, ScopedSignal } from "../space/scope.js";
import { familyName } from "../space/signal-domain.js";

/**
 * The signals of two versions over one space. A signal that both declare, with values that compare, is one unknown with
 * the values that both accept; every other signal is an unknown of the version that declares it.
 */
export function sharedScopes(
  before: Policy,
  after: Policy,
  space: InputSpace,
): { readonly before: Scope; readonly after: Scope } {
  const scopes = { before: new Map<string, ScopedSignal>(), after: new Map<string, ScopedSignal>() };
  for (const [name, declaration] of before.signals) {
    const other = after.signals.get(name);
    const common = other !== undefined && isComparable(declaration, other);
    const unknown = space.newSignal(common ? [declaration, other] : [declaration]);
    scopes.before.set(name, { ...unknown, declaration });
    if (common) scopes.after.set(name, { ...unknown, declaration: other });
  }
  for (const [name, declaration] of after.signals) {
    if (!scopes.after.has(name)) scopes.after.set(name, { ...space.newSignal([declaration]), declaration });
  }
  return scopes;
}

/** Whether values of the two compare: integers and decimals do, whatever their scales. */
export function isComparable(one: SignalDeclaration, other: SignalDeclaration): boolean {
  return familyName(one) === familyName(other);
}
