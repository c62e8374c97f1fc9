import {
  formatTimestamp,
  type JsonObject,
  type JsonValue,
  sha256,
  type Sha256,
} from "@parmanasystems/canonical";
import { encodeBase64Url } from "@parmanasystems/signing";
import { DocumentReader } from "./document-reader.js";
import { GovernanceError } from "./errors.js";
import { isPolicyId } from "./policy/identity.js";

/** What a caller of the server may do. */
export const callerRoles = ["evaluator", "approver", "auditor", "operator"] as const;
export type CallerRole = (typeof callerRoles)[number];

/** One API key as it is stored: its hash and what it is for. Times are milliseconds since 1970. */
export interface ApiKeyRecord {
  /** 8 hexadecimal digits, also in the key itself. */
  readonly id: string;
  /** Hash of the whole key. */
  readonly hash: Sha256;
  /** Who calls with it. Keys of one name are those of one caller. */
  readonly name: string;
  /**
   * Whose it is: "service" for a program that no person speaks through, `oidc:<issuer>:<subject>` for the person whom the OIDC
   * provider calls so; null where nobody said.
   */
  readonly holder: string | null;
  readonly roles: readonly CallerRole[];
  /** In which roles of policies its holder may vote. */
  readonly approverRoles: readonly string[];
  /** Which policies it may evaluate; null for all. */
  readonly policies: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export type ApiKeyTerms = Pick<
  ApiKeyRecord,
  "name" | "roles" | "approverRoles" | "policies" | "createdAt" | "expiresAt"
> &
  Partial<Pick<ApiKeyRecord, "holder">>;

const TYPE = "parmana/api-keys/v1";
const API_KEY = /^pk_([0-9a-f]{8})_[A-Za-z0-9_-]{43}$/;
const ID = /^[0-9a-f]{8}$/;
const PERSON = /^oidc:[^:\s]+:[^\s].*$/;
const MAX_KEYS = 4096;
const MAX_NAME = 200;
const MAX_HOLDER = 256;
const MAX_ROLES = 64;
const MAX_POLICIES = 1024;

const reader = new DocumentReader({
  noun: "The file of API keys",
  code: "TRUST-060",
  maxBytes: 4 * 1024 * 1024,
});

/** A new key of 256 random bits, to be shown once, and the record to keep of it. @throws GovernanceError TRUST-060, TRUST-061 */
export function createApiKey(terms: ApiKeyTerms): { readonly key: string; readonly record: ApiKeyRecord } {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(36));
  const id = Array.from(random.subarray(32), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const key = `pk_${id}_${encodeBase64Url(random.subarray(0, 32))}`;
  const [record] = parseApiKeys(
    encodeApiKeys([{ holder: null, ...terms, id, hash: sha256(key), revokedAt: null }]),
  );
  if (record === undefined) throw new TypeError("The file of one key held none.");
  return { key, record };
}

/** The id in a key; undefined for a text that is none. */
export function apiKeyId(key: string): string | undefined {
  return API_KEY.exec(key)?.[1];
}

/** The canonical bytes of the file. @throws GovernanceError TRUST-060 */
export function encodeApiKeys(records: readonly ApiKeyRecord[]): Uint8Array {
  return reader.encode({ type: TYPE, keys: records.map(recordDocument) });
}

/** @throws GovernanceError TRUST-060, TRUST-061 */
export function parseApiKeys(bytes: Uint8Array): readonly ApiKeyRecord[] {
  const document = reader.object(reader.parse(bytes), "", ["type", "keys"]);
  reader.constant(document["type"], "/type", TYPE);
  const { keys } = document;
  const records = Array.isArray(keys) && keys.length === 0 ? [] : reader.list(keys, "/keys", MAX_KEYS);
  const parsed = records.map((value, index) => parseRecord(value, `/keys/${String(index)}`));
  if (new Set(parsed.map(({ id }) => id)).size < parsed.length) throw reader.defect("/keys", "unique ids");
  return Object.freeze(parsed);
}

const required = ["id", "hash", "name", "roles", "approverRoles", "policies", "createdAt"];
const optional = ["holder", "expiresAt", "revokedAt"];

function parseRecord(value: JsonValue, at: string): ApiKeyRecord {
  const members = reader.object(value, at, required, optional);
  const id = reader.text(members["id"], `${at}/id`, 8);
  if (!ID.test(id)) throw reader.defect(`${at}/id`, "8 hexadecimal digits");
  const time = (name: string): number | null =>
    members[name] === undefined ? null : reader.timestamp(members[name], `${at}/${name}`);
  return Object.freeze({
    id,
    hash: reader.hash(members["hash"], `${at}/hash`),
    name: reader.name(members["name"], `${at}/name`, MAX_NAME),
    holder: members["holder"] === undefined ? null : parseHolder(members["holder"], `${at}/holder`),
    roles: Object.freeze(
      reader
        .list(members["roles"], `${at}/roles`, callerRoles.length)
        .map((role, index) => reader.oneOf(role, `${at}/roles/${String(index)}`, callerRoles)),
    ),
    approverRoles: names(members["approverRoles"], `${at}/approverRoles`, MAX_ROLES),
    policies:
      members["policies"] === null ? null : names(members["policies"], `${at}/policies`, MAX_POLICIES),
    createdAt: reader.timestamp(members["createdAt"], `${at}/createdAt`),
    expiresAt: time("expiresAt"),
    revokedAt: time("revokedAt"),
  });
}

function parseHolder(value: JsonValue, at: string): string {
  const holder = reader.name(value, at, MAX_HOLDER);
  if (holder === "service" || PERSON.test(holder)) return holder;
  throw new GovernanceError(
    "TRUST-061",
    `The file of API keys has a holder at ${at} that is neither service nor a person as oidc:<issuer>:<subject>.`,
    { details: { pointer: at } },
  );
}

/** Roles of policies and policies are spelled alike. */
function names(value: JsonValue | undefined, at: string, maximum: number): readonly string[] {
  if (Array.isArray(value) && value.length === 0) return Object.freeze([]);
  return Object.freeze(
    reader.list(value, at, maximum).map((name, index) => {
      if (typeof name === "string" && isPolicyId(name)) return name;
      throw reader.defect(`${at}/${String(index)}`, "an id such as claims-approval");
    }),
  );
}

function recordDocument(record: ApiKeyRecord): JsonObject {
  const { id, hash, name, holder, roles, approverRoles, policies, createdAt, expiresAt, revokedAt } = record;
  return {
    id,
    hash,
    name,
    ...(holder !== null && { holder }),
    roles,
    approverRoles,
    policies,
    createdAt: formatTimestamp(createdAt),
    ...(expiresAt !== null && { expiresAt: formatTimestamp(expiresAt) }),
    ...(revokedAt !== null && { revokedAt: formatTimestamp(revokedAt) }),
  };
}
