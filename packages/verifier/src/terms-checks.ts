import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import type { ReviewVote } from "@parmanasystems/execution";
import type { OverrideTerms, PolicyBundle } from "@parmanasystems/governance";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, unknown, type Known } from "./known.js";
import type { PresentedAttestation, PresentedResolution } from "./statement-kind.js";

/** Who may end what the policy leaves pending, how many of them, and until when. */
export function checkTerms(checks: Checklist, bundle: Known<PolicyBundle>): Known<OverrideTerms> {
  return checks.establish("terms.override", bundle, ({ policy }) => {
    const terms = Object.hasOwn(policy, "override") ? policy.override : undefined;
    if (terms === undefined)
      throw new VerifierError("INV-079", `${policy.policyId} ${policy.policyVersion} has no override terms.`);
    const { quorum, approverRoles, expiresAfterSeconds, signed } = terms;
    return {
      value: terms,
      detail: `The policy demands approvals from ${quorum} of the role ${approverRoles.join(" or ")} within ${expiresAfterSeconds} s${signed ? ", each of them signed" : ""}.`,
    };
  });
}

/** The number of approvals is the runtime's word here; the votes show it. */
export function checkQuorum(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  terms: Known<OverrideTerms>,
): void {
  checks.confirm("terms.quorum", both(resolution, terms), ([{ attestation }, { quorum }]) => {
    const { resolution: end, approvals } = attestation;
    const reached = approvals >= quorum;
    if (end === "rejected") return "A rejection needs no quorum.";
    if (reached !== (end === "approved"))
      throw new VerifierError(
        "INV-079",
        `it says ${end} with ${approvals} approvals, and ${quorum} approve.`,
      );
    return `It says ${end} with ${approvals} approvals, and ${quorum} approve.`;
  });
}

/** An end by people may be signed late, after a crash, when the votes show that they were in time. */
export function checkExpiry(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  original: Known<PresentedAttestation>,
  terms: Known<OverrideTerms>,
  votes: Known<readonly ReviewVote[]>,
): void {
  const given = both(resolution, deadlineOf(original, terms));
  checks.confirm("terms.expiry", both(given, votesNeeded(given, votes)), ([[ended, deadline], cast]) => {
    const { resolution: end, issuedAt } = ended.attestation;
    const until = formatTimestamp(deadline);
    if (end === "expired" && ended.issuedAt < deadline)
      throw new VerifierError("INV-079", `it says expired at ${issuedAt}, and the time ran until ${until}.`);
    const late = cast.find(({ votedAt }) => parseTimestamp(votedAt) >= deadline);
    if (late !== undefined) {
      throw new VerifierError(
        "INV-079",
        `the vote of ${late.approver} is dated ${late.votedAt}, and the time ran until ${until}.`,
      );
    }
    return end === "expired"
      ? `The time for it ran out at ${until}, and the resolution was issued at ${issuedAt}.`
      : `It was decided within the time for it, which ran until ${until}.`;
  });
}

/** Milliseconds since the Unix epoch. */
function deadlineOf(original: Known<PresentedAttestation>, terms: Known<OverrideTerms>): Known<number> {
  const given = both(original, terms);
  if (!given.known) return given;
  const [{ issuedAt }, { expiresAfterSeconds }] = given.value;
  return known(issuedAt + expiresAfterSeconds * 1_000);
}

function votesNeeded(
  given: Known<readonly [PresentedResolution, number]>,
  votes: Known<readonly ReviewVote[]>,
): Known<readonly ReviewVote[]> {
  if (votes.known || !given.known) return votes;
  const [{ attestation, issuedAt }, deadline] = given.value;
  if (attestation.resolution === "expired" || issuedAt < deadline) return known([]);
  return unknown("the resolution was issued after the time for it, and no votes show that they were in time");
}
