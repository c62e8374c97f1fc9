import { canonicalBytes } from "@parmanasystems/canonical";
import {
  issueResolution,
  LocalVerifier,
  parseVote,
  type Resolution,
  type ResolutionAttestation,
  resolutionEvidence,
  resolutionPayload,
  type ReviewVote,
  signVote,
  attestationHash,
  votesHash,
} from "@parmanasystems/execution";
import { encodeBase64, payloadTypes } from "@parmanasystems/signing";
import type { PinnedTrustRoot, ResolutionMaterial, VerificationMaterial } from "../src/index.js";
import { claimsPolicy, createWorld, largeClaim, signers, trustRootOf, type World } from "./fixture.js";

/** The attestation is of 12:00 on 1 March, and its override runs out a day later. */
export const ends = {
  voted: "2026-03-01T12:30:00.000Z",
  approved: "2026-03-01T13:00:00.000Z",
  expired: "2026-03-02T12:00:00.000Z",
  now: Date.UTC(2026, 2, 3),
} as const;

/** A pending execution, and how it ended. */
export interface Ended {
  readonly world: World;
  readonly resolution: ResolutionAttestation;
  readonly votes: readonly ReviewVote[];
  /** Everything supplied: an honest end verifies at L4 with it. */
  readonly options: VerificationMaterial & ResolutionMaterial;
}

export interface EndedOptions {
  readonly resolution?: Resolution;
  readonly votes?: (world: World) => Promise<readonly ReviewVote[]> | readonly ReviewVote[];
  readonly issuedAt?: string;
  readonly override?: object;
  readonly trustRoot?: PinnedTrustRoot;
}

/** Nobody of the vote's name signed it. */
export function vote(approver: string, changes: Partial<ReviewVote> = {}): ReviewVote {
  const cast = { approver, role: "claims-manager", decision: "approved", reason: "called the customer" };
  return parseVote({ ...cast, votedAt: ends.voted, ...changes });
}

export function signedVote(
  { attestation }: World,
  approver: "ada" | "eve",
  changes: Partial<ReviewVote> = {},
  signer = signers[approver],
): Promise<ReviewVote> {
  const { execution_id } = attestation;
  const subject = { execution_id, attestationHash: attestationHash(attestation) };
  return signVote(subject, vote(approver, changes), signer);
}

/** Two of the claims managers approve, unless the options say otherwise. */
export async function createEnded(options: EndedOptions = {}): Promise<Ended> {
  const { resolution = "approved", override = {} } = options;
  const world = await createWorld({
    trustRoot:
      options.trustRoot ??
      (await trustRootOf({
        approvers: { ada: signers.ada, eve: signers.eve },
        logKeys: [{ signer: signers.log, status: "active" }],
      })),
    policy: claimsPolicy("1.0.0", 100_000, "claims-approval", { quorum: 2, ...override }),
    signals: largeClaim,
  });
  const votes = await (options.votes ?? (() => [vote("ada"), vote("eve")]))(world);
  const issued = await issueResolution(
    {
      attestation: world.attestation,
      resolution,
      votes,
      issuedAt: options.issuedAt ?? (resolution === "expired" ? ends.expired : ends.approved),
      provenance: world.attestation.provenance,
    },
    signers.runtime,
    new LocalVerifier(signers.runtime.publicKey),
  );
  return {
    world,
    resolution: issued,
    votes,
    options: { ...world.material, now: ends.now, original: world.attestation, votes: votesFile(votes) },
  };
}

export function votesFile(votes: readonly ReviewVote[], execution_id = "claim-0001"): Uint8Array {
  return canonicalBytes(resolutionEvidence(execution_id, votes));
}

/** What a thief of the runtime key, or a faulty runtime, could make: any members, correctly signed. */
export function signedEnd(
  resolution: ResolutionAttestation,
  changes: Partial<ResolutionAttestation>,
  signer = signers.runtime,
): ResolutionAttestation {
  const changed: ResolutionAttestation = { ...resolution, ...changes, keyId: signer.keyId };
  const signature = signer.signSync(payloadTypes.attestation, resolutionPayload(changed));
  return { ...changed, signature: encodeBase64(signature) };
}

/** The same end, said to follow from other votes, which are supplied as well. */
export function counting(
  { resolution, options }: Ended,
  votes: readonly ReviewVote[],
  changes: Partial<ResolutionAttestation> = {},
): { readonly resolution: ResolutionAttestation; readonly options: Ended["options"] } {
  const approvals = votes.filter(({ decision }) => decision === "approved").length;
  return {
    resolution: signedEnd(resolution, { votesHash: votesHash(votes), approvals, ...changes }),
    options: { ...options, votes: votesFile(votes) },
  };
}
