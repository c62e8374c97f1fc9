import { type JsonObject, type JsonValue, ParmanaError, sha256, shorten } from "@parmanasystems/canonical";
import { decodeBase64Url, encodeBase64Url, importPublicKey, type PublicKey } from "@parmanasystems/signing";
import { DocumentReader } from "../document-reader.js";
import { GovernanceError } from "../errors.js";
import { FrozenMap } from "../policy/frozen-map.js";
import type { RoleDelegation, TrustedKey, TrustRoot } from "./trust-root.js";

const TYPE = "parmana/trust-root/v1";
const ALGORITHM = "Ed25519";
export const MAX_TRUST_ROOT_BYTES = 256 * 1024;
const MAX_KEYS = 256;
const MAX_ROLES = 128;
const ROLE = /^(?:root|policy|release|runtime|log|(?:approver|source):[a-z0-9][a-z0-9-]{0,63})$/;

export const trustRootReader = new DocumentReader({
  noun: "The trust root",
  code: "TRUST-011",
  syntaxCode: "TRUST-010",
  maxBytes: MAX_TRUST_ROOT_BYTES,
});

/**
 * What a new trust root says. An opened `TrustRoot` has the same shape but for the keys, which come as a
 * list.
 */
export interface TrustRootDraft extends Pick<
  TrustRoot,
  "version" | "issuedAt" | "expiresAt" | "previous" | "roles"
> {
  readonly keys: Iterable<Omit<TrustedKey, "keyId">>;
}

/**
 * The canonical bytes of a trust root, checked by the rules that will open it.
 * @throws GovernanceError TRUST-011 to -015
 */
export function createTrustRootDocument(draft: TrustRootDraft): Uint8Array {
  const document = trustRootReader.encode({
    type: TYPE,
    version: draft.version,
    issuedAt: trustRootReader.spellTime(draft.issuedAt, "/issuedAt"),
    expiresAt: trustRootReader.spellTime(draft.expiresAt, "/expiresAt"),
    previous: draft.previous,
    keys: Object.fromEntries(Array.from(draft.keys, (key) => [key.publicKey.keyId, keyDocument(key)])),
    roles: Object.fromEntries(
      Array.from(draft.roles, ([role, { keyids, threshold }]) => [role, { keyids: [...keyids], threshold }]),
    ),
  });
  parseTrustRoot(document);
  return document;
}

/** Reads the document; signatures are not looked at. @throws GovernanceError TRUST-010 to -015 */
export function parseTrustRoot(document: Uint8Array): TrustRoot {
  const reader = trustRootReader;
  const root = reader.object(reader.parse(document), "", [
    "type",
    "version",
    "issuedAt",
    "expiresAt",
    "previous",
    "keys",
    "roles",
  ]);
  reader.constant(root["type"], "/type", TYPE);
  const version = reader.integer(root["version"], "/version", 1);
  const issuedAt = reader.timestamp(root["issuedAt"], "/issuedAt");
  const expiresAt = reader.timestamp(root["expiresAt"], "/expiresAt");
  if (expiresAt <= issuedAt) throw reader.defect("/expiresAt", "a time after issuedAt");
  const previous = root["previous"] === null ? null : reader.hash(root["previous"], "/previous");
  if ((previous === null) !== (version === 1)) {
    throw reader.defect("/previous", "null in version 1 and a hash in every later one");
  }
  const keys = new FrozenMap(
    reader
      .table(root["keys"], "/keys", MAX_KEYS)
      .map(([keyId, value]) => [keyId, parseKey(keyId, value)] as const),
  );
  const roles = new FrozenMap(
    reader
      .table(root["roles"], "/roles", MAX_ROLES)
      .map(([role, value]) => [role, parseRole(role, value, keys)] as const),
  );
  requireOneRolePerKey(roles);
  return Object.freeze({ version, issuedAt, expiresAt, previous, hash: sha256(document), keys, roles });
}

function keyDocument(key: Omit<TrustedKey, "keyId">): JsonObject {
  const spell = (ms: number, member: string): string =>
    trustRootReader.spellTime(ms, `/keys/${key.publicKey.keyId}/${member}`);
  return {
    algorithm: ALGORITHM,
    publicKey: encodeBase64Url(key.publicKey.raw),
    operator: key.operator,
    validFrom: spell(key.validFrom, "validFrom"),
    validUntil: spell(key.validUntil, "validUntil"),
    status: key.status,
    ...(key.revokedAt === undefined ? {} : { revokedAt: spell(key.revokedAt, "revokedAt") }),
    ...(key.reason === undefined ? {} : { reason: key.reason }),
  };
}

