import type { Pattern, Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { leavesOf } from "./condition-paths.js";
import { positionsOf } from "./space/patterns.js";
import { valueOf } from "./with-signal.js";

/** How much work the regular expressions of a policy can be at most: their characters times those of the texts. */
export class PatternLoad {
  /** By signal: the characters of all different patterns that read it. */
  readonly #positions = new Map<string, number>();

  constructor({ rules }: Policy) {
    const sizes = new Map<Pattern, number>();
    const read = new Map<string, Set<Pattern>>();
    for (const { leaf } of rules.flatMap(({ condition }) => leavesOf(condition, ""))) {
      if (leaf.kind === "exists" || leaf.operand.kind !== "pattern") continue;
      const { signal } = leaf;
      const { pattern } = leaf.operand;
      const patterns = read.get(signal) ?? new Set();
      read.set(signal, patterns);
      if (patterns.has(pattern)) continue;
      patterns.add(pattern);
      const size = sizes.get(pattern) ?? positionsOf(pattern);
      sizes.set(pattern, size);
      this.#positions.set(signal, (this.#positions.get(signal) ?? 0) + size);
    }
  }

  /** Of one decision. @param before signals that were decided just before, whose verdicts are remembered */
  of(signals: SignalValues, before: SignalValues = {}): number {
    let work = 0;
    for (const [signal, positions] of this.#positions) {
      const text = valueOf(signals, signal);
      if (typeof text === "string" && text !== valueOf(before, signal)) work += positions * text.length;
    }
    return work;
  }
}
