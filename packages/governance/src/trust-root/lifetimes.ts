import { parseTimestamp } from "@parmanasystems/canonical";

const LAST_TIME = parseTimestamp("9998-12-31T23:59:59.999Z");

/**
 * How long a key is valid when nobody says otherwise: a root key twice as long as the trust root, so that one that
 * was left to expire can still be replaced.
 */
export function keyValidUntil(role: string, now: number, expiresAt: number): number {
  return role === "root" ? Math.min(expiresAt + (expiresAt - now), LAST_TIME) : expiresAt;
}
