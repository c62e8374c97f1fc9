import { canonicalize, ParmanaError, parseTimestamp } from "@parmanasystems/canonical";
import {
  parseResolutionEvidence,
  type ResolutionAttestation,
  type ReviewVote,
  verifyResolutionSignature,
  votesHash,
} from "@parmanasystems/execution";
import { countedReview, type ReviewRecord, type StoredReview } from "@parmanasystems/execution-runtime";
import { roleKey } from "@parmanasystems/governance";
import type { PublicKey } from "@parmanasystems/signing";
import { CliError } from "./errors.js";
import type { HomeJudgement } from "./home-vote-judgement.js";

/** How a review ended, as it is stored. */
export interface StoredEnd {
  readonly resolution: ResolutionAttestation;
  readonly votes: Uint8Array;
  /** The time of its entry in the log. */
  readonly recordedAt: string;
}

export interface ShownReview extends Omit<ReviewRecord, "uncounted"> {
  /** Null where nothing is here to judge by. */
  readonly uncounted: number | null;
  /** What shows that the votes were cast; null where nothing is here to judge by. */
  readonly countedBy: "resolution" | "seals" | null;
  /** What is stored as votes, where nothing is here to judge by. */
  readonly unjudged: readonly ReviewVote[];
  /** Why the stored end proves nothing, or not that it is older than the revocation of its key (TRUST-037). */
  readonly refusal: ParmanaError | undefined;
}

/**
 * A review ended by people is proved by its resolution: the seals were for the runtime that counted, and a key that is revoked
 * later takes nothing back. Before that, the seals tell which votes were cast.
 */
export async function showReview(
  stored: StoredReview,
  end: StoredEnd | undefined,
  by: HomeJudgement | undefined,
): Promise<ShownReview> {
  if (by === undefined) {
    const unjudged = stored.votes.map(({ vote }) => vote);
    return { ...stored, votes: [], uncounted: null, countedBy: null, unjudged, refusal: undefined };
  }
  const sealed = await countedReview(stored, by);
  const shown = { ...sealed, countedBy: "seals", unjudged: [], refusal: undefined } as const;
  if (end === undefined) return shown;
  try {
    const { votes, doubt } = votesOfEnd(stored.task.executionId, end, by);
    const covered = new Set(votes.map((vote) => canonicalize(vote)));
    const others = stored.votes.filter(({ vote }) => !covered.has(canonicalize(vote))).length;
    const uncounted = others + (stored.unreadable ?? 0);
    return { ...shown, countedBy: "resolution", votes, uncounted, refusal: doubt };
  } catch (error) {
    if (!ParmanaError.isInstance(error)) throw error;
    return { ...shown, refusal: error };
  }
}

interface CoveredVotes {
  readonly votes: readonly ReviewVote[];
  readonly doubt: ParmanaError | undefined;
}

/** The votes that the signed resolution covers. @throws CliError CLI-068; GovernanceError TRUST-033 to -038; INV-044 */
function votesOfEnd(executionId: string, end: StoredEnd, by: HomeJudgement): CoveredVotes {
  const { resolution } = end;
  const { execution_id, votes } = parseResolutionEvidence(end.votes);
  if (execution_id !== executionId || resolution.execution_id !== executionId)
    throw refused("it is of another execution");
  const { key, doubt } = resolvingKey(end, by);
  if (key === undefined || !verifyResolutionSignature(resolution, key))
    throw refused(`key ${resolution.keyId} did not sign it, or is no runtime key here`);
  if (votesHash(votes) !== resolution.votesHash)
    throw refused("the votes beside it are not those that it counted");
  return { votes, doubt };
}

interface ResolvingKey {
  readonly key: PublicKey | undefined;
  readonly doubt: ParmanaError | undefined;
}

/** The ledger says what a key that was revoked since signed before, and whoever writes it with that key may say so too. */
function resolvingKey(
  { resolution: { keyId, issuedAt }, recordedAt }: StoredEnd,
  { trustRoot, runtimeKey }: HomeJudgement,
): ResolvingKey {
  if (!trustRoot.roles.has("runtime")) return { key: runtimeKey, doubt: undefined };
  try {
    const { publicKey } = roleKey(trustRoot, "runtime", keyId, parseTimestamp(issuedAt));
    return { key: publicKey, doubt: undefined };
  } catch (error) {
    const key = trustRoot.keys.get(keyId);
    if (!ParmanaError.isInstance(error) || error.code !== "TRUST-037" || key?.revokedAt === undefined)
      throw error;
    if (parseTimestamp(recordedAt) < key.revokedAt) return { key: key.publicKey, doubt: error };
    throw error;
  }
}

function refused(reason: string): CliError {
  return new CliError("CLI-068", `The stored end of this review does not hold: ${reason}.`);
}
