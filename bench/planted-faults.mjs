// Policies of 20 rules without findings, with one fault planted in each: does lint find it, does it find anything else? And pairs
// of versions with one change planted: does the comparison find it, with an input that both versions really decide otherwise, and
// does it say nothing of changes that change nothing?
//
//   node bench/planted-faults.mjs [--policies 50] [--seed 1] [--show]
import { isDeepStrictEqual, parseArgs } from "node:util";
import { interpretPolicy } from "../packages/execution/dist/index.js";
import { parsePolicy, validateSignals } from "../packages/governance/dist/index.js";
import { diffPolicies, lintPolicy } from "../packages/policy-analysis/dist/index.js";
import { diceOf } from "./lib/dice.mjs";

const { values } = parseArgs({
  options: {
    policies: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    /** Prints false alarms. */
    show: { type: "boolean", default: false },
  },
});
const [policies, seed] = [values.policies, values.seed].map(Number);
const ruleCount = 20;

const signalsSchema = {
  country: { type: "enum", values: Array.from({ length: ruleCount + 1 }, (_, index) => `country-${index}`) },
  amount: { type: "integer", minimum: 0, maximum: 1_000_000 },
  price: { type: "decimal", scale: 2, minimum: "0.00", maximum: "999.99" },
  opened: { type: "date" },
  tier: { type: "enum", values: ["bronze", "silver", "gold", "platinum"] },
  invoice: { type: "string", maxLength: 32 },
  note: { type: "string", maxLength: 64, optional: true },
  verified: { type: "boolean" },
};

const outcomes = [
  { decision: "approved", action: "pay" },
  { decision: "rejected", action: "refuse" },
  { decision: "pending_override", action: "ask" },
];

/** Each rule has a country of its own, so no two rules meet; the second condition reads one signal after the other. */
function baseRules(dice) {
  return Array.from({ length: ruleCount }, (_, index) => {
    const low = 1_000 + dice(400_000);
    const second = [
      { signal: "price", less_than_or_equal: `${1 + dice(900)}.50` },
      { signal: "opened", greater_than_or_equal: `20${10 + dice(15)}-0${1 + dice(9)}-1${dice(10)}` },
      { signal: "tier", in: ["bronze", "silver", "gold"].slice(dice(2)) },
      { signal: "invoice", matches: `INV-[0-9]{${3 + dice(4)}}` },
      { signal: "note", starts_with: `refund-${dice(100)}` },
      { signal: "verified", equals: dice(2) === 0 },
    ][index % 6];
    return {
      id: `rule-${index}`,
      condition: {
        all: [
          { signal: "country", equals: `country-${index}` },
          { signal: "amount", between: [low, low + 1_000 + dice(100_000)] },
          second,
        ],
      },
      outcome: { ...outcomes[dice(3)], reason: `rule ${index}` },
    };
  });
}

function documentOf(rules) {
  return {
    policyId: "planted",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: structuredClone(signalsSchema),
    override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 3_600 },
    rules: [
      ...structuredClone(rules),
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "refuse", reason: "no rule" },
      },
    ],
  };
}

const policyOf = (document) => parsePolicy(new TextEncoder().encode(JSON.stringify(document)));

const boxOf = (index, [low, high], more = []) => ({
  all: [
    { signal: "country", equals: `country-${index}` },
    { signal: "amount", between: [low, high] },
    ...more,
  ],
});
const partsOf = (document, index) => document.rules[index].condition.all;
const amountsOf = (document, index) => partsOf(document, index)[1].between;
const insert = (document, index, rule) => document.rules.splice(index, 0, { ...rule, id: "planted" });
const outcome = (which) => ({ ...outcomes[which], reason: "planted" });

