import { availableParallelism } from "node:os";
import { readCount } from "../audit-terms.js";
import { CliError } from "../errors.js";
import type { ExitCode } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import type { Output } from "../output.js";
import { withProgress } from "../progress.js";
import { FilesReport } from "./files-report.js";
import { inputFiles } from "./input-files.js";
import { judgedChunks } from "./judged-chunks.js";
import { withJunit } from "./junit-file.js";
import type { VerifyTerms } from "./terms.js";
import { warnOfFirstUse } from "./warn-of-first-use.js";

export interface FilesOptions {
  /** A line of JSON for each file, in their order. */
  readonly json?: boolean;
  /** A file for the report as JUnit XML. */
  readonly junit?: string;
  /** Threads at most; as many as there are cores when absent. */
  readonly workers?: string;
}

const MAX_WORKERS = 1_024;

/** Judges every file of the paths. @throws CliError CLI-001, CLI-002, CLI-004, CLI-066 */
export async function verifyFiles(
  home: Home,
  paths: readonly string[],
  terms: VerifyTerms,
  { json = false, junit, workers }: FilesOptions,
  output: Output,
): Promise<ExitCode> {
  const threads =
    workers === undefined ? availableParallelism() : readCount(workers, "--workers", 1, MAX_WORKERS);
  const report = new FilesReport();
  await withJunit({ path: junit, inputs: paths, subject: "the whole run" }, async (addToJunit) => {
    // With a key of its own an evidence bundle needs no home.
    if (terms.rootKey === undefined && !terms.unsafeTrustOnFirstUse) requireHome(home);
    const total = output.progress === undefined ? 0 : countFiles(paths);
    await withProgress(output, "Verifying", async (progress) => {
      for await (const chunk of judgedChunks(inputFiles(paths), { home, terms, workers: threads, json })) {
        for (const row of chunk.rows) {
          report.add(row);
          addToJunit(row);
        }
        for (const line of chunk.json) output.out(line);
        progress(report.files, total);
      }
    });
    if (report.files === 0)
      throw new CliError("CLI-066", `There is nothing to verify in ${paths.join(", ")}.`);
  });
  for (const keyId of report.firstUses) warnOfFirstUse(output, keyId);
  if (!json) for (const line of report.describe()) output.out(line);
  return report.exitCode;
}

/** Only for whoever watches: the names are read again when the files are. */
function countFiles(paths: readonly string[]): number {
  let count = 0;
  for (const path of inputFiles(paths)) count += path === "" ? 0 : 1;
  return count;
}
