import type { RequiredLevel, VerificationReport } from "@parmanasystems/verifier";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { PresentedFile } from "../presented-file.js";

/** One statement, and what was found. */
export interface JudgedStatement {
  readonly presented: PresentedFile;
  readonly requiredLevel: RequiredLevel;
  readonly report: VerificationReport;
}

/** What was found of one file. */
export interface Judgement {
  readonly statement: JudgedStatement;
  /** How the execution ended, where the file is an evidence bundle and people had to decide. */
  readonly resolution?: JudgedStatement | undefined;
  /** The id of the root key that the file itself brought along, where that is believed. */
  readonly trustOnFirstUse?: string | undefined;
}

function isVerified({ statement, resolution }: Judgement): boolean {
  return [statement, resolution].every((each) => each === undefined || each.report.verdict === "verified");
}

export function exitCodeOf(judgement: Judgement): ExitCode {
  return isVerified(judgement) ? exitCodes.done : exitCodes.refused;
}

/** For machines: the report, and what else there is. */
export function judgementJson(judgement: Judgement): object {
  const { statement, resolution, trustOnFirstUse } = judgement;
  return {
    ...statement.report,
    ...(resolution === undefined ? {} : { resolution: resolution.report }),
    ...(trustOnFirstUse === undefined ? {} : { trustOnFirstUse }),
  };
}
