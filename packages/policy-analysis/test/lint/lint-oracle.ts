import { interpretPolicy } from "@parmanasystems/execution";
import type { Condition, Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { leavesOf } from "../../src/condition-paths.js";
import type { Finding } from "../../src/lint/lint-policy.js";
import { pointerOf, exchange, type Path } from "../../src/lint/condition-tree.js";
import { redundantParts } from "../../src/lint/redundant-parts.js";
import { signalsReadBy } from "../../src/signals-read.js";
import { always, conditionHolds } from "../../src/space/condition-holds.js";
import { withSignal } from "../../src/with-signal.js";
import type { Chosen, TinyPolicy } from "../tiny-policies.js";

/** What of a finding does not depend on the input that was chosen to show it. */
export function keyOf(finding: Finding): string {
  const { rule, severity, pointer, message } = finding;
  if (rule === "gap") return /takes (.*), while/.exec(message)?.[1] ?? "";
  const named = rule === "overlap" ? message.slice(0, message.indexOf("both")) : "";
  return `${severity} ${rule} ${pointer} ${named}`.trim();
}

/** What lint must find in a tiny policy, by trying every input. */
export function expectedKeys(tiny: TinyPolicy): readonly string[] {
  const { policy, inputs } = tiny;
  const rows = inputs.map((signals) => ({ signals, decider: deciderOf(policy, signals) }));
  const truths = policy.rules.map(({ condition }) =>
    rows.map(({ signals }) => conditionHolds(policy, condition, signals)),
  );
  const last = policy.rules.length - 1;
  const reachable = policy.rules.map(
    (_, rule) => rule === last || rows.some(({ decider }) => decider === rule),
  );
  const keys: string[] = [];
  policy.rules.forEach(({ id, condition, outcome }, rule) => {
    if (reachable[rule] !== true) {
      keys.push(`error unreachable-rule /rules/${String(rule)}`);
      return;
    }
    const reaching = rows.filter(({ decider }) => decider >= rule).map(({ signals }) => signals);
    for (let earlier = 0; earlier < rule; earlier += 1) {
      const severity = overlapSeverity(policy, earlier, rule);
      if (severity === undefined || reachable[earlier] !== true) continue;
      const shared = rows.some(({ decider }, row) => decider === earlier && truths[rule]?.[row] === true);
      const exception = rows.every(
        (_, row) => truths[earlier]?.[row] !== true || truths[rule]?.[row] === true,
      );
      if (!shared || exception || rule === last || truths[rule]?.every((truth) => truth) === true) continue;
      const first = policy.rules[earlier];
      keys.push(
        `${severity} overlap /rules/${String(rule)} Rules "${first?.id ?? ""}" (${first?.outcome.decision ?? ""}) and "${id}" (${outcome.decision})`,
      );
    }
    keys.push(...redundant(tiny, rule, condition, reaching), ...unguarded(policy, rule, condition, reaching));
  });
  const decisions = new Set(rows.map(({ decider }) => policy.rules[decider]?.outcome.decision));
  if (decisions.size === 1) keys.push("warning constant-decision /rules");
  return [
    ...keys,
    ...tiny.signals.flatMap((signal) => [...declared(tiny, signal), ...holes(tiny, signal)]),
  ].sort();
}

function deciderOf(policy: Policy, signals: SignalValues): number {
  const { rule_id: id } = interpretPolicy(policy, signals);
  return policy.rules.findIndex((rule) => rule.id === id);
}

function overlapSeverity({ rules }: Policy, earlier: number, later: number): string | undefined {
  const [one, other] = [rules[earlier], rules[later]];
  if (one === undefined || other === undefined) return undefined;
  const pair = `${one.outcome.decision} ${other.outcome.decision}`;
  const read = [...new Set([...signalsReadBy(one.condition), ...signalsReadBy(other.condition)])];
  const readByBoth = signalsReadBy(one.condition).size === 1 && signalsReadBy(other.condition).size === 1;
  if (pair === "approved rejected") return "warning";
  if (one.outcome.decision !== other.outcome.decision && read.length === 1 && readByBoth) return "warning";
  return ["approved pending_override", "pending_override rejected"].includes(pair) ? "note" : undefined;
}

function redundant(
  { policy, inputs }: TinyPolicy,
  rule: number,
  condition: Condition,
  reaching: readonly SignalValues[],
): readonly string[] {
  const holds = (part: Condition, signals: SignalValues): boolean => conditionHolds(policy, part, signals);
  const found = redundantParts(condition, ({ part, given, whole, without }) => {
    const differs = (signals: SignalValues): boolean =>
      given.every((other) => holds(other, signals)) && holds(whole, signals) !== holds(without, signals);
    if (reaching.some(differs)) return undefined;
    if (inputs.every((signals) => holds(part, signals))) return { kind: "always true" };
    if (!inputs.some((signals) => holds(part, signals))) return { kind: "always false" };
    const differing = inputs.filter(differs);
    if (differing.length === 0) return { kind: "implied" };
    const covering = policy.rules
      .slice(0, rule)
      .find(({ condition: earlier }) => differing.every((signals) => holds(earlier, signals)));
    return covering && { kind: "decided before", by: covering.id };
  });
  return found.map(({ path, why }) => {
    const severity = why.kind === "decided before" ? "note" : "warning";
    return `${severity} redundant-condition ${pointerOf(condition, path, `/rules/${String(rule)}/condition`)}`;
  });
}

function unguarded(
  policy: Policy,
  rule: number,
  condition: Condition,
  reaching: readonly SignalValues[],
): readonly string[] {
  const pointers: string[] = [];
  const approves = (signals: SignalValues): boolean =>
    interpretPolicy(policy, signals).decision === "approved";
  const walk = (part: Condition, path: Path, negated: boolean): void => {
    if (part.kind === "not") walk(part.condition, [...path, 0], !negated);
    if (part.kind === "all" || part.kind === "any")
      part.conditions.forEach((inner, index) => {
        walk(inner, [...path, index], negated);
      });
    if (part.kind !== "comparison") return;
    const { signal, operator, operand } = part;
    if (!negated && operator !== "not_equals" && operator !== "not_in") return;
    const names = operand.kind === "signal" ? [signal, operand.signal] : [signal];
    const assumed = exchange(condition, path, always);
    const surprise = reaching.some((signals) => {
      if (!names.some((name) => !Object.hasOwn(signals, name)) || !approves(signals)) return false;
      const [real, ifTrue] = [condition, assumed].map((each) => conditionHolds(policy, each, signals));
      return policy.rules[rule]?.outcome.decision === "approved" ? real && !ifTrue : !real && ifTrue;
    });
    if (surprise)
      pointers.push(
        `warning unguarded-optional ${pointerOf(condition, path, `/rules/${String(rule)}/condition`)}`,
      );
  };
  walk(condition, [], false);
  return pointers;
}

function declared({ policy }: TinyPolicy, { name, declaration }: Chosen): readonly string[] {
  const read = policy.rules.some(({ condition }) => signalsReadBy(condition).has(name));
  return [
    ...(read ? [] : [`note unread-signal /signalsSchema/${name}`]),
    ...(declaration.type === "number" ? [`warning number-signal /signalsSchema/${name}/type`] : []),
  ];
}

const ordered = ["less_than", "less_than_or_equal", "greater_than", "greater_than_or_equal", "between"];

/** Values between verdicts of order operators, one or two neighbours, which only the catch-all takes. */
function holes({ policy, inputs }: TinyPolicy, { name, values, declaration }: Chosen): readonly string[] {
  const last = policy.rules.length - 1;
  const leaves = policy.rules
    .flatMap(({ condition }) => leavesOf(condition, ""))
    .flatMap(({ leaf }) =>
      leaf.kind === "comparison" &&
      leaf.signal === name &&
      leaf.operand.kind === "literal" &&
      ordered.includes(leaf.operator)
        ? { leaf, literals: [leaf.operand.value].flat() }
        : [],
    );
  const [example] = inputs;
  if (example === undefined) return [];
  const verdicts = values.map((value) =>
    leaves.map(({ leaf }) => conditionHolds(policy, leaf, withSignal(example, name, value))),
  );
  // What changes its verdict from the value of this index to the next.
  const changing = (index: number) =>
    leaves.filter((_, leaf) => index >= 0 && verdicts[index]?.[leaf] !== verdicts[index + 1]?.[leaf]);
  const names = (index: number, value: SignalValue | undefined) =>
    value !== undefined &&
    changing(index).some(({ literals }) => literals.includes(value as string | number));
  const isGap = (from: number, to: number): boolean => {
    const [below, above] = [values[from - 1], values[to + 1]];
    if (below === undefined || above === undefined) return false;
    const decider = (signals: SignalValues, at: SignalValue) =>
      deciderOf(policy, withSignal(signals, name, at));
    return values
      .slice(from, to + 1)
      .some((value) =>
        inputs.some(
          (signals) =>
            decider(signals, value) === last &&
            decider(signals, below) !== last &&
            decider(signals, above) !== last,
        ),
      );
  };
  return values.flatMap((value, index) => {
    const spelled = `${name} ${JSON.stringify(value)}`;
    if (changing(index - 1).length === 0) return [];
    if (changing(index).length > 0) return isGap(index, index) ? [spelled] : [];
    // Doubles this small are spelled with exponents, so that no two of them look like neighbours.
    const next = values[index + 1];
    const neighbours = names(index - 1, value) && names(index + 1, next) && declaration.type !== "number";
    return neighbours && isGap(index, index + 1)
      ? [`${name} from ${JSON.stringify(value)} to ${JSON.stringify(next)}`]
      : [];
  });
}
