import { findingLine, findingOf, type InputFile } from "./file-finding.js";
import { type FindingRow, rowOf } from "./finding-row.js";
import type { Judge } from "./judge.js";

/** What was found of some files. Plain data, so that a worker thread can tell it. */
export interface JudgedChunk {
  readonly rows: readonly FindingRow[];
  /** Their lines of JSON, where machines are to read them. */
  readonly json: readonly string[];
}

export async function judgeChunk(
  judge: Judge,
  files: readonly InputFile[],
  json: boolean,
): Promise<JudgedChunk> {
  const rows: FindingRow[] = [];
  const lines: string[] = [];
  for (const file of files) {
    const finding = await findingOf(judge, file);
    rows.push(rowOf(finding));
    if (json) lines.push(findingLine(finding));
  }
  return { rows, json: lines };
}
