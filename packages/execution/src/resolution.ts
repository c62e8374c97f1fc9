import {
  canonicalize,
  encodeUtf8,
  isSha256,
  type JsonValue,
  parseStrict,
  type Sha256,
  sha256,
  shorten,
} from "@parmanasystems/canonical";
import { isPolicyId, isPolicyVersion } from "@parmanasystems/governance";
import { isExecutionId, type RuntimeProvenance } from "@parmanasystems/provenance";
import { decodeBase64, pae, payloadTypes, type PublicKey } from "@parmanasystems/signing";
import { requirePayloadSize } from "./attestation.js";
import { readProvenance } from "./attested-fields.js";
import { ExecutionError } from "./errors.js";
import { isKeyId, isParty, isSignatureText, isTime } from "./grammar.js";
import { MemberReader, type Refuse } from "./member-reader.js";
import { predicateShape, type StatementForm } from "./read-statement.js";
import { parseVote, type ReviewVote } from "./review-vote.js";
import { HASH_PREFIX, NAME_PREFIX, STATEMENT_TYPE } from "./statement.js";

/** How a pending execution ended. Only an approval lets the action happen. */
export type Resolution = "approved" | "rejected" | "expired";

/** Names the format of the predicate, in in-toto's way. */
export const RESOLUTION_PREDICATE_TYPE = "https://parmana.systems/attestation/resolution/v1";

/** Everything that is signed about the end of a pending execution. */
export interface ResolvedFields {
  readonly execution_id: string;
  readonly execution_fingerprint: Sha256;
  readonly policyId: string;
  readonly policyVersion: string;
  /** Hash of the attestation that said pending_override. */
  readonly attestationHash: Sha256;
  readonly resolution: Resolution;
  /** sha256 of the canonical list of votes, which travel beside as evidence. */
  readonly votesHash: Sha256;
  /** How many of the votes approve. */
  readonly approvals: number;
  /** RFC 3339 UTC with milliseconds. */
  readonly issuedAt: string;
  /** As in the first attestation. */
  readonly audience?: string;
  /** As in the first attestation. */
  readonly actionHash?: Sha256;
  /** The runtime that resolved; the hashes of policy, bundle and signals are those of the first attestation. */
  readonly provenance: RuntimeProvenance;
  /** Key id of the runtime that signed. */
  readonly keyId: string;
}

/** How people, or time, ended an execution that was pending; linked to its first attestation by hash. Deep frozen. */
export interface ResolutionAttestation extends ResolvedFields {
  /** Ed25519 over PAE of the canonical in-toto Statement; base64. */
  readonly signature: string;
}

/** The votes that a resolution counted, in the order in which it counted them. Deep frozen. */
export interface ResolutionEvidence {
  readonly type: "parmana/resolution-evidence/v1";
  readonly execution_id: string;
  readonly votes: readonly ReviewVote[];
}

const EVIDENCE_TYPE = "parmana/resolution-evidence/v1";

const shape = {
  required: [
    "execution_id",
    "execution_fingerprint",
    "policyId",
    "policyVersion",
    "attestationHash",
    "resolution",
    "votesHash",
    "approvals",
    "issuedAt",
    "provenance",
    "keyId",
    "signature",
  ],
  optional: ["audience", "actionHash"],
};

export const resolutionForm: StatementForm = {
  predicateType: RESOLUTION_PREDICATE_TYPE,
  predicate: predicateShape(
    shape.required.filter((name) => name !== "signature"),
    shape.optional,
  ),
};

/**
 * Reads a resolution, from JSON bytes or from what was parsed of them, and checks its closed form but not its signature.
 * @throws INV-022, INV-045; ProvenanceError INV-03x; CANONICAL-* for bytes that are not strict JSON
 */
