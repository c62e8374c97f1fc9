import { CliError } from "../errors.js";
import type { ExitCode } from "../exit-codes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { readInput } from "../read-input.js";
import { judgedFile } from "../verification/file-finding.js";
import { rowOf } from "../verification/finding-row.js";
import { isDirectory, requireNamedExactly } from "../verification/input-files.js";
import { createJudge } from "../verification/judge.js";
import { exitCodeOf, type Judgement, judgementJson } from "../verification/judgement.js";
import { withJunit } from "../verification/junit-file.js";
import { type CompanionOptions, namedCompanions } from "../verification/named-companions.js";
import { describeStatement } from "../verification/statement-report.js";
import { type SummaryOptions, summaryWriter } from "../verification/summary-file.js";
import { readTerms, type TermOptions } from "../verification/terms.js";
import { type FilesOptions, verifyFiles } from "../verification/verify-files.js";
import { warnOfFirstUse } from "../verification/warn-of-first-use.js";

export interface VerifyOptions extends CompanionOptions, TermOptions, FilesOptions, SummaryOptions {}

/** `parmana verify`: offline, with nothing but the trust root and what lies beside it. */
export async function verifyCommand(
  home: Home,
  paths: readonly string[],
  options: VerifyOptions,
  output: Output,
): Promise<ExitCode> {
  const { evidence, original, votes, logProof, remembered, consistency } = options;
  const named = [evidence, original, votes, logProof];
  if ([...paths, ...named, remembered, consistency].filter((path) => path === "-").length > 1)
    throw new CliError("CLI-001", "Only one of the files can come from standard input.");
  const [path = "-"] = paths;
  if (paths.length === 1 && !isDirectory(path)) return verifyFile(home, path, options, output);
  if (named.some((each) => each !== undefined))
    throw new CliError(
      "CLI-001",
      "--evidence, --original, --votes and --log-proof belong to one file; of several, what lies beside each is used.",
    );
  const { vsa, verifierId, key, signerCommand } = options;
  if ([vsa, verifierId, key, signerCommand].some((each) => each !== undefined))
    throw new CliError("CLI-001", "--vsa sums up the verification of one file.");
  return verifyFiles(home, paths, readTerms(options), options, output);
}

async function verifyFile(
  home: Home,
  path: string,
  options: VerifyOptions,
  output: Output,
): Promise<ExitCode> {
  requireNamedExactly(path);
  const terms = readTerms(options);
  const summarize = await summaryWriter(options);
  const companions = namedCompanions(home, path, options, output);
  const junit = { path: options.junit, inputs: [path], subject: path };
  const judgement = await withJunit(junit, async (addToJunit) => {
    const judged = await createJudge(home, terms)({ path, bytes: readInput(path) }, companions);
    addToJunit(rowOf(judgedFile(path, judged)));
    return judged;
  });
  await summarize?.(judgement, terms.now);
  return printJudgement(judgement, options, output);
}

function printJudgement(judgement: Judgement, { json }: FilesOptions, output: Output): ExitCode {
  const { statement, resolution, trustOnFirstUse } = judgement;
  if (trustOnFirstUse !== undefined) warnOfFirstUse(output, trustOnFirstUse);
  const judged = resolution === undefined ? [statement] : [statement, resolution];
  print(output, json, judgementJson(judgement), judged.flatMap(describeStatement));
  return exitCodeOf(judgement);
}