function parseKey(keyId: string, value: JsonValue): TrustedKey {
  const reader = trustRootReader;
  const pointer = `/keys/${keyId.slice(0, 64)}`;
  const key = reader.object(
    value,
    pointer,
    ["algorithm", "publicKey", "operator", "validFrom", "validUntil", "status"],
    ["revokedAt", "reason"],
  );
  reader.constant(key["algorithm"], `${pointer}/algorithm`, ALGORITHM);
  const publicKey = admitKey(keyId, reader.text(key["publicKey"], `${pointer}/publicKey`, 64));
  const operator = reader.name(key["operator"], `${pointer}/operator`, 128);
  const validFrom = reader.timestamp(key["validFrom"], `${pointer}/validFrom`);
  const validUntil = reader.timestamp(key["validUntil"], `${pointer}/validUntil`);
  if (validUntil <= validFrom) throw reader.defect(`${pointer}/validUntil`, "a time after validFrom");
  const status = reader.oneOf(key["status"], `${pointer}/status`, ["active", "retired", "revoked"]);
  const revoked = Object.hasOwn(key, "revokedAt");
  if (revoked !== (status === "revoked")) {
    throw reader.defect(`${pointer}/revokedAt`, 'a time exactly when the status is "revoked"');
  }
  return Object.freeze({
    keyId,
    publicKey,
    operator,
    validFrom,
    validUntil,
    status,
    ...(revoked ? { revokedAt: reader.timestamp(key["revokedAt"], `${pointer}/revokedAt`) } : {}),
    ...(Object.hasOwn(key, "reason") ? { reason: reader.text(key["reason"], `${pointer}/reason`, 512) } : {}),
  });
}

function admitKey(keyId: string, encoded: string): PublicKey {
  let publicKey: PublicKey;
  try {
    publicKey = importPublicKey(decodeBase64Url(encoded));
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw new GovernanceError(
      "TRUST-012",
      `The trust root's key ${shorten(keyId)} is not admitted: ${cause.message}`,
      { cause },
    );
  }
  if (publicKey.keyId !== keyId) {
    throw new GovernanceError(
      "TRUST-012",
      `The trust root lists key ${publicKey.keyId} under the name ${shorten(keyId)}.`,
    );
  }
  return publicKey;
}

function parseRole(role: string, value: JsonValue, keys: ReadonlyMap<string, TrustedKey>): RoleDelegation {
  const reader = trustRootReader;
  if (!ROLE.test(role)) {
    throw new GovernanceError(
      "TRUST-013",
      `The trust root declares a role ${shorten(role)}, which does not exist.`,
    );
  }
  const pointer = `/roles/${role}`;
  const delegation = reader.object(value, pointer, ["keyids", "threshold"]);
  const keyids = reader.list(delegation["keyids"], `${pointer}/keyids`, MAX_KEYS).map((entry, index) => {
    const keyId = reader.text(entry, `${pointer}/keyids/${index}`, 64);
    if (!keys.has(keyId)) {
      throw new GovernanceError(
        "TRUST-013",
        `The role ${role} names key ${shorten(keyId)}, which the trust root does not hold.`,
      );
    }
    return keyId;
  });
  const threshold = reader.integer(delegation["threshold"], `${pointer}/threshold`, 1);
  const operators = new Set(keyids.map((keyId) => keys.get(keyId)?.operator));
  if (threshold > operators.size) {
    throw new GovernanceError(
      "TRUST-015",
      `The role ${role} demands ${threshold} signatures, and its keys belong to ${operators.size} operators.`,
    );
  }
  return Object.freeze({ keyids: Object.freeze(keyids), threshold });
}

function requireOneRolePerKey(roles: ReadonlyMap<string, RoleDelegation>): void {
  if (!roles.has("root")) throw new GovernanceError("TRUST-013", "The trust root declares no role root.");
  const owners = new Map<string, string>();
  for (const [role, { keyids }] of roles) {
    for (const keyId of keyids) {
      const owner = owners.get(keyId);
      if (owner !== undefined) {
        throw new GovernanceError(
          "TRUST-014",
          owner === role
            ? `The role ${role} lists key ${keyId} twice.`
            : `Key ${keyId} serves the roles ${owner} and ${role}.`,
        );
      }
      owners.set(keyId, role);
    }
  }
}
