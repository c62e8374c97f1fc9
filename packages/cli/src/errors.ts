import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

export const cliErrors = {
  "CLI-001": {
    meaning: "A command was called with words it does not understand.",
    remedy: "Run the command with --help.",
  },
  "CLI-002": {
    meaning: "There is no Parmana home here: keys, trust root or index are missing.",
    remedy: "Run `parmana init`, or name an existing home with --home or PARMANA_HOME.",
  },
  "CLI-003": {
    meaning:
      "Keys, trust root, policies or a ledger are here already, or the directory belongs to another project.",
    remedy: "Use the existing home, or make one in another directory with --home.",
  },
  "CLI-004": {
    meaning:
      "A file named on the command line, or below a directory that was, cannot be read or written, or not be told apart by its name.",
    remedy:
      "Check the path and the permissions, or name another one. Rename what has bytes in its name that are no UTF-8.",
  },
  "CLI-005": {
    meaning:
      "The policy version is not named and cannot be told: the index lists none or several active ones.",
    remedy: "Name it: <policyId>@<policyVersion>.",
  },
  "CLI-006": {
    meaning:
      "The file to verify is neither an execution attestation nor a resolution, flat or as a DSSE envelope, nor an evidence bundle.",
    remedy:
      "Pass the attestation.json that `parmana execute --out` wrote, the resolution.json of `parmana review show --out`, the DSSE envelope of either, or what `parmana audit export` wrote.",
  },
  "CLI-007": {
    meaning: "No release was built here, so nobody vouches for the code that would decide.",
    remedy: "Run `parmana release build`.",
  },
  "CLI-008": {
    meaning:
      "The ledger that remembers the newest policy index is missing, so a rolled-back index could be signed anew.",
    remedy: "Restore the ledger of this home.",
  },
  "CLI-009": {
    meaning: "There are no tests to run: policy.test.json is missing.",
    remedy: "Write one beside policy.json, or let `parmana policy test --suggest` make the first cases.",
  },
  "CLI-010": {
    meaning: "A new policy would overwrite files that are there.",
    remedy: "Choose another id, version or --dir; nothing was written.",
  },
  "CLI-011": {
    meaning: "A file changed while it was read.",
    remedy: "Run the command again when nobody writes to it.",
  },
  "CLI-012": {
    meaning:
      "The policy index lists no version, so there is nothing to renew, and nothing that could execute.",
    remedy: "Publish a policy with `parmana policy sign`; that renews the index too.",
  },
  "CLI-020": {
    meaning: "No private key that could sign for the role is at hand.",
    remedy: "Name a key file with --key, or a program that holds the key with --signer-command.",
  },
  "CLI-021": {
    meaning:
      "The files of a policy bundle were not named, so nobody can see what would be signed or installed.",
    remedy: "Name their folder with --source; a signer compares each file with the manifest.",
  },
  "CLI-022": {
    meaning: "Nobody said that the document shown is the one to be signed.",
    remedy: "Compare its hash with the other parties', then repeat the command with --hash and that hash.",
  },
  "CLI-030": {
    meaning: "Signals were typed as name=value, and no policy says how to read them.",
    remedy: "Name it with --policy, or give the signals as JSON with --signals.",
  },
  "CLI-031": {
    meaning: "A source signs for one execution or for one subject, and neither or both were named.",
    remedy: "Pass either --execution-id or --subject.",
  },
  "CLI-040": {
    meaning: "The ledger of this home has no review task of that execution.",
    remedy: "`parmana review list` shows what waits; check the execution id and --home.",
  },
  "CLI-041": {
    meaning:
      "There is no signed end to write to files: the review is pending, or it was ended without people.",
    remedy: "Wait for its end, or let `parmana review settle` refuse what has run out.",
  },
  "CLI-050": {
    meaning: "No key that may sign checkpoints of the audit log is at hand.",
    remedy:
      "Give the trust root a log key with `parmana trust rotate --add log:<operator> --install`, or name its file with --key.",
  },
  "CLI-051": {
    meaning: "The home's name of the log, its origin, cannot be used.",
    remedy: "Write the one line that checkpoints have first back into audit/origin of the home.",
  },
  "CLI-053": {
    meaning: "Nobody said that evidence is to be erased for good.",
    remedy: "Answer the question on a terminal, or repeat the command with --yes.",
  },
  "CLI-054": {
    meaning: "The ledger of this home knows no such execution, or attested none.",
    remedy: "`parmana audit list` shows what is in the log; check the execution id and --home.",
  },
  "CLI-060": {
    meaning: "There is no API key with that id.",
    remedy: "`parmana keys list` shows the ids; they are the 8 digits in a key after pk_.",
  },
  "CLI-065": {
    meaning: "An API key cannot be that of a service and of a person.",
    remedy: "Give --service or --person, not both.",
  },
  "CLI-066": {
    meaning: "There is nothing to verify: the directories named hold no .json file.",
    remedy: "Check the paths; what ends in .json below a directory is verified.",
  },
  "CLI-067": {
    meaning: "A verification summary is worth as much as its signature, and nobody was named who signs it.",
    remedy: "Name a key file with --key, or a program that holds the key with --signer-command.",
  },
  "CLI-068": {
    meaning:
      "What the ledger stores as the end of a review is not what a runtime signed: it, or its votes, were changed.",
    remedy: "Run `parmana audit verify`, and restore the ledger from a copy that verifies.",
  },
} as const satisfies ErrorTable;

export type CliErrorCode = keyof typeof cliErrors;

export class CliError extends ParmanaError<CliErrorCode> {}

/** What the operating system said, in words where they are known. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return REASONS.get(code) ?? (code === "" ? "the reason is unknown" : code);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it does not exist"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EISDIR", "it is a directory"],
  ["ENOTDIR", "a part of the path is no directory"],
  ["EEXIST", "it exists already"],
  ["ELOOP", "it is a link"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
]);
