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
    meaning: "A home exists already, and init never overwrites keys.",
    remedy: "Use the existing home, or name another directory with --home.",
  },
  "CLI-004": {
    meaning: "A file named on the command line cannot be read or written.",
    remedy: "Check the path and the permissions.",
  },
  "CLI-005": {
    meaning:
      "The policy version is not named and cannot be told: the index lists none or several active ones.",
    remedy: "Name it: <policyId>@<policyVersion>.",
  },
  "CLI-006": {
    meaning: "The file to verify is no execution attestation, neither flat nor as a DSSE envelope.",
    remedy: "Pass the attestation.json that `parmana execute --out` wrote, or its DSSE envelope.",
  },
} as const satisfies ErrorTable;

export type CliErrorCode = keyof typeof cliErrors;

export class CliError extends ParmanaError<CliErrorCode> {}