export function parseResolution(
  value: JsonValue | ResolutionAttestation | Uint8Array,
): ResolutionAttestation {
  const members = new MemberReader(
    value instanceof Uint8Array ? parseStrict(value) : value,
    shape,
    refuseResolution,
  );
  const audience = members.optional("audience", isParty, "1 to 256 printable characters");
  const actionHash = members.optional("actionHash", isSha256, "a sha256 hash");
  const resolution: ResolutionAttestation = Object.freeze({
    execution_id: members.required("execution_id", isExecutionId, "an execution id"),
    execution_fingerprint: members.required("execution_fingerprint", isSha256, "a sha256 hash"),
    policyId: members.required("policyId", isPolicyId, "a policy id"),
    policyVersion: members.required("policyVersion", isPolicyVersion, "a semantic version"),
    attestationHash: members.required("attestationHash", isSha256, "a sha256 hash"),
    resolution: members.required("resolution", isResolution, "approved, rejected or expired"),
    votesHash: members.required("votesHash", isSha256, "a sha256 hash"),
    approvals: members.required("approvals", isCount, "a whole number from 0 to 16"),
    issuedAt: members.required("issuedAt", isTime, "a UTC time with milliseconds"),
    ...(audience !== undefined && { audience }),
    ...(actionHash !== undefined && { actionHash }),
    provenance: readProvenance(members),
    keyId: members.required("keyId", isKeyId, "a key id"),
    signature: members.required("signature", isSignatureText, "an Ed25519 signature in base64"),
  });
  requirePayloadSize(resolutionPayload(resolution));
  return resolution;
}

/** Exactly what is signed, inside PAE: the UTF-8 of the canonical in-toto Statement. */
export function resolutionPayload(fields: ResolvedFields): Uint8Array {
  const { execution_id, execution_fingerprint, ...others } = fields;
  // Of a whole resolution, the signature is not among what is signed.
  const predicate = Object.fromEntries(Object.entries(others).filter(([name]) => name !== "signature"));
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [
      {
        name: `${NAME_PREFIX}${execution_id}`,
        digest: { sha256: execution_fingerprint.slice(HASH_PREFIX.length) },
      },
    ],
    predicateType: RESOLUTION_PREDICATE_TYPE,
    predicate,
  };
  return encodeUtf8(canonicalize(statement));
}

/** sha256 of the canonical resolution, signature included: its name in the audit log. @throws as `parseResolution` */
export function resolutionHash(resolution: ResolutionAttestation): Sha256 {
  return sha256(canonicalize(parseResolution(resolution)));
}

/** Whether the key signed exactly this resolution. Whose key it is, the trust root says. @throws as `parseResolution` */
export function verifyResolutionSignature(resolution: ResolutionAttestation, key: PublicKey): boolean {
  const checked = parseResolution(resolution);
  if (checked.keyId !== key.keyId) return false;
  const signed = pae(payloadTypes.attestation, resolutionPayload(checked));
  return key.verify(signed, decodeBase64(checked.signature));
}

const evidenceShape = { required: ["type", "execution_id", "votes"] };

/** Reads the votes beside a resolution. @throws INV-044; CANONICAL-* for bytes that are not strict JSON */
export function parseResolutionEvidence(
  value: JsonValue | ResolutionEvidence | Uint8Array,
): ResolutionEvidence {
  const refuse: Refuse = ({ pointer, expected }) => {
    throw new ExecutionError(
      "INV-044",
      `The votes of a resolution are malformed at ${shorten(pointer)}: expected ${expected}.`,
      { details: { pointer } },
    );
  };
  const read = value instanceof Uint8Array ? parseStrict(value) : value;
  const members = new MemberReader(read, evidenceShape, refuse);
  return Object.freeze({
    type: members.required("type", (type) => type === EVIDENCE_TYPE, EVIDENCE_TYPE),
    execution_id: members.required("execution_id", isExecutionId, "an execution id"),
    votes: Object.freeze(members.required("votes", isList, "a list of votes").map(parseVote)),
  });
}

/** The votes beside a resolution. */
export function resolutionEvidence(execution_id: string, votes: readonly ReviewVote[]): ResolutionEvidence {
  return parseResolutionEvidence({ type: EVIDENCE_TYPE, execution_id, votes });
}

function isResolution(value: unknown): value is Resolution {
  return value === "approved" || value === "rejected" || value === "expired";
}

/** As many as a policy's quorum may be. */
function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 16;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

const refuseResolution: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError(
    "INV-045",
    `The resolution is malformed at ${shorten(pointer)}: expected ${expected}.`,
    { details: { pointer } },
  );
};
