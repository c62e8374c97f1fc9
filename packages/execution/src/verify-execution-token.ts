import { payloadTypes, type Verifier } from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";
import { type ExecutionToken, type OpenToken, openToken } from "./execution-token.js";
import { isKeyId } from "./grammar.js";
import { verifyPayload } from "./signatures.js";

/** Where and when a token is used. */
export interface TokenUse {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Key id of the runtime that redeems it. */
  readonly audience: string;
}

/**
 * Checks form, signature, audience and lifetime of a token; returns it without its signature, frozen.
 * @throws INV-001 to INV-008
 */
export async function verifyExecutionToken(
  token: unknown,
  verifier: Verifier,
  { at, audience }: TokenUse,
): Promise<ExecutionToken> {
  const open = openToken(token);
  if (!Number.isSafeInteger(at)) {
    throw new ExecutionError("INV-008", "The time of use must be whole milliseconds since the Unix epoch.");
  }
  if (!isKeyId(audience))
    throw new ExecutionError("INV-008", "The audience must be the key id of the runtime.");
  await requireGenuine(open, verifier);
  requireUsable(open, { at, audience });
  return open.token;
}

/** @throws INV-003, INV-004 */
export async function requireGenuine(
  { token, payload, signature }: OpenToken,
  verifier: Verifier,
): Promise<void> {
  if (token.keyId !== verifier.keyId) {
    throw new ExecutionError("INV-003", "The token names another issuing key than the verifier's.", {
      details: { keyId: token.keyId },
    });
  }
  if (await verifyPayload(verifier, payloadTypes.executionToken, payload, signature)) return;
  throw new ExecutionError("INV-004", "The token's signature does not verify.", {
    details: { keyId: token.keyId },
  });
}

/** @throws INV-005, INV-006, INV-007 */
export function requireUsable({ token, lifetime }: OpenToken, { at, audience }: TokenUse): void {
  if (token.audience !== audience) {
    throw new ExecutionError("INV-005", "The token was issued for another audience.", {
      details: { audience: token.audience },
    });
  }
  if (at < lifetime.fromMs) {
    throw new ExecutionError("INV-006", `The token is not valid before ${token.issuedAt}.`);
  }
  if (at >= lifetime.untilMs) {
    throw new ExecutionError("INV-007", `The token expired at ${token.expiresAt}.`);
  }
}
