import type { Sha256 } from "@parmanasystems/canonical";
import type { SignalValue } from "@parmanasystems/provenance";

/** The version of the policy.json format this build reads and writes. */
export const SCHEMA_VERSION = "1.0.0";

/** The meaning given to conditions and rule order; a change of meaning gets a new name. */
export const EVALUATOR_SEMANTICS = "parmana-policy/1";

/** A policy that was parsed, type-checked and deep-frozen. It always decides: its last rule is the catch-all. */
export interface Policy {
  readonly policyId: string;
  readonly policyVersion: string;
  readonly schemaVersion: string;
  readonly description?: string;
  readonly signals: ReadonlyMap<string, SignalDeclaration>;
  readonly replay: ReplayTerms;
  /** Always present when a rule decides `pending_override`. */
  readonly override?: OverrideTerms;
  readonly rules: readonly Rule[];
  /** SHA-256 of the exact bytes of policy.json. */
  readonly policyHash: Sha256;
}

/** What may execute once: equal facts (`fingerprint`), or only the execution id (`execution`). */
export interface ReplayTerms {
  readonly identity: "fingerprint" | "execution";
}

export interface OverrideTerms {
  readonly approverRoles: readonly string[];
  /** How many distinct approvers must agree. */
  readonly quorum: number;
  readonly expiresAfterSeconds: number;
  /** Whether each approver must sign, with a key of the trust root's role `approver:<role>`. */
  readonly signed: boolean;
}

export interface Rule {
  readonly id: string;
  readonly condition: Condition;
  readonly outcome: Outcome;
}

export interface Outcome {
  readonly decision: DecisionOutcome;
  readonly action: string;
  readonly reason: string;
}

export type DecisionOutcome = "approved" | "rejected" | "pending_override";

/** `all` of nothing is true. A comparison whose signal (or signal operand) is absent is false. */
export type Condition =
  | { readonly kind: "all" | "any"; readonly conditions: readonly Condition[] }
  | { readonly kind: "not"; readonly condition: Condition }
  | {
      readonly kind: "comparison";
      readonly signal: string;
      readonly operator: ComparisonOperator;
      readonly operand: Operand;
    }
  | { readonly kind: "exists"; readonly signal: string; readonly expected: boolean };

/** `between` takes the literal [low, high], both inclusive; `in` and `not_in` take a literal list; `matches` a pattern. */
export type Operand =
  | { readonly kind: "literal"; readonly value: SignalValue }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "pattern"; readonly source: string; readonly pattern: Pattern };

/** A parsed regular expression (I-Regexp, RFC 9485). It is held against whole texts, code point by code point. */
export type Pattern =
  /** One character inside any of the ranges: code points, inclusive, ascending and disjoint. */
  | { readonly kind: "character"; readonly ranges: readonly (readonly [low: number, high: number])[] }
  /** `sequence` of nothing is the empty text. */
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Pattern[] }
  /** `maximum` null: without end. */
  | {
      readonly kind: "repeat";
      readonly part: Pattern;
      readonly minimum: number;
      readonly maximum: number | null;
    };

export type ComparisonOperator =
  | "equals"
  | "not_equals"
  | "greater_than"
  | "greater_than_or_equal"
  | "less_than"
  | "less_than_or_equal"
  | "between"
  | "in"
  | "not_in"
  | "contains"
  | "starts_with"
  | "ends_with"
  | "matches";

export type Operator = ComparisonOperator | "exists";

export type SignalDeclaration = ScalarDeclaration | ListDeclaration;

export type ScalarDeclaration =
  | BooleanDeclaration
  | IntegerDeclaration
  | DecimalDeclaration
  | NumberDeclaration
  | StringDeclaration
  | EnumDeclaration
  | DateDeclaration
  | TimestampDeclaration;

export type SignalType = SignalDeclaration["type"];

/** What every signal may be declared with. */
export interface Declared {
  readonly optional: boolean;
  readonly description?: string;
  /** What must be known of where the value comes from; without it, nothing. */
  readonly provenance?: ProvenanceRequirement;
}

/** What a policy demands of a signal's origin. Each member is one demand; at least one is there. */
export interface ProvenanceRequirement {
  /** The only sources that may state the signal. */
  readonly sources?: readonly string[];
  /** How old `observedAt` may be at the time of the decision; it must not lie in the future. */
  readonly maxAgeSeconds?: number;
  /** The source must have signed the value, with a key of the role `source:<name>`. */
  readonly signed?: true;
  /** The signal whose value the source's signature must name as its subject; without it, the execution id. */
  readonly subject?: string;
}

export interface BooleanDeclaration extends Declared {
  readonly type: "boolean";
}

/** Bounds are inclusive safe integers. */
export interface IntegerDeclaration extends Declared {
  readonly type: "integer";
  readonly minimum: number;
  readonly maximum: number;
}

/** A string with exactly `scale` fraction digits; bounds are inclusive and spelled the same way. */
export interface DecimalDeclaration extends Declared {
  readonly type: "decimal";
  readonly scale: number;
  readonly minimum?: string;
  readonly maximum?: string;
}

/** An IEEE double. Bounds are inclusive; those left out of the document are ±(2^53 − 1). */
export interface NumberDeclaration extends Declared {
  readonly type: "number";
  readonly minimum: number;
  readonly maximum: number;
}

/** Lengths count Unicode code points; those left out of the document are 0 and 1024. */
export interface StringDeclaration extends Declared {
  readonly type: "string";
  readonly minLength: number;
  readonly maxLength: number;
  readonly format?: StringFormat;
}

/** Named after the formats of JSON Schema. */
export type StringFormat = "email" | "hostname" | "ipv4" | "uuid";

export interface EnumDeclaration extends Declared {
  readonly type: "enum";
  readonly values: readonly string[];
}

/** A real calendar date, YYYY-MM-DD, years 0001 to 9999. */
export interface DateDeclaration extends Declared {
  readonly type: "date";
}

/** RFC 3339 UTC with milliseconds, in the one spelling `parseTimestamp` accepts. */
export interface TimestampDeclaration extends Declared {
  readonly type: "timestamp";
}

/** Values of one scalar type, in the order given. Lengths are inclusive. */
export interface ListDeclaration extends Declared {
  readonly type: "list";
  readonly items: ScalarDeclaration;
  readonly minItems: number;
  readonly maxItems: number;
}
