import type { SqliteLedger } from "@parmanasystems/audit-db";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { withUnjudgedLedger } from "../home-ledger.js";
import { voteJudgement } from "../home-vote-judgement.js";
import { type Output, print } from "../output.js";
import { sentenceOf } from "../parse-file.js";
import type { JsonOption } from "../program-options.js";
import { openResolutionFiles, verifyHint } from "../resolution-files.js";
import { describeResolution, describeReview } from "../review-report.js";
import { showReview, type StoredEnd } from "../shown-review.js";

export interface ReviewShowOptions extends JsonOption {
  /** A directory for resolution.json, votes.json and original.json. */
  readonly out?: string;
}

/**
 * `parmana review show`: one task, and how it ended. Without a trust root it is shown as it is stored, with the exit code that says so.
 * @throws CliError CLI-002, CLI-040, CLI-041; with `out` CLI-068, TRUST-*
 */
export async function reviewShowCommand(
  home: Home,
  executionId: string,
  { json, out }: ReviewShowOptions,
  output: Output,
): Promise<ExitCode> {
  const { stored, end, original } = await withUnjudgedLedger(home, async (ledger) => ({
    stored: await ledger.reviewTasks.find(executionId),
    end: await endOf(ledger, executionId),
    original: await ledger.attestation(executionId),
  }));
  if (stored === undefined) {
    throw new CliError("CLI-040", `No review task is about the execution "${executionId}".`);
  }
  const { refusal, ...review } = await showReview(stored, end, await voteJudgement(home));
  if (out !== undefined) {
    if (end === undefined || original === undefined) {
      throw new CliError("CLI-041", `The review of "${executionId}" has no signed end to write.`);
    }
    if (review.countedBy === null) {
      requireHome(home);
      throw new CliError("CLI-068", "The stored end cannot be judged: the home has no runtime key.");
    }
    if (refusal !== undefined) throw refusal;
    openResolutionFiles(out).write({ resolution: end.resolution, votes: end.votes, original });
    output.note(verifyHint(out));
  }
  const ended = end === undefined ? [] : describeResolution(end.resolution);
  if (refusal !== undefined) ended.unshift(`WARNING: [${refusal.code}] ${sentenceOf(refusal)}`);
  const shown = {
    ...review,
    resolution: end?.resolution ?? null,
    refusal: refusal === undefined ? null : { code: refusal.code, message: refusal.message },
  };
  print(output, json, shown, [...describeReview(review), ...ended]);
  if (review.countedBy === null) return exitCodes.noTrustRoot;
  return refusal === undefined ? exitCodes.done : exitCodes.refused;
}

/** Undefined for one that did not end, or that nobody signed. */
async function endOf(ledger: SqliteLedger, executionId: string): Promise<StoredEnd | undefined> {
  const resolution = await ledger.resolution(executionId);
  const votes = await ledger.resolutionEvidence(executionId);
  if (resolution === undefined || votes === undefined) return undefined;
  const timeline = await ledger.audit.timeline(executionId);
  const recordedAt = timeline.find(({ entry }) => entry.event === "override_resolved")?.entry.time;
  return recordedAt === undefined ? undefined : { resolution, votes, recordedAt };
}