/** Each plants one fault at a rule, and returns what lint must say: the kind of finding, and the place in the document. */
const faults = {
  "a rule inside an earlier one": (document, index) => {
    const [low, high] = amountsOf(document, index);
    const rest = partsOf(document, index).slice(2);
    insert(document, index + 1, { condition: boxOf(index, [low + 5, high - 5], rest), outcome: outcome(0) });
    return ["unreachable-rule", `/rules/${index + 1}`];
  },
  "a rule that two earlier ones cover together": (document, index) => {
    const [low, high] = amountsOf(document, index);
    const middle = Math.floor((low + high) / 2);
    insert(document, index, { condition: boxOf(index, [low, middle]), outcome: outcome(1) });
    insert(document, index, { condition: boxOf(index, [middle + 1, high]), outcome: outcome(1) });
    document.rules[index].id = "planted-too";
    return ["unreachable-rule", `/rules/${index + 2}`];
  },
  "a condition that contradicts another": (document, index) => {
    partsOf(document, index).push({ signal: "amount", less_than: amountsOf(document, index)[0] });
    return ["unreachable-rule", `/rules/${index}`];
  },
  "a refusal partly behind an approval": (document, index) => {
    const [low, high] = amountsOf(document, index);
    document.rules[index].outcome = { ...outcomes[0], reason: `rule ${index}` };
    insert(document, index + 1, { condition: boxOf(index, [low - 50, high - 50]), outcome: outcome(1) });
    return ["overlap", `/rules/${index + 1}`];
  },
  "a condition that another implies": (document, index) => {
    partsOf(document, index).push({ signal: "amount", greater_than: amountsOf(document, index)[0] - 10 });
    return ["redundant-condition", `/rules/${index}/condition/all/3`];
  },
  "a condition that is always true": (document, index) => {
    partsOf(document, index).push({ signal: "amount", greater_than_or_equal: 0 });
    return ["redundant-condition", `/rules/${index}/condition/all/3`];
  },
  "an alternative that is never true": (document, index) => {
    const parts = partsOf(document, index);
    const never = {
      all: [
        { signal: "amount", less_than: 10 },
        { signal: "amount", greater_than: 20 },
      ],
    };
    parts[2] = { any: [parts[2], never] };
    return ["redundant-condition", `/rules/${index}/condition/all/2/any/1`];
  },
  "a condition that an earlier rule makes idle": (document, index) => {
    const idle = { signal: "tier", equals: "platinum" };
    insert(document, index, {
      condition: { all: [{ signal: "country", equals: `country-${index}` }, { not: idle }] },
      outcome: outcome(1),
    });
    document.rules[index + 1].condition = boxOf(index, amountsOf(document, index + 1), [idle]);
    return ["redundant-condition", `/rules/${index + 1}/condition/all/2`];
  },
  "a signal that no rule reads": (document) => {
    document.signalsSchema.spare = { type: "boolean" };
    return ["unread-signal", "/signalsSchema/spare"];
  },
  "whole numbers between two rules, forgotten": (document, index) => {
    const [, high] = amountsOf(document, index);
    const rest = partsOf(document, index).slice(2);
    insert(document, index + 1, {
      condition: boxOf(index, [high + 2, high + 900], rest),
      outcome: outcome(2),
    });
    return ["gap", `/rules/${index}/condition`];
  },
  "cents between two rules, forgotten": (document, index) => {
    const amounts = amountsOf(document, index);
    const below = { signal: "price", less_than_or_equal: "99.99" };
    const above = { signal: "price", greater_than: "100.00" };
    document.rules[index].condition = boxOf(index, amounts, [below]);
    insert(document, index + 1, { condition: boxOf(index, amounts, [above]), outcome: outcome(2) });
    return ["gap", `/rules/${index}/condition`];
  },
  "an approval where an optional signal is missing": (document, index) => {
    document.rules[index].outcome = { ...outcomes[0], reason: `rule ${index}` };
    partsOf(document, index)[2] = { not: { signal: "note", starts_with: "blocked" } };
    return ["unguarded-optional", `/rules/${index}/condition/all/2/not`];
  },
  "money as an IEEE double": (document) => {
    document.signalsSchema.fee = { type: "number", minimum: 0, maximum: 100 };
    partsOf(document, 0).push({ signal: "fee", less_than: 5 });
    return ["number-signal", "/signalsSchema/fee/type"];
  },
  "rules that all decide alike": (document) => {
    for (const rule of document.rules) rule.outcome = { ...outcomes[1], reason: rule.id };
    return ["constant-decision", "/rules"];
  },
};

