import type { ErrorTable } from "@parmanasystems/canonical";

/** Policy bundles and the policy index. */
export const publicationErrors = {
  "POL-030": {
    meaning: "The policy version does not exist below the policies root, or is not signed yet.",
    remedy: "Check id and version, then run `parmana policy sign`.",
  },
  "POL-031": {
    meaning: "The bundle manifest is not strict JSON or has an unknown, missing or mistyped member.",
    remedy: "Restore the signed bundle or sign the policy again.",
  },
  "POL-032": {
    meaning: "A path in a bundle is not allowed.",
    remedy:
      "Use relative paths of ASCII letters, digits, dot, dash and underscore that differ in more than case.",
  },
  "POL-033": {
    meaning: "A file that the bundle manifest lists is missing.",
    remedy: "Restore the signed bundle.",
  },
  "POL-034": {
    meaning: "A file's bytes are not those that the bundle manifest lists.",
    remedy: "The file was changed after signing: restore it, or publish the change as a new version.",
  },
  "POL-035": {
    meaning: "A file lies in the bundle that its manifest does not list.",
    remedy: "Remove the file, or publish it in a new version.",
  },
  "POL-036": {
    meaning: "The bundle is for another policy or version than the one that was asked for.",
    remedy: "Put every bundle into the directory that its id and version name.",
  },
  "POL-037": {
    meaning: "The bundle was made for another schema version or other evaluator semantics.",
    remedy: "Run the runtime version that the bundle was signed for, or sign it for this one.",
  },
  "POL-038": {
    meaning: "The policy id or version is not spelled as one.",
    remedy: "Ids match ^[a-z0-9][a-z0-9-]{0,63}$, versions are semantic versions without a leading v.",
  },
  "POL-039": {
    meaning: "The bundle has too many files or is too large.",
    remedy: "Keep to the limits that the message states.",
  },
  "POL-040": {
    meaning: "The policy index is not strict JSON or has an unknown, missing or mistyped member.",
    remedy: "Restore the signed index.",
  },
  "POL-042": {
    meaning: "The policy index does not list this policy version.",
    remedy: "Publish the version, or ask for one that is listed.",
  },
  "POL-043": {
    meaning: "The policy index revokes this policy version.",
    remedy: "Ask for a version that is active.",
  },
  "POL-044": {
    meaning: "The policy index lists this policy version with another bundle.",
    remedy: "Restore the bundle that was published; a published version never changes.",
  },
  "POL-045": {
    meaning: "The policy index has expired.",
    remedy: "Publish a new index. If one should be there, someone may be withholding it.",
  },
  "POL-046": {
    meaning: "The clock reads a time before the policy index was issued.",
    remedy: "Correct the clock.",
  },
  "POL-047": {
    meaning: "The policy index is older than one that was already seen (rollback).",
    remedy: "Install the newest index; an old one is never accepted again.",
  },
  "POL-048": {
    meaning: "Two policy indexes of one version have different content (equivocation).",
    remedy: "Keep both files as evidence and publish the next version.",
  },
  "POL-050": {
    meaning: "A published policy version cannot change.",
    remedy: "Publish the change under a new version.",
  },
  "POL-051": {
    meaning: "A revoked policy version cannot come back.",
    remedy: "Publish a new version.",
  },
} as const satisfies ErrorTable;
