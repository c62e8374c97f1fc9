import { timingSafeEqual } from "node:crypto";
import { sha256, type Sha256 } from "@parmanasystems/canonical";
import { type ApiKeyRecord, apiKeyId } from "@parmanasystems/governance";
import type { Caller } from "./caller.js";
import { keyIdentity } from "./identity.js";

const NOBODY: Sha256 = sha256("nobody has this key");

/** The caller with this API key; undefined for a key that is unknown, expired or revoked. */
export function callerOfApiKey(
  key: string,
  records: readonly ApiKeyRecord[],
  now: number,
): Caller | undefined {
  const id = apiKeyId(key);
  const record = records.find((candidate) => candidate.id === id);
  // The comparison is made for an unknown id, too, so that time does not tell which ids exist.
  const same = timingSafeEqual(Buffer.from(sha256(key)), Buffer.from(record?.hash ?? NOBODY));
  if (record === undefined || !same) return undefined;
  if (record.revokedAt !== null || (record.expiresAt !== null && now >= record.expiresAt)) return undefined;
  return {
    name: keyIdentity(record),
    roles: new Set(record.roles),
    approverRoles: record.approverRoles,
    policies: record.policies === null ? null : new Set(record.policies),
  };
}
