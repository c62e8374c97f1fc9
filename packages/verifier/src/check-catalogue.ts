/** L1 signature and trust, L2 policy and release, L3 audit log, L4 re-decision. */
export type Level = "L1" | "L2" | "L3" | "L4";

export interface CatalogueEntry {
  readonly id: string;
  readonly level: Level;
  /** False: the check may stay `not_checked` without holding back its level. Always an own member, so that a polluted prototype cannot waive a check. */
  readonly required: boolean;
  /** What it means when the check fails, in plain words; the finding follows after a colon. */
  readonly failure: string;
}

/** Every check there is, in the order of the report. A report always lists all of them. */
export const checkCatalogue = [
  {
    id: "attestation.form",
    level: "L1",
    required: true,
    failure: "This is not a well-formed execution attestation",
  },
  {
    id: "attestation.binding",
    level: "L1",
    required: true,
    failure: "The signed statement is not the attestation that is shown",
  },
  {
    id: "attestation.date",
    level: "L1",
    required: false,
    failure: "The date of the attestation is not credible",
  },
  { id: "trust-root.authentic", level: "L1", required: true, failure: "The trust root is not authentic" },
  { id: "trust-root.unexpired", level: "L1", required: false, failure: "The trust root is not in force now" },
  { id: "trust-root.version", level: "L1", required: true, failure: "The trust root supplied is too old" },
  {
    id: "trust-root.hash",
    level: "L1",
    required: true,
    failure: "The attestation was made under another trust root",
  },
  {
    id: "trust-root.in-force",
    level: "L1",
    required: true,
    failure: "The trust root was not in force when the attestation was issued",
  },
  {
    id: "signing-key.role",
    level: "L1",
    required: true,
    failure: "The attestation was not signed by a trusted runtime key",
  },
  {
    id: "signing-key.validity",
    level: "L1",
    required: true,
    failure: "The signing key was not valid when the attestation was issued",
  },
  { id: "attestation.signature", level: "L1", required: true, failure: "The signature does not hold" },

  { id: "bundle.authentic", level: "L2", required: true, failure: "The policy bundle is not authentic" },
  {
    id: "bundle.identity",
    level: "L2",
    required: true,
    failure: "The bundle holds another policy than the one that decided",
  },
  {
    id: "bundle.schema-version",
    level: "L2",
    required: true,
    failure: "The policy is written in another schema version",
  },
  { id: "bundle.hash", level: "L2", required: true, failure: "The bundle is not the one that decided" },
  {
    id: "bundle.policy-hash",
    level: "L2",
    required: true,
    failure: "The policy is not the one that decided",
  },
  { id: "policy-index.authentic", level: "L2", required: true, failure: "The policy index is not authentic" },
  {
    id: "policy-index.unexpired",
    level: "L2",
    required: false,
    failure: "The policy index is not in force now",
  },
  {
    id: "policy-index.version",
    level: "L2",
    required: true,
    failure: "The policy index supplied is too old",
  },
  {
    id: "policy-index.in-force",
    level: "L2",
    required: false,
    failure: "The policy index was not in force when the attestation was issued",
  },
  {
    id: "policy-index.listed",
    level: "L2",
    required: true,
    failure: "The policy index does not allow this policy version",
  },
  { id: "release.authentic", level: "L2", required: true, failure: "The release manifest is not authentic" },
  {
    id: "release.manifest-hash",
    level: "L2",
    required: true,
    failure: "The attestation was made by another release",
  },
  {
    id: "release.runtime-hash",
    level: "L2",
    required: true,
    failure: "The attestation was made by other runtime files",
  },
  {
    id: "release.runtime-version",
    level: "L2",
    required: true,
    failure: "The attestation was made by another runtime version",
  },
  {
    id: "release.evaluator-semantics",
    level: "L2",
    required: true,
    failure: "The release evaluates policies by other rules",
  },
  {
    id: "release.schema-version",
    level: "L2",
    required: true,
    failure: "The release does not know the policy's schema version",
  },

  { id: "log.inclusion", level: "L3", required: true, failure: "The attestation is not in the audit log" },
  {
    id: "log.checkpoint",
    level: "L3",
    required: true,
    failure: "The checkpoint of the audit log is not authentic",
  },
  { id: "log.consistency", level: "L3", required: true, failure: "The audit log was rewritten" },

  { id: "evidence.form", level: "L4", required: true, failure: "This is not a well-formed evidence file" },
  {
    id: "evidence.execution-id",
    level: "L4",
    required: true,
    failure: "The evidence belongs to another execution",
  },
  {
    id: "evidence.signals-hash",
    level: "L4",
    required: true,
    failure: "The signals are not the ones that were decided on",
  },
  {
    id: "evidence.signal-provenance-hash",
    level: "L4",
    required: true,
    failure: "The origin of the signals is not the one that was attested",
  },
  {
    id: "evidence.signals-valid",
    level: "L4",
    required: true,
    failure: "The policy does not accept these signals",
  },
  {
    id: "evidence.provenance-met",
    level: "L4",
    required: true,
    failure: "The policy does not accept where these signals come from",
  },
  {
    id: "decision.fingerprint",
    level: "L4",
    required: true,
    failure: "The fingerprint does not follow from the signals",
  },
  {
    id: "decision.semantics",
    level: "L4",
    required: true,
    failure: "The decision cannot be repeated by this verifier",
  },
  {
    id: "decision.repeated",
    level: "L4",
    required: true,
    failure: "The policy does not reach a decision on these signals",
  },
  { id: "decision.rule", level: "L4", required: true, failure: "The policy decides by another rule" },
  { id: "decision.outcome", level: "L4", required: true, failure: "The policy decides otherwise" },
  { id: "decision.action", level: "L4", required: true, failure: "The policy demands another action" },
  { id: "decision.reason", level: "L4", required: true, failure: "The policy gives another reason" },
  {
    id: "decision.state",
    level: "L4",
    required: true,
    failure: "The execution state contradicts the decision",
  },
] as const satisfies readonly CatalogueEntry[];

export type CheckId = (typeof checkCatalogue)[number]["id"];
