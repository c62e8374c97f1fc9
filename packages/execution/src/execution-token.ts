import { canonicalBytes, isSha256, parseTimestamp, type Sha256, shorten } from "@parmanasystems/canonical";
import { type DecisionOutcome, isPolicyId, isPolicyVersion } from "@parmanasystems/governance";
import { isExecutionId } from "@parmanasystems/provenance";
import { decodeBase64, encodeBase64 } from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";
import { isDecisionOutcome, isKeyId, isSignatureText, isText, isTime } from "./grammar.js";
import { MemberReader, type Refuse } from "./member-reader.js";
import { createStamp } from "./stamp.js";

const TOKEN_TYPE = "parmana/execution-token/v1";

/** Longest time from `issuedAt` to `expiresAt`. */
const MAX_LIFETIME_MS = 300_000;

/** What the issuer of a token states. */
export interface TokenFields {
  readonly execution_id: string;
  readonly execution_fingerprint: Sha256;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly bundleHash: Sha256;
  readonly decision: DecisionOutcome;
  readonly rule_id: string;
  /** RFC 3339 UTC with milliseconds. Valid from here … */
  readonly issuedAt: string;
  /** … and until just before here, five minutes at most. */
  readonly expiresAt: string;
  /** Key id of the runtime that may redeem the token. */
  readonly audience: string;
}

/** The one-time permission between decision and attestation: what is signed. */
export interface ExecutionToken extends TokenFields {
  readonly type: "parmana/execution-token/v1";
  /** Key id of the issuer. */
  readonly keyId: string;
}

export interface SignedExecutionToken extends ExecutionToken {
  /** Ed25519 over PAE of the canonical token; base64. */
  readonly signature: string;
}

/** Milliseconds since the Unix epoch. */
interface Lifetime {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A token of checked form, with its canonical bytes: what is signed. */
interface DraftToken {
  readonly token: ExecutionToken;
  readonly lifetime: Lifetime;
  readonly payload: Uint8Array;
}

export interface OpenToken extends DraftToken {
  readonly signature: Uint8Array;
}

const fieldNames = [
  "execution_id",
  "execution_fingerprint",
  "policyId",
  "policyVersion",
  "bundleHash",
  "decision",
  "rule_id",
  "issuedAt",
  "expiresAt",
  "audience",
];
const fieldsShape = { required: fieldNames };
const tokenShape = { required: [...fieldNames, "type", "keyId", "signature"] };

// On every token that was issued here, so that redeeming it does not read and canonicalise it again.
const issued = createStamp<OpenToken>();

/** The token as its issuer signs it. @throws INV-008, INV-002 */
export function draftToken(fields: TokenFields, keyId: string): DraftToken {
  return draft(new MemberReader(fields, fieldsShape, refuseFields), keyId);
}

export function sealToken(
  { token, lifetime, payload }: DraftToken,
  signature: Uint8Array,
): SignedExecutionToken {
  const sealed = Object.assign({ ...token }, { signature: encodeBase64(signature) });
  issued.put(sealed, { token, lifetime, payload, signature });
  return Object.freeze(sealed);
}

/** Checks the closed form of a token, not its signature. @throws INV-001, INV-002 */
export function openToken(value: unknown): OpenToken {
  return issued.read(value) ?? readToken(value);
}

function readToken(value: unknown): OpenToken {
  const members = new MemberReader(value, tokenShape, refuseToken);
  members.required("type", isTokenType, `"${TOKEN_TYPE}"`);
  const { token, lifetime, payload } = draft(members, members.required("keyId", isKeyId, "a key id"));
  const signature = members.required("signature", isSignatureText, "an Ed25519 signature in base64");
  return { token, lifetime, payload, signature: decodeBase64(signature) };
}

function draft(members: MemberReader, keyId: string): DraftToken {
  // In canonical order, which spares canonicalize the sorting.
  const token: ExecutionToken = Object.freeze({
    audience: members.required("audience", isKeyId, "the key id of a runtime"),
    bundleHash: members.required("bundleHash", isSha256, "a sha256 hash"),
    decision: members.required("decision", isDecisionOutcome, "approved, rejected or pending_override"),
    execution_fingerprint: members.required("execution_fingerprint", isSha256, "a sha256 hash"),
    execution_id: members.required("execution_id", isExecutionId, "an execution id"),
    expiresAt: members.required("expiresAt", isTime, "a UTC time with milliseconds"),
    issuedAt: members.required("issuedAt", isTime, "a UTC time with milliseconds"),
    keyId,
    policyId: members.required("policyId", isPolicyId, "a policy id"),
    policyVersion: members.required("policyVersion", isPolicyVersion, "a semantic version"),
    rule_id: members.required("rule_id", isText, "the id of a rule"),
    type: TOKEN_TYPE,
  });
  return { token, lifetime: lifetimeOf(token), payload: canonicalBytes(token) };
}

function lifetimeOf({ issuedAt, expiresAt }: TokenFields): Lifetime {
  const lifetime = { fromMs: parseTimestamp(issuedAt), untilMs: parseTimestamp(expiresAt) };
  const lengthMs = lifetime.untilMs - lifetime.fromMs;
  if (lengthMs > 0 && lengthMs <= MAX_LIFETIME_MS) return lifetime;
  throw new ExecutionError(
    "INV-002",
    "The token's expiresAt must be after its issuedAt, by at most five minutes.",
  );
}

function isTokenType(value: unknown): value is typeof TOKEN_TYPE {
  return value === TOKEN_TYPE;
}

const refuseFields: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError(
    "INV-008",
    `The token to issue is malformed at ${shorten(pointer)}: expected ${expected}.`,
    {
      details: { pointer },
    },
  );
};

const refuseToken: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError(
    "INV-001",
    `The execution token is malformed at ${shorten(pointer)}: expected ${expected}.`,
    {
      details: { pointer },
    },
  );
};