/** One of the rules whose last condition reads the signal. */
function oneOf(document, index, signal) {
  const those = [...document.rules.keys()].filter((at) => partsOf(document, at)[2]?.signal === signal);
  return those[index % those.length];
}
const both = (index) => [`rule-${index} catch-all`, `catch-all rule-${index}`];

/** Each plants one change at a rule, and returns the pairs of rules, before and after, of which at least one must be reported; no other may be. */
const changes = {
  "a bound higher by one": (document, index) => {
    amountsOf(document, index)[1] += 1;
    return both(index);
  },
  "a bound lower by one cent": (document, index) => {
    const at = oneOf(document, index, "price");
    const part = partsOf(document, at)[2];
    part.less_than_or_equal = (Number(part.less_than_or_equal) - 0.01).toFixed(2);
    return both(at);
  },
  "less_than for less_than_or_equal": (document, index) => {
    const at = oneOf(document, index, "price");
    partsOf(document, at)[2] = { signal: "price", less_than: partsOf(document, at)[2].less_than_or_equal };
    return both(at);
  },
  "one day later": (document, index) => {
    const at = oneOf(document, index, "opened");
    const part = partsOf(document, at)[2];
    const next = Date.parse(part.greater_than_or_equal) + 86_400_000;
    part.greater_than_or_equal = new Date(next).toISOString().slice(0, 10);
    return both(at);
  },
  "one value more in a set": (document, index) => {
    const at = oneOf(document, index, "tier");
    partsOf(document, at)[2].in.push("platinum");
    return both(at);
  },
  "one digit more in a pattern": (document, index) => {
    const at = oneOf(document, index, "invoice");
    const part = partsOf(document, at)[2];
    part.matches = part.matches.replace(/\d(?=\}$)/, (digit) => String(Number(digit) + 1));
    return both(at);
  },
  "a condition dropped": (document, index) => {
    partsOf(document, index).pop();
    return both(index);
  },
  "a condition negated": (document, index) => {
    partsOf(document, index)[2] = { not: partsOf(document, index)[2] };
    return both(index);
  },
  "a rule dropped": (document, index) => {
    document.rules.splice(index, 1);
    return both(index);
  },
  "another decision": (document, index) => {
    const { outcome: was } = document.rules[index];
    document.rules[index].outcome = {
      ...outcomes[(outcomes.findIndex(({ decision }) => decision === was.decision) + 1) % 3],
      reason: was.reason,
    };
    return [`rule-${index} rule-${index}`];
  },
  "a rule in front of another": (document, index) => {
    const condition = boxOf(
      index,
      amountsOf(document, index).map((bound) => bound + 7),
    );
    insert(document, index, { condition, outcome: outcome(1) });
    return [`rule-${index} planted`, "catch-all planted"];
  },
};

/** Each writes the same policy otherwise. */
const rewrites = {
  "between as two comparisons": (document, index) => {
    const [low, high] = amountsOf(document, index);
    partsOf(document, index).splice(
      1,
      1,
      { signal: "amount", greater_than_or_equal: low },
      { signal: "amount", less_than: high + 1 },
    );
  },
  "a comparison as the negation of its opposite": (document, index) => {
    const at = oneOf(document, index, "opened");
    const part = partsOf(document, at)[2];
    partsOf(document, at)[2] = { not: { signal: "opened", less_than: part.greater_than_or_equal } };
  },
  "a set as alternatives": (document, index) => {
    const at = oneOf(document, index, "tier");
    const { in: members } = partsOf(document, at)[2];
    const any = members.map((member) => ({ signal: "tier", equals: member }));
    partsOf(document, at)[2] = any.length === 1 ? any[0] : { any };
  },
  "a pattern spelled otherwise": (document, index) => {
    const at = oneOf(document, index, "invoice");
    const part = partsOf(document, at)[2];
    part.matches = part.matches.replace("[0-9]", "([0-4]|5|[6-9])");
  },
  "rules that do not meet in another order": (document) => {
    document.rules.splice(0, ruleCount, ...document.rules.slice(0, ruleCount).reverse());
  },
  "conditions in another order": (document, index) => {
    partsOf(document, index).reverse();
  },
  "a condition more that another implies": (document, index) => {
    partsOf(document, index).push({ signal: "amount", greater_than: amountsOf(document, index)[0] - 10 });
  },
};

