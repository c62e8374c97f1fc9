import { canonicalize, isSha256, parseTimestamp, type Sha256 } from "@parmanasystems/canonical";
import { type DecisionOutcome, isPolicyId, isPolicyVersion } from "@parmanasystems/governance";
import { decodeBase64, encodeBase64 } from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";
import { isDecisionOutcome, isExecutionId, isKeyId, isSignatureText, isText, isTime } from "./grammar.js";
import { type MemberReader, readMembers, type Refuse } from "./member-reader.js";

export const TOKEN_TYPE = "parmana/execution-token/v1";

/** Longest time from `issuedAt` to `expiresAt`. */
export const MAX_TOKEN_LIFETIME_MS = 300_000;

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
  readonly type: typeof TOKEN_TYPE;
  /** Key id of the issuer. */
  readonly keyId: string;
}

export interface SignedExecutionToken extends ExecutionToken {
  /** Ed25519 over PAE of the canonical token; base64. */
  readonly signature: string;
}

/** A token of checked form, with what its signature is over. */
export interface OpenToken {
  readonly token: ExecutionToken;
  readonly lifetime: Lifetime;
  /** Canonical JSON of the token. */
  readonly text: string;
  readonly signature: Uint8Array;
}

/** Milliseconds since the Unix epoch. */
export interface Lifetime {
  readonly fromMs: number;
  readonly untilMs: number;
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

// Tokens that this process issued: frozen, so that what was found out about them stays true.
const issued = new WeakMap<object, OpenToken>();

/** The token as its issuer signs it. @throws INV-008, INV-002 */
export function draftToken(fields: TokenFields, keyId: string): Omit<OpenToken, "signature"> {
  const members = readMembers(fields, fieldsShape, refuseFields);
  const token = Object.freeze({ type: TOKEN_TYPE, ...readFields(members), keyId });
  return { token, lifetime: lifetimeOf(token), text: canonicalize(token) };
}

/** Seals a draft with its signature. */
export function sealToken(draft: Omit<OpenToken, "signature">, signature: Uint8Array): SignedExecutionToken {
  const sealed = Object.freeze({ ...draft.token, signature: encodeBase64(signature) });
  issued.set(sealed, { ...draft, signature });
  return sealed;
}

/** Checks the closed form of a token, not its signature; form and text of our own are known. @throws INV-001, INV-002 */
export function openToken(value: unknown): OpenToken {
  return (isObject(value) ? issued.get(value) : undefined) ?? readToken(value);
}

function readToken(value: unknown): OpenToken {
  const members = readMembers(value, tokenShape, refuseToken);
  const token = Object.freeze({
    type: members.required("type", isTokenType, `"${TOKEN_TYPE}"`),
    ...readFields(members),
    keyId: members.required("keyId", isKeyId, "a key id"),
  });
  const signature = members.required("signature", isSignatureText, "an Ed25519 signature in base64");
  return { token, lifetime: lifetimeOf(token), text: canonicalize(token), signature: decodeBase64(signature) };
}

function readFields({ required }: MemberReader): TokenFields {
  return {
    execution_id: required("execution_id", isExecutionId, "an execution id"),
    execution_fingerprint: required("execution_fingerprint", isSha256, "a sha256 hash"),
    policyId: required("policyId", isPolicyId, "a policy id"),
    policyVersion: required("policyVersion", isPolicyVersion, "a semantic version"),
    bundleHash: required("bundleHash", isSha256, "a sha256 hash"),
    decision: required("decision", isDecisionOutcome, "approved, rejected or pending_override"),
    rule_id: required("rule_id", isText, "the id of a rule"),
    issuedAt: required("issuedAt", isTime, "a UTC time with milliseconds"),
    expiresAt: required("expiresAt", isTime, "a UTC time with milliseconds"),
    audience: required("audience", isKeyId, "the key id of a runtime"),
  };
}

function lifetimeOf({ issuedAt, expiresAt }: TokenFields): Lifetime {
  const lifetime = { fromMs: parseTimestamp(issuedAt), untilMs: parseTimestamp(expiresAt) };
  const lengthMs = lifetime.untilMs - lifetime.fromMs;
  if (lengthMs > 0 && lengthMs <= MAX_TOKEN_LIFETIME_MS) return lifetime;
  throw new ExecutionError("INV-002", "The token's expiresAt must be after its issuedAt, by at most five minutes.");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isTokenType(value: unknown): value is typeof TOKEN_TYPE {
  return value === TOKEN_TYPE;
}

const refuseFields: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError("INV-008", `The token to issue is malformed at "${pointer}": expected ${expected}.`, {
    details: { pointer },
  });
};

const refuseToken: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError("INV-001", `The execution token is malformed at "${pointer}": expected ${expected}.`, {
    details: { pointer },
  });
};
