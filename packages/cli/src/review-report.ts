import type { ResolutionAttestation, ReviewVote } from "@parmanasystems/execution";
import type { ReviewRecord, ReviewTask } from "@parmanasystems/execution-runtime";
import { columns } from "./output.js";
import { countOf } from "./policy-terms.js";
import type { ShownReview } from "./shown-review.js";

/** A task in one row of a list. */
export function taskRow({ executionId, policyId, policyVersion, reason, terms }: ReviewTask): string[] {
  const until = terms === undefined ? "without terms" : `until ${terms.expiresAt}`;
  return [executionId, `${policyId}@${policyVersion}`, until, reason ?? ""];
}

/** All of a task. */
export function describeReview({
  task,
  state,
  claim,
  ...cast
}: Omit<ReviewRecord, "uncounted"> & Partial<ShownReview>): string[] {
  const { executionId, policyId, policyVersion, reason, createdAt, terms } = task;
  return [
    `${state.toUpperCase()}: ${reason ?? "no reason given"}`,
    ...columns([
      ["execution", executionId],
      ["policy", `${policyId}@${policyVersion}`],
      ["waits since", createdAt],
      ...(terms === undefined
        ? []
        : [
            ["action", terms.attestation.action],
            ["requester", terms.attestation.requester ?? "not named"],
            ["may decide", terms.approverRoles.join(" or ")],
            ["quorum", `${String(terms.quorum)}${terms.signed ? ", each vote signed" : ""}`],
            ["refused from", terms.expiresAt],
          ]),
      ...(claim === null ? [] : [["claimed", `by ${claim.by} until ${claim.until}`]]),
    ]),
    ...describeVotes(cast),
  ];
}

type CastVotes = Pick<ReviewRecord, "votes"> &
  Partial<Pick<ShownReview, "uncounted" | "countedBy" | "unjudged">>;

function describeVotes({ votes, uncounted, countedBy = "seals", unjudged = [] }: CastVotes): string[] {
  if (countedBy === null)
    return [
      "Not judged, since no trust root here says whose signatures count: whether anybody cast a stored vote, and whether a stored end is genuine.",
      ...columns(unjudged.map((vote) => ["not judged", ...voteRow(vote)])),
    ];
  const why = countedBy === "seals" ? "without a seal that holds" : "that the resolution does not cover";
  return [
    votes.length === 0 ? "No votes yet." : `${countOf(votes.length, "vote")}:`,
    ...columns(votes.map(voteRow)),
    ...(!uncounted ? [] : [`Not counted: ${countOf(uncounted, "stored vote")} ${why}.`]),
  ];
}

function voteRow({ decision, approver, role, votedAt, reason, keyId }: ReviewVote): string[] {
  return [decision, approver, role, votedAt, keyId === undefined ? "not signed" : `key ${keyId}`, reason];
}

/** How a review ended. */
export function describeResolution(resolution: ResolutionAttestation): string[] {
  return [
    `${resolution.resolution.toUpperCase()}: ${countOf(resolution.approvals, "approval")}`,
    ...columns([
      ["execution", resolution.execution_id],
      ["policy", `${resolution.policyId}@${resolution.policyVersion}`],
      ["attestation", resolution.attestationHash],
      ["votes", resolution.votesHash],
      ["issued", resolution.issuedAt],
      ["signed by", resolution.keyId],
    ]),
  ];
}
