import { ParmanaError } from "@parmanasystems/canonical";
import { compilePolicy } from "@parmanasystems/execution";
import { type Policy, validateSignals } from "@parmanasystems/governance";
import { normalizeGovernedSignals } from "@parmanasystems/provenance";
import type { SignalValues } from "@parmanasystems/provenance";
import { PolicyAnalysisError } from "../errors.js";
import { PatternLoad } from "../pattern-load.js";
import type { CaseOutcome, CaseResult, CasesReport, Difference } from "./cases-report.js";
import { coverageOf } from "./coverage.js";
import { CoverageMeter } from "./coverage-meter.js";
import { spellCoverage, spellUndecided } from "./spell-report.js";
import type { CoverageTerms, Expectation, PolicyCase, PolicyCases } from "./policy-cases.js";

export interface RunOptions {
  /** What must be covered besides what the file demands. */
  readonly coverage?: CoverageTerms;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Decides every case and compares. Values are judged as the runtime judges them; where they come from (`provenance`)
 * is not.
 * @throws PolicyAnalysisError POL-068
 */
export function runCases(policy: Policy, cases: PolicyCases, options: RunOptions = {}): CasesReport {
  const { coverage: demanded = NOTHING, onProgress } = options;
  const decide = compileDecision(policy, new Workload(policy));
  const meter = new CoverageMeter(policy);
  const results = cases.cases.map((each, index): CaseResult => {
    onProgress?.(index, cases.cases.length);
    const actual = decide(each);
    if (actual.kind === "decided") meter.record(actual.signals);
    const difference = differenceOf(each.expected, actual);
    return Object.freeze({ case: each, actual, ...(difference !== undefined && { difference }) });
  });
  const coverage = coverageOf(policy, meter, [cases.coverage, demanded]);
  const passed = coverage.sufficient && results.every(({ difference }) => difference === undefined);
  return Object.freeze({ passed, results, coverage });
}

/** Characters of regular expressions times characters of texts: a few seconds at the most. */
const MOST_WORK = 500_000_000;

/** Ends a run of cases whose texts are too much for the policy's regular expressions. */
class Workload {
  readonly #load: PatternLoad;
  #before: SignalValues = {};
  #left = MOST_WORK;

  constructor(policy: Policy) {
    this.#load = new PatternLoad(policy);
  }

  /** @throws PolicyAnalysisError POL-068 */
  add({ name, pointer }: PolicyCase, signals: SignalValues): void {
    this.#left -= this.#load.of(signals, this.#before);
    this.#before = signals;
    if (this.#left >= 0) return;
    throw new PolicyAnalysisError(
      "POL-068",
      `The tests are too large: the case "${name}" and those before it hold more text against the policy's regular expressions than is allowed.`,
      { details: { pointer } },
    );
  }
}

const NOTHING: CoverageTerms = { rules: 0, conditions: 0 };

/** @throws PolicyAnalysisError POL-065 */
export function requirePassing({ passed, results, coverage }: CasesReport): void {
  if (passed) return;
  const failed = results.filter(({ difference }) => difference !== undefined);
  const [first] = failed;
  const sentence =
    first === undefined
      ? `The tests cover too little: ${spellCoverage("rules", coverage.rules)}; ${spellCoverage("conditions", coverage.conditions)}${spellUndecided(coverage)}.`
      : `Of ${results.length} cases, ${failed.length} failed, the first of them "${first.case.name}".`;
  throw new PolicyAnalysisError("POL-065", sentence);
}

function compileDecision(policy: Policy, work: Workload): (each: PolicyCase) => CaseOutcome {
  const compiled = compilePolicy(policy);
  return (each) => {
    try {
      const signals = validateSignals(policy, normalizeGovernedSignals(each.signals).values);
      work.add(each, signals);
      return { kind: "decided", result: compiled.evaluate(signals), signals };
    } catch (error) {
      if (!ParmanaError.isInstance(error) || !error.code.startsWith("VAL-")) throw error;
      const { signal } = error.details;
      return {
        kind: "refused",
        code: error.code,
        ...(typeof signal === "string" && { signal }),
        message: error.message,
      };
    }
  };
}

function differenceOf(expected: Expectation, actual: CaseOutcome): Difference | undefined {
  const wanted = membersOfExpectation(expected);
  const found = membersOfOutcome(actual);
  for (const [member, text] of wanted) {
    const other = found.get(member) ?? "none";
    if (other !== text) return Object.freeze({ member, expected: text, actual: other });
  }
  return undefined;
}

type Members = ReadonlyMap<Difference["member"], string>;

function membersOfExpectation(expected: Expectation): Members {
  const members = new Map<Difference["member"], string>();
  const add = (member: Difference["member"], text: string | undefined): void => {
    if (text !== undefined) members.set(member, text);
  };
  if (expected.kind === "refuses") {
    add("refused", expected.code);
    add("signal", expected.signal);
    return members;
  }
  add("decision", expected.decision);
  add("rule", expected.rule);
  add("action", expected.action);
  add("reason", expected.reason);
  return members;
}

function membersOfOutcome(actual: CaseOutcome): Members {
  if (actual.kind === "refused") {
    return new Map([
      ["refused", actual.code],
      ...(actual.signal === undefined ? [] : [["signal", actual.signal] as const]),
    ]);
  }
  const { decision, rule_id, action, reason } = actual.result;
  return new Map([
    ["decision", decision],
    ["rule", rule_id],
    ["action", action],
    ["reason", reason],
  ]);
}
