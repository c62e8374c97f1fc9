import type { ErrorTable } from "@parmanasystems/canonical";

/** POL-001 to POL-029: a policy source that does not load. */
export const policyErrors = {
  "POL-001": {
    meaning: "The policy file cannot be read, is empty, or is larger than the limit.",
    remedy: "Check that policy.json exists, is a regular file, and is at most 4 MiB.",
  },
  "POL-002": {
    meaning:
      "The policy file is not strict JSON: bad UTF-8, a byte order mark, a duplicate name, bad syntax or too deep.",
    remedy: "Mend the place the message names; every member may appear once.",
  },
  "POL-003": {
    meaning: "The policy document is not a JSON object.",
    remedy:
      "Put the policy in one object with policyId, policyVersion, schemaVersion, signalsSchema and rules.",
  },
  "POL-004": {
    meaning: "A required member is missing.",
    remedy: "Add the member the message names.",
  },
  "POL-005": {
    meaning: "A member is not part of the policy format.",
    remedy: "Remove the member, or correct its spelling. The format is closed: nothing is ignored.",
  },
  "POL-006": {
    meaning: "A member has the wrong type or value.",
    remedy: "Give the member a value as the message says.",
  },
  "POL-007": {
    meaning: "The published JSON Schema of policy.json refuses the document.",
    remedy: "Compare the document with the published schema at the place the message names.",
  },
  "POL-008": {
    meaning: "policyId or policyVersion is not the name of the directory that holds the policy.",
    remedy: "Use policies/<policyId>/<policyVersion>/policy.json with the same two names inside.",
  },
  "POL-009": {
    meaning: "schemaVersion is not one this build understands.",
    remedy: 'Write "schemaVersion": "1.0.0", or use a build that knows the newer format.',
  },
  "POL-010": {
    meaning: "A signal has a name that is not allowed.",
    remedy: "Start with a letter or underscore and use at most 64 letters, digits and underscores.",
  },
  "POL-011": {
    meaning:
      "A signal declaration has an unknown type, an unknown keyword, or lacks a keyword its type needs.",
    remedy: "Use a known type with exactly the keywords of that type.",
  },
  "POL-012": {
    meaning: "A signal declaration has a keyword with a wrong value, or bounds that contradict each other.",
    remedy: "Correct the keyword; a minimum must not exceed its maximum.",
  },
  "POL-013": {
    meaning: "A condition has a shape that is not allowed.",
    remedy: 'Write {"signal": …, <operator>: …}, or one of {"all": […]}, {"any": […]} and {"not": …}.',
  },
  "POL-014": {
    meaning: "A condition uses an unknown operator.",
    remedy: "Use one of the operators the message lists.",
  },
  "POL-015": {
    meaning: "A condition has no operator, or more than one.",
    remedy: 'Give each condition exactly one operator, and join several with {"all": […]}.',
  },
  "POL-016": {
    meaning: "A condition names a signal that signalsSchema does not declare.",
    remedy: "Declare the signal, or correct its spelling.",
  },
  "POL-017": {
    meaning: "An operand has the wrong type, or a value the signal can never have.",
    remedy: "Write a literal that the signal's declaration accepts.",
  },
  "POL-018": {
    meaning: "An operator does not apply to the type of its signal.",
    remedy: "Use an operator the message lists for that type.",
  },
  "POL-019": {
    meaning: "A rule has an outcome that is not allowed.",
    remedy: "Give a decision (approved, rejected or pending_override), an action and a reason.",
  },
  "POL-020": {
    meaning: "Two rules have the same id.",
    remedy: "Give every rule an id of its own; attestations name rules by id.",
  },
  "POL-021": {
    meaning: "The last rule is not the catch-all.",
    remedy: 'End the rules with one whose condition is exactly {"all": []}.',
  },
  "POL-022": {
    meaning: "policyVersion is not a semantic version.",
    remedy: 'Write three numbers such as "1.0.0", without a leading "v".',
  },
  "POL-023": {
    meaning: "A policy id, rule id or role name is spelled with characters that are not allowed.",
    remedy: "Use 1 to 64 lower-case letters, digits and hyphens, and start with a letter or digit.",
  },
  "POL-024": {
    meaning: "A rule decides pending_override and the policy has no override terms.",
    remedy: "Add override with approverRoles, quorum and expiresAfterSeconds.",
  },
  "POL-025": {
    meaning:
      "The policy exceeds a limit: rules, signals, nesting of conditions, members of a list, or the work of its regular expressions.",
    remedy:
      "Split the policy, write the condition with fewer members, or lower the maxLength of signals that regular expressions read.",
  },
  "POL-026": {
    meaning: "The override terms are not allowed.",
    remedy: "Give unique approverRoles, a quorum from 1 to 16, and expiresAfterSeconds from 1 to 31536000.",
  },
  "POL-027": {
    meaning: "A condition compares two signals that cannot be compared.",
    remedy:
      "Compare signals of one type, with equals, not_equals or an ordering operator, or a list with a signal of its items' type by contains.",
  },
  "POL-028": {
    meaning: "The operand of matches is not a regular expression of RFC 9485, or is too large.",
    remedy:
      "Write what the message says instead; docs/policy.md has the whole grammar. A backslash is written twice in JSON.",
  },
  "POL-029": {
    meaning: "The provenance a signal declares to need is not allowed.",
    remedy:
      "Give at least one of sources, maxAgeSeconds and signed; subject, only with signed, names another signal that is always there.",
  },
} as const satisfies ErrorTable;
