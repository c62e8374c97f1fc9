import type { Condition, Pattern, Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { conditionPointer, type Leaf } from "../condition-paths.js";
import { type Truth, truthOf } from "../condition-truth.js";
import { pointerTo } from "../json-pointer.js";

/** What no case has shown yet: that a rule decides, or that a condition was asked and had this truth. */
export type CoverageGap = RuleGap | ConditionGap;

export interface RuleGap {
  readonly kind: "rule";
  readonly ruleIndex: number;
  /** /rules/3 */
  readonly pointer: string;
}

export interface ConditionGap {
  readonly kind: "condition";
  readonly ruleIndex: number;
  /** /rules/3/condition/all/0 */
  readonly pointer: string;
  readonly leaf: Leaf;
  readonly truth: boolean;
}

/** How much was shown of what there is to show: every rule once, every condition twice. */
export interface CoverageCount {
  readonly rules: number;
  readonly conditions: number;
}

/**
 * Notes what the rules of a policy are asked, decision by decision. Conditions are asked as they are evaluated: `all`
 * until one is false, `any` until one is true, and no rule after the one that decides.
 */
export class CoverageMeter {
  readonly total: CoverageCount;
  readonly #policy: Policy;
  readonly #rules: readonly MeteredRule[];
  /** By pattern and signal, since to hold one against the other may be much work. */
  readonly #patterns = new Map<Pattern, Map<string, Truth>>();

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#rules = policy.rules.map(({ condition }, index): MeteredRule => {
      const leaves = new Map<string, LeafNode>();
      return { root: nodeOf(condition, conditionPointer(index), leaves), leaves, decided: false };
    });
    const leaves = this.#rules.reduce((sum, rule) => sum + rule.leaves.size, 0);
    this.total = Object.freeze({ rules: this.#rules.length, conditions: 2 * leaves });
  }

  /** Signals that `validateSignals` returned. */
  record(signals: SignalValues): void {
    for (const rule of this.#rules) {
      if (!this.#ask(rule.root, signals)) continue;
      rule.decided = true;
      return;
    }
  }

  /** Whether this was never shown. */
  lacks(gap: CoverageGap): boolean {
    const rule = this.#rules[gap.ruleIndex];
    if (gap.kind === "rule") return rule?.decided === false;
    return rule?.leaves.get(gap.pointer)?.seen.has(gap.truth) === false;
  }

  /** What was never shown, in the order of the document. */
  gaps(): readonly CoverageGap[] {
    return this.#rules.flatMap(({ leaves }, ruleIndex) => {
      const conditions = [...leaves.values()].flatMap(({ pointer, leaf }) =>
        [true, false].map((truth): CoverageGap => ({ kind: "condition", ruleIndex, pointer, leaf, truth })),
      );
      const rule: CoverageGap = { kind: "rule", ruleIndex, pointer: pointerTo("/rules", ruleIndex) };
      return [rule, ...conditions].filter((gap) => this.lacks(gap));
    });
  }

  #ask(node: Node, signals: SignalValues): boolean {
    switch (node.kind) {
      case "all":
        return node.parts.every((part) => this.#ask(part, signals));
      case "any":
        return node.parts.some((part) => this.#ask(part, signals));
      case "not":
        return !this.#ask(node.part, signals);
      case "leaf": {
        node.truth ??= this.#truthOf(node.leaf);
        const truth = node.truth(signals);
        node.seen.add(truth);
        return truth;
      }
    }
  }

  #truthOf(leaf: Leaf): Truth {
    if (leaf.kind === "exists" || leaf.operand.kind !== "pattern") return truthOf(this.#policy, leaf);
    const { pattern } = leaf.operand;
    const bySignal = this.#patterns.get(pattern) ?? new Map<string, Truth>();
    const truth = bySignal.get(leaf.signal) ?? truthOf(this.#policy, leaf);
    this.#patterns.set(pattern, bySignal.set(leaf.signal, truth));
    return truth;
  }
}

interface MeteredRule {
  readonly root: Node;
  /** By JSON pointer. */
  readonly leaves: ReadonlyMap<string, LeafNode>;
  decided: boolean;
}

type Node =
  | { readonly kind: "all" | "any"; readonly parts: readonly Node[] }
  | { readonly kind: "not"; readonly part: Node }
  | LeafNode;

interface LeafNode {
  readonly kind: "leaf";
  readonly pointer: string;
  readonly leaf: Leaf;
  readonly seen: Set<boolean>;
  /** Compiled when it is asked for the first time. */
  truth?: Truth;
}

function nodeOf(condition: Condition, pointer: string, leaves: Map<string, LeafNode>): Node {
  switch (condition.kind) {
    case "all":
    case "any": {
      const { kind, conditions } = condition;
      const parts = conditions.map((part, index) => nodeOf(part, `${pointer}/${kind}/${index}`, leaves));
      return { kind, parts };
    }
    case "not":
      return { kind: "not", part: nodeOf(condition.condition, `${pointer}/not`, leaves) };
    case "comparison":
    case "exists": {
      const leaf: LeafNode = { kind: "leaf", pointer, leaf: condition, seen: new Set() };
      leaves.set(pointer, leaf);
      return leaf;
    }
  }
}
