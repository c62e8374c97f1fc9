import type { JsonValue } from "@parmanasystems/canonical";
import type { DecisionOutcome } from "@parmanasystems/governance";

/** The cases of one policy.test.json, tables and `each` multiplied out, in the order of the document. */
export interface PolicyCases {
  readonly cases: readonly PolicyCase[];
  /** What every case starts from; absent signals are not in it. */
  readonly defaults: CaseSignals;
  readonly coverage: CoverageTerms;
}

export interface PolicyCase {
  /** Unique within the file. */
  readonly name: string;
  /** Where it is written, a JSON pointer into the file. */
  readonly pointer: string;
  /** What is sent: the defaults, with what the case changes. Nothing is checked yet. */
  readonly signals: CaseSignals;
  readonly expected: Expectation;
}

/** Signals as the file spells them. Frozen, without a prototype. */
export type CaseSignals = Readonly<Record<string, JsonValue>>;

export type Expectation =
  | {
      readonly kind: "decides";
      readonly decision: DecisionOutcome;
      readonly rule?: string;
      readonly action?: string;
      readonly reason?: string;
    }
  /** `code` of the validation error, and the signal it names. */
  | { readonly kind: "refuses"; readonly code: string; readonly signal?: string };

/** The shares that must be covered, 0 to 1. */
export interface CoverageTerms {
  readonly rules: number;
  readonly conditions: number;
}

/** What `parseCases` accepts at most. */
export const caseLimits = Object.freeze({
  /** As large as a file of a bundle may be. */
  fileBytes: 4 * 1024 * 1024,
  cases: 10_000,
  nameLength: 200,
});
