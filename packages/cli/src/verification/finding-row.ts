import { type ExitCode, exitCodes } from "../exit-codes.js";
import { claimOf } from "../presented-file.js";
import type { FileFinding } from "./file-finding.js";
import type { JudgedStatement } from "./judgement.js";
import { decisiveChecks, describeChecks, isLogChecked, whyRefused } from "./statement-report.js";

/** What a person is shown of one file. Plain data, so that a worker thread can tell it. */
export interface FindingRow {
  readonly file: string;
  readonly exitCode: ExitCode;
  /** Undefined for what could not be judged. */
  readonly level: string | undefined;
  readonly isLogChecked: boolean;
  /** What it claims, or what is wrong with it. */
  readonly text: string;
  /** The checks that decided against it. */
  readonly problems: readonly string[];
  /** The first of their codes. */
  readonly code: string | undefined;
  readonly trustOnFirstUse: string | undefined;
  /** The root key and trust root version that it was judged by, where they hold. */
  readonly judgedBy: string | undefined;
}

export function rowOf(finding: FileFinding): FindingRow {
  const { file, exitCode } = finding;
  if ("error" in finding) {
    const { code, detail } = finding.error;
    const level = exitCode === exitCodes.refused ? "none" : undefined;
    const text = `[${code}] ${detail}`;
    return {
      file,
      exitCode,
      level,
      isLogChecked: false,
      text,
      problems: [],
      code,
      trustOnFirstUse: undefined,
      judgedBy: undefined,
    };
  }
  const { statement, resolution, trustOnFirstUse } = finding.judgement;
  const parts = resolution === undefined ? [statement] : [statement, resolution];
  const decisive = parts.flatMap(decisiveChecks);
  return {
    file,
    exitCode,
    level: statement.report.level,
    isLogChecked: isLogChecked(statement.report.checks),
    text: textOf(parts),
    problems: describeChecks(decisive),
    code: decisive.find(({ code }) => code !== undefined)?.code,
    trustOnFirstUse,
    judgedBy: statement.report.checks.find(
      ({ id, status }) => id === "trust-root.authentic" && status === "pass",
    )?.detail,
  };
}

function textOf(parts: readonly JudgedStatement[]): string {
  const refused = parts.find(({ report }) => report.verdict === "refused");
  return refused === undefined
    ? parts.map(({ presented }) => claimOf(presented)).join("; ")
    : whyRefused(refused);
}
