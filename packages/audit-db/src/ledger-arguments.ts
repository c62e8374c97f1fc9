import { isTimestamp } from "@parmanasystems/canonical";
import { isParty } from "@parmanasystems/execution";
import { type Reservation, type ReviewClaim, RuntimeError } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";

/** A copy that the caller cannot change. @throws RuntimeError INV-018 when it cannot be a reservation of any ledger */
export function snapshot(reservation: Reservation): Reservation {
  const { executionId, fingerprint, identity, fencing, leaseExpiresAt } = reservation;
  if (!Number.isSafeInteger(fencing) || typeof executionId !== "string") {
    throw new RuntimeError("INV-018", "The reservation is none that this ledger gave out.");
  }
  return { executionId, fingerprint, identity, fencing, leaseExpiresAt };
}

/** @throws LedgerError SYS-016 */
export function requireText(executionId: unknown): void {
  if (typeof executionId !== "string") refuse("executionId", "text");
}

/** A checked copy. @throws LedgerError SYS-016 */
export function prepareClaim({ by, until }: ReviewClaim): ReviewClaim {
  if (!isParty(by)) refuse("claim.by", "1 to 256 printable characters");
  if (!isTimestamp(until)) refuse("claim.until", "RFC 3339 UTC with milliseconds");
  return Object.freeze({ by, until });
}

/** @throws LedgerError SYS-016 */
export function requireEnd(state: unknown): void {
  if (state !== "resolved" && state !== "expired") refuse("state", "resolved or expired");
}

/** @throws LedgerError SYS-016, always */
export function refuse(argument: string, expected: string): never {
  throw new LedgerError("SYS-016", `The argument ${argument} must be ${expected}.`, {
    details: { argument },
  });
}
