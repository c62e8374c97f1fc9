import { encodeUtf8, shorten } from "@parmanasystems/canonical";
import { isPolicyId, isPolicyVersion, type PolicyName, SCHEMA_VERSION } from "@parmanasystems/governance";
import { PolicyAnalysisError } from "../errors.js";
import { spellJson } from "../spell-json.js";
import { agentAction } from "./agent-action.js";
import { approval } from "./approval.js";
import { eligibility } from "./eligibility.js";
import type { PolicyTemplate } from "./policy-template.js";

const templates = { approval, "agent-action": agentAction, eligibility } as const satisfies Record<
  string,
  PolicyTemplate
>;

/** Every template by name, with one line that says what it is for. */
export const policyTemplates: ReadonlyMap<string, string> = new Map(
  Object.entries(templates).map(([name, { summary }]) => [name, summary]),
);

export interface NewPolicyInput extends PolicyName {
  /** A name of `policyTemplates`. */
  readonly template: string;
}

/**
 * The files of a new policy, by name: a policy without findings, and tests that cover all of it.
 * @throws PolicyAnalysisError POL-066
 */
export function newPolicy({
  policyId,
  policyVersion,
  template,
}: NewPolicyInput): ReadonlyMap<string, Uint8Array> {
  if (!isPolicyId(policyId)) {
    throw new PolicyAnalysisError(
      "POL-066",
      `The policy id ${shorten(policyId)} must be 1 to 64 lower-case letters, digits and hyphens.`,
    );
  }
  if (!isPolicyVersion(policyVersion)) {
    throw new PolicyAnalysisError(
      "POL-066",
      `The version ${shorten(policyVersion)} must be a semantic version such as 1.0.0.`,
    );
  }
  const { policy, tests } = templateOf(template);
  const document = { policyId, policyVersion, schemaVersion: SCHEMA_VERSION, ...policy };
  return new Map([
    ["policy.json", encodeUtf8(`${spellJson(document)}\n`)],
    ["policy.test.json", encodeUtf8(`${spellJson({ policyId, ...tests })}\n`)],
  ]);
}

function templateOf(name: string): PolicyTemplate {
  const found = Object.entries(templates).find(([known]) => known === name);
  if (found !== undefined) return found[1];
  const known = [...policyTemplates.keys()].join(", ");
  throw new PolicyAnalysisError("POL-066", `There is no template ${shorten(name)}; there are ${known}.`);
}
