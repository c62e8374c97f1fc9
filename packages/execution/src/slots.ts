import type { Policy, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import type { PatternCompiler } from "./compile-pattern.js";
import { unknownLanguage } from "./unknown-language.js";

/** The validated signals of one decision, by slot; an absent optional signal is undefined. */
export type Slots = readonly (SignalValue | undefined)[];

/** A compiled condition. */
export type Test = (slots: Slots) => boolean;

/** Where a declared signal is held, and what it may be. */
export interface Slot {
  readonly index: number;
  readonly declaration: SignalDeclaration;
}

export type SlotMap = ReadonlyMap<string, Slot>;

/** What conditions are compiled with: one for each policy. */
export interface Scope {
  readonly slots: SlotMap;
  readonly patterns: PatternCompiler;
}

/** One slot per declared signal, in the order of declaration. */
export function slotsOf(policy: Policy): SlotMap {
  const slots = new Map<string, Slot>();
  for (const [name, declaration] of policy.signals) slots.set(name, { index: slots.size, declaration });
  return slots;
}

/** @throws INV-055 */
export function slotOf(slots: SlotMap, signal: string): Slot {
  return slots.get(signal) ?? unknownLanguage("signal", signal);
}
