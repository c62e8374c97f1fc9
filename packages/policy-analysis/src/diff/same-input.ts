import { canonicalize } from "@parmanasystems/canonical";
import type { SignalValues } from "@parmanasystems/provenance";

/** Whether two inputs are the same, letter for letter. */
export function isSameInput(one: SignalValues, other: SignalValues): boolean {
  return canonicalize(one) === canonicalize(other);
}
