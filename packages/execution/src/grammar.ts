import { isTimestamp } from "@parmanasystems/canonical";
import type { DecisionOutcome } from "@parmanasystems/governance";

// 32 bytes in unpadded base64url: the last of the 43 characters carries only four bits.
const KEY_ID = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
// 64 bytes in padded base64: the last letter carries only two bits.
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/;
// One line of text. Cc and Cs are fixed for ever, unlike the classes of letters, so every Unicode version agrees;
// the rest are line separators and the bidi controls that make text display as something else.
const LINE = /^[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]+$/u;
const PARTY_LIMIT = 256;
const TEXT_LIMIT = 1024;

/** A requester or an audience: 1 to 256 code units on one line, without controls. */
export function isParty(value: unknown): value is string {
  return typeof value === "string" && value.length <= PARTY_LIMIT && LINE.test(value);
}

/** An RFC 7638 thumbprint in its one spelling. */
export function isKeyId(value: unknown): value is string {
  return typeof value === "string" && KEY_ID.test(value);
}

/** An Ed25519 signature in strict base64. */
export function isSignatureText(value: unknown): value is string {
  return typeof value === "string" && SIGNATURE.test(value);
}

/** Rule id, action or reason: 1 to 1,024 code units on one line. What fits is decided by the limit of the payload. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= TEXT_LIMIT && LINE.test(value);
}

/** RFC 3339 UTC with milliseconds. */
export function isTime(value: unknown): value is string {
  return isTimestamp(value);
}

export function isDecisionOutcome(value: unknown): value is DecisionOutcome {
  return value === "approved" || value === "rejected" || value === "pending_override";
}
