import { ParmanaError } from "@parmanasystems/canonical";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { sentenceOf } from "../parse-file.js";
import { readInput } from "../read-input.js";
import { exitCodeOfError } from "../report-error.js";
import { companionKinds, readCompanions } from "./companions.js";
import type { CompanionSource, Judge } from "./judge.js";
import { exitCodeOf, type Judgement, judgementJson } from "./judgement.js";

/** One of many files: judged, or not even that. */
export type FileFinding = JudgedFile | UnjudgedFile;

export interface JudgedFile {
  readonly file: string;
  readonly exitCode: ExitCode;
  readonly judgement: Judgement;
}

export interface UnjudgedFile {
  readonly file: string;
  readonly exitCode: ExitCode;
  readonly error: { readonly code: string; readonly detail: string };
}

/** The path of a file to judge, or what is wrong with one that has no path or cannot be found. Plain data. */
export type InputFile = string | UnjudgedFile;

const companionsBeside = (file: string): CompanionSource => ({
  ofBundle: () => undefined,
  of: ({ kind }) => ({
    ...readCompanions(file, companionKinds[kind]),
    demands: "L2",
  }),
});

/** Judges a file with what lies beside it. What is wrong with one file does not keep the others from being judged. */
export async function findingOf(judge: Judge, file: InputFile): Promise<FileFinding> {
  if (typeof file !== "string") return file;
  try {
    return judgedFile(file, await judge({ path: file, bytes: readInput(file) }, companionsBeside(file)));
  } catch (error) {
    return unjudgedFile(file, error);
  }
}

export function judgedFile(file: string, judgement: Judgement): JudgedFile {
  return { file, exitCode: exitCodeOf(judgement), judgement };
}

/** @throws what is no error of ours */
export function unjudgedFile(file: string, error: unknown): UnjudgedFile {
  if (!ParmanaError.isInstance(error)) throw error;
  const { code } = error;
  const isRefused = exitCodeOfError(code) === exitCodes.refused;
  const exitCode = isRefused ? exitCodes.refused : exitCodes.malformed;
  return { file, exitCode, error: { code, detail: sentenceOf(error) } };
}

/** One line of JSON. */
export function findingLine(finding: FileFinding): string {
  const { file, exitCode } = finding;
  if ("judgement" in finding) return JSON.stringify({ file, exitCode, ...judgementJson(finding.judgement) });
  return JSON.stringify({ file, exitCode, ...finding.error });
}
