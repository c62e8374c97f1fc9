import { canonicalErrors, type ErrorEntry, ParmanaError } from "@parmanasystems/canonical";
import { ledgerErrors } from "@parmanasystems/audit-db";
import { executionErrors } from "@parmanasystems/execution";
import { runtimeErrors } from "@parmanasystems/execution-runtime";
import { governanceErrors } from "@parmanasystems/governance";
import { policyAnalysisErrors } from "@parmanasystems/policy-analysis";
import { provenanceErrors } from "@parmanasystems/provenance";
import { signingErrors } from "@parmanasystems/signing";
import { verifierErrors } from "@parmanasystems/verifier";
import { cliErrors } from "./errors.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";

const entries = new Map<string, ErrorEntry>(
  [
    canonicalErrors,
    signingErrors,
    provenanceErrors,
    governanceErrors,
    executionErrors,
    runtimeErrors,
    ledgerErrors,
    verifierErrors,
    policyAnalysisErrors,
    cliErrors,
  ].flatMap((table) => Object.entries(table)),
);

export interface ErrorReport {
  readonly exitCode: ExitCode;
  /** What is wrong, a line each, and then what to do. */
  readonly lines: readonly string[];
  readonly json: {
    readonly code: string;
    readonly message: string;
    readonly remedy: string | null;
    /** All that is wrong, where there is more than `message` says. */
    readonly problems?: readonly Problem[];
  };
}

/** One of several things that are wrong at once, as `details.problems` lists them. */
interface Problem {
  readonly code: string;
  readonly message: string;
}

/** What a person, or with --json a machine, is told. No stack: what is not ours is named, not dumped. */
export function reportError(error: unknown): ErrorReport {
  if (!ParmanaError.isInstance(error)) {
    const message = error instanceof Error ? error.message : "Something that is no error was thrown.";
    return {
      exitCode: exitCodes.refused,
      lines: [`Unexpected: ${message}`, "This is a defect of parmana; please report it."],
      json: { code: "UNEXPECTED", message, remedy: null },
    };
  }
  const remedy = entries.get(error.code)?.remedy ?? null;
  const problems = problemsOf(error);
  return {
    exitCode: exitCodeOfError(error.code),
    lines: [
      error.message,
      ...problems.slice(1).map(({ code, message }) => `[${code}] ${message}`),
      ...(remedy === null ? [] : [remedy]),
    ],
    json: { code: error.code, message: error.message, remedy, ...(problems.length > 1 && { problems }) },
  };
}

function problemsOf({ details }: ParmanaError): readonly Problem[] {
  const { problems } = details as { readonly problems?: readonly Problem[] };
  return problems ?? [];
}

export function exitCodeOfError(code: string): ExitCode {
  if (code === "CLI-002") return exitCodes.noTrustRoot;
  const malformed = code.startsWith("CANONICAL-") || code.startsWith("CLI-");
  return malformed ? exitCodes.malformed : exitCodes.refused;
}
