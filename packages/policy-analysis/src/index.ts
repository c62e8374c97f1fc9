export { boundaryValuesOf } from "./boundary-values.js";
export type { BoundaryValues } from "./boundary-values.js";
export type { CaseOutcome, CaseResult, CasesReport, Difference } from "./cases/cases-report.js";
export type { Coverage, Covered } from "./cases/coverage.js";
export type { ConditionGap, CoverageGap, RuleGap } from "./cases/coverage-meter.js";
export { escapeXml, junitReport } from "./cases/junit-report.js";
export { parseCases } from "./cases/parse-cases.js";
export type { CasesSource } from "./cases/parse-cases.js";
export type {
  CaseSignals,
  CoverageTerms,
  Expectation,
  PolicyCase,
  PolicyCases,
} from "./cases/policy-cases.js";
export { requirePassing, runCases } from "./cases/run-cases.js";
export type { RunOptions } from "./cases/run-cases.js";
export { spellCaseOutcome, spellCoverage, spellDifference, spellGap } from "./cases/spell-report.js";
export { startCases } from "./cases/start-cases.js";
export type { StartedCases } from "./cases/start-cases.js";
export { suggestCases } from "./cases/suggest-cases.js";
export type { SuggestedCase, Suggestions } from "./cases/suggest-cases.js";
export type { Leaf } from "./condition-paths.js";
export { diffPolicies } from "./diff/diff-policies.js";
export type {
  Change,
  ChangeKind,
  DecisionChanges,
  DiffOptions,
  PolicyDiff,
  SchemaChange,
} from "./diff/diff-policies.js";
export { PolicyAnalysisError, policyAnalysisErrors } from "./errors.js";
export type { PolicyAnalysisErrorCode } from "./errors.js";
export { explainDecision } from "./explain/explain-decision.js";
export type {
  ExplainedComposite,
  ExplainedCondition,
  ExplainedLeaf,
  ExplainedRule,
  Explanation,
  ReadSignal,
} from "./explain/explain-decision.js";
export { nearestChange } from "./explain/nearest-change.js";
export type { NearestChange, NearestChangeOptions, SignalChange } from "./explain/nearest-change.js";
export { reasonsFor, spellReads, spellReason } from "./explain/reasons-for.js";
export { lintPolicy } from "./lint/lint-policy.js";
export type { Finding, LintOptions, LintReport, LintRule } from "./lint/lint-policy.js";
export { requireSound } from "./require-sound.js";
export { newPolicy, policyTemplates } from "./scaffold/new-policy.js";
export type { NewPolicyInput } from "./scaffold/new-policy.js";
export { spellLeaf, spellValue } from "./spell-condition.js";
export { spellJson } from "./spell-json.js";
export { findInput } from "./space/find-input.js";
export type { Goal } from "./space/find-input.js";
export type { Search } from "./space/policy-space.js";
