import { type JsonObject, type JsonValue, shorten } from "@parmanasystems/canonical";
import { type Policy, SCHEMA_VERSION } from "../policy.js";
import { isPolicyId, isPolicyVersion } from "./identity.js";
import { closedObject, isJsonObject, member, readDescription } from "./members.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import { readRules } from "./rules.js";
import { readSignalDeclarations } from "./signal-declarations.js";
import { readOverrideTerms, readReplayTerms } from "./terms.js";

/** The names the policy must carry: those of the directories that hold it. */
export interface ExpectedIdentity {
  readonly policyId?: string;
  readonly policyVersion?: string;
}

/** Reads the whole document in the order a person would mend it: version, members, identity, signals, rules. */
export function readPolicyDocument(value: JsonValue, expected: ExpectedIdentity): Omit<Policy, "policyHash"> {
  if (!isJsonObject(value)) throw new PolicyDefect("POL-003", "", "a policy must be a JSON object");
  requireSchemaVersion(value);
  const document = closedObject(value, "", {
    required: ["policyId", "policyVersion", "schemaVersion", "signalsSchema", "rules"],
    optional: ["description", "replay", "override"],
  });
  const policyId = readPolicyId(document, expected);
  const policyVersion = readPolicyVersion(document, expected);
  const signals = readSignalDeclarations(member(document, "signalsSchema"), "/signalsSchema");
  const rules = readRules(member(document, "rules"), "/rules", signals);
  return {
    policyId,
    policyVersion,
    schemaVersion: SCHEMA_VERSION,
    ...readDescription(document, "", policyLimits.descriptionLength),
    signals,
    replay: readReplayTerms(member(document, "replay"), "/replay"),
    ...readOverrideTerms(member(document, "override"), "/override", rules),
    rules,
  };
}

// Before the members: a document of a newer format should be told so, not that its new members are unknown.
function requireSchemaVersion(document: JsonObject): void {
  const version = member(document, "schemaVersion");
  if (version === undefined || version === SCHEMA_VERSION) return;
  throw new PolicyDefect("POL-009", "/schemaVersion", `schemaVersion must be "${SCHEMA_VERSION}"`);
}

function readPolicyId(document: JsonObject, expected: ExpectedIdentity): string {
  const policyId = member(document, "policyId");
  if (!isPolicyId(policyId)) {
    throw new PolicyDefect(
      "POL-023",
      "/policyId",
      "policyId must be 1 to 64 lower-case letters, digits and hyphens, not starting with a hyphen",
    );
  }
  requireDirectoryName("/policyId", "policyId", policyId, expected.policyId);
  return policyId;
}

function readPolicyVersion(document: JsonObject, expected: ExpectedIdentity): string {
  const policyVersion = member(document, "policyVersion");
  if (!isPolicyVersion(policyVersion)) {
    throw new PolicyDefect(
      "POL-022",
      "/policyVersion",
      'policyVersion must be a semantic version such as "1.0.0", of at most 64 characters and without a leading "v"',
    );
  }
  requireDirectoryName("/policyVersion", "policyVersion", policyVersion, expected.policyVersion);
  return policyVersion;
}

function requireDirectoryName(
  pointer: string,
  name: string,
  actual: string,
  expected: string | undefined,
): void {
  if (expected === undefined || expected === actual) return;
  throw new PolicyDefect(
    "POL-008",
    pointer,
    `${name} is "${actual}", but its directory is named ${shorten(expected)}`,
  );
}
