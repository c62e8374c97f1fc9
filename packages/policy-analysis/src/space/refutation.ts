import type { Literal } from "./literal.js";

/** A clause that must hold and does not; `proved` is false when only the budget, or a part that is not exact, says so. */
export interface Refutation {
  readonly clause: readonly Literal[];
  readonly proved: boolean;
}
