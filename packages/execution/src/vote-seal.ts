import { canonicalize, encodeUtf8, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import {
  decodeBase64,
  encodeBase64,
  LocalSigner,
  payloadTypes,
  type Signer,
  type Verifier,
} from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";
import { isKeyId, isSignatureText, isTime } from "./grammar.js";
import { MemberReader } from "./member-reader.js";
import { parseVote, refuseVote, type ReviewVote, type VoteSubject } from "./review-vote.js";
import { signPayload, verifyPayload } from "./signatures.js";

/** A vote as stores keep it. Frozen. */
export interface SealedVote {
  readonly vote: ReviewVote;
  /** What `sealVote` returned; in a store that somebody wrote to, any text. At most 1,024 characters. */
  readonly seal: string;
}

/** What a runtime signed when it accepted a vote. It never leaves the store. Frozen. */
export interface VoteSeal {
  /** RFC 3339 UTC with milliseconds. */
  readonly sealedAt: string;
  /** Key id of the runtime. */
  readonly keyId: string;
  /** Ed25519 over DSSE PAE of the canonical seal statement; base64. */
  readonly signature: string;
}

const sealShape = { required: ["sealedAt", "keyId", "signature"] };
const sealedShape = { required: ["vote", "seal"] };
const MAX_SEAL_LENGTH = 1_024;

/**
 * Says, by the runtime's key, that it accepted this vote on this subject.
 * @param sealedAt RFC 3339 UTC with milliseconds
 * @returns canonical JSON of a `VoteSeal`
 * @throws INV-044; INV-053 when the signer fails to sign
 */
export async function sealVote(
  subject: VoteSubject,
  vote: ReviewVote,
  sealedAt: string,
  signer: Signer,
  verifier: Verifier,
): Promise<string> {
  const payload = sealPayload(subject, parseVote(vote), sealedAt);
  const signature = await signPayload(signer, payloadTypes.voteSeal, payload, "INV-053");
  // What a local key signs is as good as the key; anything else may answer wrongly or with another key.
  if (!LocalSigner.has(signer)) {
    const isSigned = await verifyPayload(verifier, payloadTypes.voteSeal, payload, signature);
    if (verifier.keyId !== signer.keyId || !isSigned) {
      throw new ExecutionError("INV-053", "The signature that the signer returned does not verify.", {
        details: { keyId: verifier.keyId },
      });
    }
  }
  return canonicalize({ sealedAt, keyId: signer.keyId, signature: encodeBase64(signature) });
}

/** Reads a seal, not its signature; undefined for what is none. */
export function readVoteSeal(seal: string): VoteSeal | undefined {
  try {
    const members = new MemberReader(parseStrict(seal), sealShape, refuseVote);
    return Object.freeze({
      sealedAt: members.required("sealedAt", isTime, "a UTC time with milliseconds"),
      keyId: members.required("keyId", isKeyId, "a key id"),
      signature: members.required("signature", isSignatureText, "an Ed25519 signature in base64"),
    });
  } catch (error) {
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}

/** Whether this very key sealed this very vote on this very subject. Whose key it is, the trust root says. */
export async function verifyVoteSeal(
  subject: VoteSubject,
  vote: ReviewVote,
  { sealedAt, keyId, signature }: VoteSeal,
  verifier: Verifier,
): Promise<boolean> {
  if (keyId !== verifier.keyId) return false;
  const payload = sealPayload(subject, vote, sealedAt);
  return verifyPayload(verifier, payloadTypes.voteSeal, payload, decodeBase64(signature));
}

/** Checks the form of a vote that a store is to keep. @throws INV-044 */
export function parseSealedVote(value: unknown): SealedVote {
  const members = new MemberReader(value, sealedShape, refuseVote);
  return Object.freeze({
    vote: parseVote(members.raw("vote")),
    seal: members.required("seal", isSealText, "a text of 1 to 1,024 characters"),
  });
}

function sealPayload(
  { execution_id, attestationHash }: VoteSubject,
  vote: ReviewVote,
  sealedAt: string,
): Uint8Array {
  const statement = { type: "parmana/vote-seal/v1", execution_id, attestationHash, vote, sealedAt };
  return encodeUtf8(canonicalize(statement));
}

function isSealText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_SEAL_LENGTH;
}
