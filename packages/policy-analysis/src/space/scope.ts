import type { SignalDeclaration } from "@parmanasystems/governance";
import type { Literal } from "./literal.js";
import type { ListVariable } from "./list-variable.js";
import type { OrdinalVariable } from "./ordinal-variable.js";
import type { TextVariable } from "./text-variable.js";

/** What is not known of one signal: whether it is there, and its value. */
export interface UnknownSignal {
  /** True when the signal is there. */
  readonly presence: Literal;
  /** Undefined when no value is accepted. */
  readonly value: OrdinalVariable | TextVariable | ListVariable | undefined;
}

/** An unknown as one policy declares it. Two policies may declare the same unknown differently. */
export interface ScopedSignal extends UnknownSignal {
  readonly declaration: SignalDeclaration;
}

/** What the names in the conditions of one policy stand for. */
export type Scope = ReadonlyMap<string, ScopedSignal>;
