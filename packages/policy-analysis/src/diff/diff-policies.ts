import type { Policy } from "@parmanasystems/governance";
import { type DecisionChanges, decisionChanges } from "./decision-changes.js";
import { type SchemaChange, schemaChanges } from "./schema-changes.js";

export type { Change, ChangeKind, DecisionChanges } from "./decision-changes.js";
export type { SchemaChange } from "./schema-changes.js";

/** What two versions of a policy answer differently. */
export interface PolicyDiff extends DecisionChanges {
  readonly schema: readonly SchemaChange[];
}

export interface DiffOptions {
  /** Told how many rules of the first version are compared. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Compares two policies over every input that both accept. Each change comes with an input that the interpreter decides
 * so; where `complete` is true, there are no others.
 */
export function diffPolicies(
  before: Policy,
  after: Policy,
  { onProgress = () => undefined }: DiffOptions = {},
): PolicyDiff {
  return { ...decisionChanges(before, after, onProgress), schema: schemaChanges(before, after) };
}
