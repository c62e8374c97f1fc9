import { isExecutionId } from "@parmanasystems/execution";
import { type Reservation, RuntimeError } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";

const resolutions: readonly unknown[] = ["approved", "rejected", "expired"];

/** A copy that the caller cannot change. @throws RuntimeError INV-018 when it cannot be a reservation of any ledger */
export function snapshot(reservation: Reservation): Reservation {
  const { executionId, fingerprint, identity, fencing, leaseExpiresAt } = reservation;
  if (!Number.isSafeInteger(fencing) || typeof executionId !== "string") {
    throw new RuntimeError("INV-018", "The reservation is none that this ledger gave out.");
  }
  return { executionId, fingerprint, identity, fencing, leaseExpiresAt };
}

/** @throws RuntimeError INV-016 */
export function requireExecutionId(executionId: unknown): void {
  if (!isExecutionId(executionId)) {
    throw new RuntimeError("INV-016", "The execution id must be 1 to 128 of A-Z a-z 0-9 . _ : -");
  }
}

/** @throws RuntimeError INV-016; LedgerError SYS-016 */
export function requireResolution(executionId: unknown, resolution: unknown): void {
  requireExecutionId(executionId);
  if (!resolutions.includes(resolution)) refuse("resolution", "approved, rejected or expired");
}

/** @throws LedgerError SYS-016 */
export function requireText(executionId: unknown): void {
  if (typeof executionId !== "string") refuse("executionId", "text");
}

/** @throws LedgerError SYS-016, always */
export function refuse(argument: string, expected: string): never {
  throw new LedgerError("SYS-016", `The argument ${argument} must be ${expected}.`, {
    details: { argument },
  });
}
