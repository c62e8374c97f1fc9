import { formatTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ResolutionEvidence,
  type ReviewVote,
  signVote,
} from "@parmanasystems/execution";
import type { ReviewOutcome, ReviewRecord, ReviewTerms } from "@parmanasystems/execution-runtime";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { openHomeRuntime } from "../home-runtime.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { openResolutionFiles, type ResolutionFiles, verifyHint } from "../resolution-files.js";
import { describeResolution } from "../review-report.js";
import { readNamedSigners, readSigners, type SignerOptions } from "../signers.js";

export interface ReviewVoteOptions extends SignerOptions, JsonOption {
  readonly approver: string;
  readonly reason: string;
  readonly role?: string;
  /** A directory for resolution.json, votes.json and original.json. */
  readonly out?: string;
}

interface Vote extends ReviewVoteOptions {
  readonly decision: ReviewVote["decision"];
}

/** `parmana review approve` and `reject`: a vote, signed where the policy demands it or a key is named. */
export async function reviewVoteCommand(
  home: Home,
  executionId: string,
  options: Vote,
  output: Output,
): Promise<ExitCode> {
  const { runtime } = await openHomeRuntime(home, output);
  let files: ResolutionFiles | undefined;
  try {
    const review = await runtime.reviews.find(executionId);
    if (review === undefined) {
      throw new CliError("CLI-040", `No review task is about the execution "${executionId}".`);
    }
    files = options.out === undefined ? undefined : openResolutionFiles(options.out);
    const outcome = await runtime.reviews.vote({ executionId, ...(await voteOf(home, review, options)) });
    print(output, options.json, outcome, describeOutcome(outcome, executionId));
    if (outcome.state === "pending") return exitCodes.pendingOverride;
    const original = review.task.terms?.attestation;
    if (files === undefined || options.out === undefined || original === undefined) return exitCodes.done;
    files.write({ resolution: outcome.attestation, votes: votesBytes(outcome.evidence), original });
    output.note(verifyHint(options.out));
    return exitCodes.done;
  } finally {
    files?.discard();
    await runtime.close();
  }
}

function votesBytes(evidence: ResolutionEvidence): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(evidence, undefined, 2)}\n`);
}

async function voteOf(home: Home, { task }: ReviewRecord, options: Vote): Promise<ReviewVote> {
  const { approver, decision, reason } = options;
  const { terms } = task;
  const role = options.role ?? onlyRole(terms);
  const vote = { approver, role, decision, reason, votedAt: formatTimestamp(Date.now()) };
  const named = await readNamedSigners(options);
  const signers =
    named.length === 0 && terms?.signed === true
      ? await readSigners(options, `approver:${role}`, home)
      : named;
  const [signer, another] = signers;
  if (another !== undefined) throw new CliError("CLI-001", "A vote has one signature: name one key.");
  if (signer === undefined || terms === undefined) return vote;
  const subject = { execution_id: task.executionId, attestationHash: attestationHash(terms.attestation) };
  return signVote(subject, vote, signer);
}

/** @throws CliError CLI-001 */
function onlyRole(terms: ReviewTerms | undefined): string {
  const [role, another] = terms?.approverRoles ?? [];
  if (role !== undefined && another === undefined) return role;
  const roles = (terms?.approverRoles ?? []).join(" or ");
  throw new CliError("CLI-001", `Name your role with --role${roles === "" ? "" : `: ${roles}`}.`);
}

function describeOutcome(outcome: ReviewOutcome, executionId: string): string[] {
  if (outcome.state === "resolved") return describeResolution(outcome.attestation);
  const { approvals, quorum } = outcome;
  return [`PENDING: ${String(approvals)} of ${String(quorum)} approvals for ${executionId}`];
}
