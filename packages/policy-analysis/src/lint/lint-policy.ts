import type { Policy } from "@parmanasystems/governance";
import { pointerTo } from "../json-pointer.js";
import { signalsReadBy } from "../signals-read.js";
import type { Finding } from "./finding.js";
import { gaps } from "./gaps.js";
import { Inquiry } from "./inquiry.js";
import { overlaps } from "./overlaps.js";
import { byPlace } from "./place-order.js";
import { redundantConditions } from "./redundant-conditions.js";
import { unguardedOptionals } from "./unguarded-optionals.js";
import { isUnreachable, unreachableRule } from "./unreachable-rules.js";

export type { Finding, LintRule } from "./finding.js";

export interface LintReport {
  /** In the order of the document. */
  readonly findings: readonly Finding[];
  /** False when some question, or all of them together, were too large to answer, so that there may be more to find. */
  readonly complete: boolean;
}

export interface LintOptions {
  /** Told how many of the policy's signals and rules are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Looks for what the author of a policy did probably not mean. What it finds is proved, or shown by an input. */
export function lintPolicy(policy: Policy, { onProgress }: LintOptions = {}): LintReport {
  const inquiry = new Inquiry(policy);
  const findings: Finding[] = [];
  const total = policy.signals.size + policy.rules.length;
  let done = 0;
  const finish = (found: readonly Finding[]): void => {
    findings.push(...found);
    done += 1;
    onProgress?.(done, total);
  };
  const reachable: boolean[] = [];
  for (const rule of policy.rules.keys()) {
    reachable.push(!isUnreachable(inquiry, rule));
    finish(reachable[rule] === true ? findingsOf(inquiry, rule, reachable) : unreachable(inquiry, rule));
  }
  findings.push(...constantDecision(policy, reachable));
  const read = signalsReadIn(policy);
  for (const signal of policy.signals.keys())
    finish([
      ...unreadSignal(read, signal),
      ...numberSignal(policy, signal),
      ...(inquiry.exhausted ? [] : gaps(inquiry, signal)),
    ]);
  return { findings: findings.sort(byPlace(policy)), complete: inquiry.complete };
}

function findingsOf(inquiry: Inquiry, rule: number, reachable: readonly boolean[]): readonly Finding[] {
  if (inquiry.exhausted) return [];
  return [
    ...overlaps(inquiry, rule, (earlier) => reachable[earlier] === true),
    ...redundantConditions(inquiry, rule),
    ...unguardedOptionals(inquiry, rule),
  ];
}

/** The last rule is exempt: every policy must have it, also when the others leave nothing over. */
function unreachable(inquiry: Inquiry, rule: number): readonly Finding[] {
  return rule === inquiry.policy.rules.length - 1 ? [] : [unreachableRule(inquiry, rule)];
}

/** Signals that conditions read, and those whose value a source's signature must name. */
function signalsReadIn({ rules, signals }: Policy): ReadonlySet<string> {
  const subjects = [...signals.values()].flatMap(({ provenance }) => provenance?.subject ?? []);
  return new Set([...rules.flatMap(({ condition }) => [...signalsReadBy(condition)]), ...subjects]);
}

/** Such a signal may still keep two transactions apart: it is part of what executes once. */
function unreadSignal(read: ReadonlySet<string>, signal: string): readonly Finding[] {
  if (read.has(signal)) return [];
  return [
    {
      rule: "unread-signal",
      severity: "note",
      pointer: pointerTo("/signalsSchema", signal),
      message: `No rule reads the signal "${signal}", so no decision depends on it.`,
    },
  ];
}

function numberSignal({ signals }: Policy, signal: string): readonly Finding[] {
  const declaration = signals.get(signal);
  if (declaration === undefined) return [];
  const isList = declaration.type === "list";
  if ((isList ? declaration.items : declaration).type !== "number") return [];
  return [
    {
      rule: "number-signal",
      severity: "warning",
      pointer: `${pointerTo("/signalsSchema", signal)}${isList ? "/items" : ""}/type`,
      message: `The signal "${signal}" is an IEEE double, in which 0.1 + 0.2 is not 0.3: use decimal for what people count.`,
    },
  ];
}

/** A policy of one rule is constant on purpose. */
function constantDecision({ rules }: Policy, reachable: readonly boolean[]): readonly Finding[] {
  const decisions = new Set(
    rules.filter((_, rule) => reachable[rule]).map(({ outcome }) => outcome.decision),
  );
  const [decision] = decisions;
  if (rules.length < 2 || decisions.size !== 1 || decision === undefined) return [];
  return [
    {
      rule: "constant-decision",
      severity: "warning",
      pointer: "/rules",
      message: `Every input gets the decision ${decision}.`,
    },
  ];
}