const report = [];

/** Tries the kind so many times, each on a policy of its own. */
function count(kind, planted, attempt) {
  const row = { kind, planted, found: 0, alarms: 0 };
  for (let round = 0; round < planted; round += 1) {
    const dice = diceOf(seed * 1_000_003 + round);
    const { found, alarms } = attempt(baseRules(dice), dice(ruleCount));
    row.found += found ? 1 : 0;
    row.alarms += alarms;
  }
  report.push(row);
}

count("lint: no fault", policies, (rules) => {
  const { findings, complete } = lintPolicy(policyOf(documentOf(rules)));
  return { found: complete, alarms: findings.length };
});
for (const [kind, plant] of Object.entries(faults))
  count(`lint: ${kind}`, policies, (rules, index) => {
    const document = documentOf(rules);
    const [rule, pointer] = plant(document, index);
    const { findings } = lintPolicy(policyOf(document));
    const isPlanted = (finding) => finding.rule === rule && finding.pointer === pointer;
    const others = findings.filter((finding) => !isPlanted(finding));
    if (values.show) for (const { pointer: at, message } of others) console.log(`${kind}: ${at}: ${message}`);
    return { found: findings.some(isPlanted), alarms: others.length };
  });
for (const [kind, plant] of Object.entries(changes))
  count(`diff: ${kind}`, policies, (rules, index) => {
    const [before, after] = [documentOf(rules), documentOf(rules)];
    const expected = plant(after, index);
    const pairs = changedPairs(policyOf(before), policyOf(after));
    return {
      found: pairs.some((pair) => expected.includes(pair)),
      alarms: pairs.filter((pair) => !expected.includes(pair)).length,
    };
  });
for (const [kind, rewrite] of Object.entries(rewrites))
  count(`diff: nothing changed: ${kind}`, policies, (rules, index) => {
    const [before, after] = [documentOf(rules), documentOf(rules)];
    rewrite(after, index);
    const pairs = changedPairs(policyOf(before), policyOf(after));
    return { found: pairs.length === 0, alarms: pairs.length };
  });

/** The pairs that are reported; one whose input the two versions do not decide so counts as `wrong input`. */
function changedPairs(before, after) {
  const { changes: found, complete } = diffPolicies(before, after);
  const pairs = found.map(({ from, to, signals, signalsAfter = signals }) => {
    const confirmed =
      isDeepStrictEqual(interpretPolicy(before, validateSignals(before, signals)), from) &&
      isDeepStrictEqual(interpretPolicy(after, validateSignals(after, signalsAfter)), to);
    return confirmed ? `${from.rule_id} ${to.rule_id}` : "wrong input";
  });
  return complete ? pairs : [...pairs, "not complete"];
}

const width = Math.max(...report.map(({ kind }) => kind.length));
const line = (...cells) => cells.map((cell, index) => String(cell).padEnd(index === 0 ? width : 9)).join(" ");
console.log(line("", "planted", "found", "missed", "false alarms"));
for (const { kind, planted, found, alarms } of report)
  console.log(line(kind, planted, found, planted - found, alarms));
const sum = (member) => report.reduce((total, row) => total + row[member], 0);
console.log(line("all", sum("planted"), sum("found"), sum("planted") - sum("found"), sum("alarms")));
process.exitCode = sum("planted") === sum("found") && sum("alarms") === 0 ? 0 : 1;
