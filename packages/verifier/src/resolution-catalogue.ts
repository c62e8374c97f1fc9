import type { CatalogueEntry } from "./catalogue-entry.js";
import { checkCatalogue } from "./check-catalogue.js";

type SharedEntry = (typeof checkCatalogue)[number];

/** The resolution is a statement of the runtime like an attestation, so these checks are the same. */
function shared<Group extends string>(
  ...groups: readonly Group[]
): readonly Extract<SharedEntry, { readonly id: `${Group}.${string}` }>[] {
  return checkCatalogue.filter(
    (entry): entry is Extract<SharedEntry, { readonly id: `${Group}.${string}` }> =>
      groups.some((group) => entry.id.startsWith(`${group}.`)),
  );
}

/** Nothing is evaluated to end a review, so it is no matter how the release would. */
const releaseEntries = shared("release").filter(
  ({ id }) => id !== "release.evaluator-semantics" && id !== "release.schema-version",
);

/** Every check of a resolution, in the order of the report. A report always lists all of them. */
export const resolutionCatalogue = [
  { id: "resolution.form", level: "L1", required: true, failure: "This is not a well-formed resolution" },
  {
    id: "resolution.binding",
    level: "L1",
    required: true,
    failure: "The signed statement is not the resolution that is shown",
  },
  {
    id: "resolution.date",
    level: "L1",
    required: false,
    failure: "The date of the resolution is not credible",
  },
  ...shared("trust-root", "signing-key"),
  { id: "resolution.signature", level: "L1", required: true, failure: "The signature does not hold" },
  {
    id: "original.form",
    level: "L1",
    required: true,
    failure: "What is said to have been pending is not a well-formed execution attestation",
  },
  { id: "original.link", level: "L1", required: true, failure: "The resolution ends another attestation" },
  {
    id: "original.authentic",
    level: "L1",
    required: true,
    failure: "The attestation that it ends does not verify",
  },
  {
    id: "original.pending",
    level: "L1",
    required: true,
    failure: "The attestation that it ends was not pending",
  },
  {
    id: "original.execution",
    level: "L1",
    required: true,
    failure: "The resolution is about another execution",
  },
  { id: "original.policy", level: "L1", required: true, failure: "The resolution is about another policy" },
  {
    id: "original.audience",
    level: "L1",
    required: true,
    failure: "The resolution is for another audience or action",
  },
  {
    id: "original.date",
    level: "L1",
    required: true,
    failure: "The resolution is older than the attestation that it ends",
  },

  ...shared("bundle", "policy-index"),
  ...releaseEntries,
  {
    id: "terms.override",
    level: "L2",
    required: true,
    failure: "The policy does not let anybody end what is pending",
  },
  { id: "terms.quorum", level: "L2", required: true, failure: "The end does not fit the quorum" },
  { id: "terms.expiry", level: "L2", required: true, failure: "The end does not fit the time for it" },

  ...shared("log"),

  { id: "votes.form", level: "L4", required: true, failure: "This is not a well-formed file of votes" },
  {
    id: "votes.execution-id",
    level: "L4",
    required: true,
    failure: "The votes belong to another execution",
  },
  {
    id: "votes.hash",
    level: "L4",
    required: true,
    failure: "The votes are not the ones that were counted",
  },
  { id: "votes.count", level: "L4", required: true, failure: "The votes were miscounted" },
  { id: "votes.outcome", level: "L4", required: true, failure: "The votes end it otherwise" },
  { id: "votes.approvers", level: "L4", required: true, failure: "Somebody voted twice" },
  { id: "votes.requester", level: "L4", required: true, failure: "Whoever asked for it voted on it" },
  { id: "votes.roles", level: "L4", required: true, failure: "Somebody voted who may not" },
  {
    id: "votes.dates",
    level: "L4",
    required: true,
    failure: "A vote was not cast between the attestation and its end",
  },
  {
    id: "votes.signatures",
    level: "L4",
    required: true,
    failure: "A vote is not shown to be its approver's",
  },
] as const satisfies readonly CatalogueEntry[];
