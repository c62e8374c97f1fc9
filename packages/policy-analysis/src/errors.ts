import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

export const policyAnalysisErrors = {
  "POL-060": {
    meaning: "The test file is not strict JSON, is empty, or is larger than 4 MiB.",
    remedy: "Mend the place the message names; every member may appear once.",
  },
  "POL-061": {
    meaning: "A member of the test file is missing, unknown, or has a wrong type or value.",
    remedy: "Correct the place the message names. The format is closed: nothing is ignored.",
  },
  "POL-062": {
    meaning: "The test file is for another policy.",
    remedy: "Put policy.test.json beside the policy that its policyId names.",
  },
  "POL-063": {
    meaning: "The test file makes more than 10,000 cases.",
    remedy: "Give fewer rows, or fewer values in each.",
  },
  "POL-064": {
    meaning: "Two cases or tables of the test file have one name.",
    remedy: "Give each a name of its own; reports name cases by it.",
  },
  "POL-065": {
    meaning: "The tests of the policy do not pass, or cover less than they must.",
    remedy: "Run `parmana policy test`: it shows the first difference of each case.",
  },
  "POL-066": {
    meaning: "A policy cannot be started under this id or version, or there is no such template.",
    remedy: "Use 1 to 64 lower-case letters, digits and hyphens, and a template that the message lists.",
  },
  "POL-067": {
    meaning: "The policy has findings of severity error, which keep it from being signed.",
    remedy: "Run `parmana policy check` on its folder: it shows each of them with its place.",
  },
  "POL-068": {
    meaning: "The cases of a test file hold too much text against the policy's regular expressions.",
    remedy:
      "Use fewer cases with long texts, or shorter ones; equal texts that follow each other count once.",
  },
} as const satisfies ErrorTable;

export type PolicyAnalysisErrorCode = keyof typeof policyAnalysisErrors;

/** Thrown by every function of this package. */
export class PolicyAnalysisError extends ParmanaError<PolicyAnalysisErrorCode> {}
