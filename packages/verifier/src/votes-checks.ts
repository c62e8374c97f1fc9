import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import {
  parseResolutionEvidence,
  verifyVoteSignature,
  votesHash,
  type Resolution,
  type ResolutionAttestation,
  type ReviewVote,
} from "@parmanasystems/execution";
import { roleKey, type OverrideTerms, type TrustRoot } from "@parmanasystems/governance";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";
import { MAX_DOCUMENT_BYTES, requireSize } from "./limits.js";
import { requireSame } from "./require-same.js";
import { CLOCK_TOLERANCE_MS } from "./statement-checks.js";
import type { PresentedAttestation, PresentedResolution } from "./statement-kind.js";

type Votes = readonly ReviewVote[];

/** Returns the votes, when they are the ones that the resolution counted. */
export function checkVotesCounted(
  checks: Checklist,
  supplied: Known<Uint8Array>,
  resolution: Known<PresentedResolution>,
): Known<Votes> {
  const evidence = checks.establish("votes.form", supplied, (bytes) => {
    const value = parseResolutionEvidence(requireSize(bytes, MAX_DOCUMENT_BYTES, "the file of votes"));
    return { value, detail: `The file of votes is well-formed; votes in it: ${value.votes.length}.` };
  });
  const given = both(resolution, evidence);

  checks.confirm("votes.execution-id", given, ([{ attestation }, { execution_id }]) => {
    requireSame("INV-073", "the execution", attestation.execution_id, execution_id);
    return `The votes belong to execution ${execution_id}.`;
  });

  return checks.establish("votes.hash", given, ([{ attestation }, { votes }]) => {
    const hash = votesHash(votes);
    if (hash !== attestation.votesHash) {
      throw new VerifierError(
        "INV-078",
        `the resolution counted votes with hash ${attestation.votesHash}; those supplied have ${hash}.`,
      );
    }
    return {
      value: votes,
      detail: "The votes are the ones that were counted: their hash is in the resolution.",
    };
  });
}

/** Whether the votes end it as the resolution says. How many must approve, the terms say. */
export function checkOutcome(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  votes: Known<Votes>,
): void {
  const given = both(resolution, votes);

  checks.confirm("votes.count", given, ([{ attestation }, cast]) => {
    const approvals = cast.filter(({ decision }) => decision === "approved").length;
    if (approvals !== attestation.approvals)
      throw new VerifierError(
        "INV-078",
        `the resolution counts ${attestation.approvals} approvals, and the votes hold ${approvals}.`,
      );
    return `Votes that approve: ${approvals}, as the resolution counts.`;
  });

  checks.confirm(
    "votes.outcome",
    given,
    ([
      {
        attestation: { resolution: end },
      },
      cast,
    ]) => {
      const rejections = cast.filter(({ decision }) => decision === "rejected").length;
      if (!carries(end, rejections, cast.length)) {
        throw new VerifierError(
          "INV-079",
          `it says ${end}, and of ${cast.length} votes ${rejections} reject.`,
        );
      }
      return `Of ${cast.length} votes ${rejections} reject, and the resolution says ${end}.`;
    },
  );
}

/** One rejection ends it. A refusal needs nobody. */
function carries(end: Resolution, rejections: number, votes: number): boolean {
  switch (end) {
    case "approved":
      return votes > 0 && rejections === 0;
    case "rejected":
      return rejections > 0 || votes === 0;
    case "expired":
      return rejections === 0;
  }
}

/** Whether each vote was cast by somebody who might, when they might. */
export function checkVoters(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  original: Known<PresentedAttestation>,
  terms: Known<OverrideTerms>,
  votes: Known<Votes>,
): void {
  checks.confirm("votes.approvers", votes, (cast) => {
    const approvers = new Set<string>();
    for (const { approver } of cast) {
      if (approvers.has(approver)) throw new VerifierError("INV-098", `two votes are by ${approver}.`);
      approvers.add(approver);
    }
    return `Every vote is by another person; they are ${approvers.size}.`;
  });

  checks.confirm("votes.requester", both(original, votes), ([{ attestation }, cast]) => {
    const requester = Object.hasOwn(attestation, "requester") ? attestation.requester : undefined;
    if (requester === undefined) return "The attestation names no requester.";
    if (cast.some(({ approver }) => approver === requester))
      throw new VerifierError("INV-098", `${requester} asked for the execution and voted on it.`);
    return `The requester, ${requester}, did not vote.`;
  });

  checks.confirm("votes.roles", both(terms, votes), ([{ approverRoles }, cast]) => {
    for (const { approver, role } of cast) {
      if (!approverRoles.includes(role))
        throw new VerifierError(
          "INV-098",
          `${approver} voted as ${role}, and the policy admits ${approverRoles.join(" or ")}.`,
        );
    }
    return `Everybody voted in a role that the policy admits: ${approverRoles.join(" or ")}.`;
  });

  checks.confirm("votes.dates", both(both(resolution, original), votes), ([[ended, begun], cast]) => {
    for (const { approver, votedAt } of cast) {
      const at = parseTimestamp(votedAt);
      // Votes come from several machines; the attestation's date is the earliest to each of them.
      if (at < begun.issuedAt || at > ended.issuedAt + CLOCK_TOLERANCE_MS) {
        throw new VerifierError(
          "INV-098",
          `the vote of ${approver} is dated ${votedAt}, outside ${begun.attestation.issuedAt} to ${formatTimestamp(ended.issuedAt)}.`,
        );
      }
    }
    return "Every vote was cast after the attestation and before the resolution.";
  });
}

/** A signature is checked wherever there is one, and demanded where the policy does. */
export function checkVoteSignatures(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  terms: Known<OverrideTerms>,
  votes: Known<Votes>,
  trustRoot: Known<TrustRoot>,
): void {
  const given = both(both(resolution, terms), both(votes, trustRoot));
  checks.confirm("votes.signatures", given, ([[{ attestation }, { signed }], [cast, root]]) => {
    const signatures = cast.filter((vote) => requireSigned(vote, signed, attestation, root)).length;
    const demand = signed ? "demands" : "does not demand";
    return `Votes signed by their approvers: ${signatures} of ${cast.length}; the policy ${demand} it.`;
  });
}

/** Whether the vote is signed. @throws VerifierError INV-099; GovernanceError TRUST-033 to TRUST-038 */
function requireSigned(
  vote: ReviewVote,
  demanded: boolean,
  subject: ResolutionAttestation,
  trustRoot: TrustRoot,
): boolean {
  const { approver, role, votedAt } = vote;
  const keyId = Object.hasOwn(vote, "keyId") ? vote.keyId : undefined;
  if (keyId === undefined) {
    if (!demanded) return false;
    throw new VerifierError("INV-099", `the vote of ${approver} is not signed, and the policy demands it.`);
  }
  const { publicKey, operator } = roleKey(trustRoot, `approver:${role}`, keyId, parseTimestamp(votedAt));
  if (operator !== approver)
    throw new VerifierError("INV-099", `the vote of ${approver} is signed by a key of ${operator}.`);
  if (!verifyVoteSignature(subject, vote, publicKey))
    throw new VerifierError(
      "INV-099",
      `key ${keyId} did not sign the vote of ${approver} on this execution.`,
    );
  return true;
}
