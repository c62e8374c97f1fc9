import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import { importPublicKey, type PublicKey } from "@parmanasystems/signing";
import { DocumentReader } from "../document-reader.js";

const TYPE = "parmana/ceremony/v1";
const MAX_DAYS = 3_650;
const MAX_ROLES = 128;
const MAX_KEYS = 256;

/** Who is to hold which role of a new trust root, and for how long: the plan that its parties agree on beforehand. */
export interface Ceremony {
  /** How long the trust root is valid. */
  readonly days: number;
  /** How long the keys are valid, those of the root role included; when absent `days`, and twice that for root keys. */
  readonly keyDays?: number;
  readonly roles: ReadonlyMap<string, CeremonyRole>;
}

export interface CeremonyRole {
  readonly threshold: number;
  readonly keys: readonly CeremonyKey[];
}

/** A key that is given, lies in a file, or is made where the ceremony is held. */
export interface CeremonyKey {
  readonly operator: string;
  readonly publicKey?: PublicKey;
  /** A PEM or JWK file, relative to the ceremony's own. */
  readonly file?: string;
}

const reader = new DocumentReader({ noun: "The ceremony", code: "TRUST-043", maxBytes: 1024 * 1024 });

/** @throws GovernanceError TRUST-043; KEY-* for a JWK that is no public Ed25519 key */
export function parseCeremony(document: Uint8Array): Ceremony {
  const ceremony = reader.object(reader.parse(document), "", ["type", "days", "roles"], ["keyDays"]);
  reader.constant(ceremony["type"], "/type", TYPE);
  const days = reader.integer(ceremony["days"], "/days", 1, MAX_DAYS);
  const roles = reader
    .table(ceremony["roles"], "/roles", MAX_ROLES)
    .map(([role, value]) => [role, parseRole(role, value)] as const);
  return Object.freeze({
    days,
    ...(Object.hasOwn(ceremony, "keyDays")
      ? { keyDays: reader.integer(ceremony["keyDays"], "/keyDays", 1, MAX_DAYS) }
      : {}),
    roles: new Map(roles),
  });
}

/** Role names are for the trust root to judge. */
function parseRole(role: string, value: JsonValue): CeremonyRole {
  const pointer = `/roles/${role.slice(0, 80)}`;
  const terms = reader.object(value, pointer, ["keys"], ["threshold"]);
  const keys = reader
    .list(terms["keys"], `${pointer}/keys`, MAX_KEYS)
    .map((key, index) => parseKey(key, `${pointer}/keys/${index}`));
  const threshold = Object.hasOwn(terms, "threshold")
    ? reader.integer(terms["threshold"], `${pointer}/threshold`, 1, MAX_KEYS)
    : 1;
  return Object.freeze({ threshold, keys: Object.freeze(keys) });
}

function parseKey(value: JsonValue, pointer: string): CeremonyKey {
  const key = reader.object(value, pointer, ["operator"], ["file", "jwk"]);
  const operator = reader.text(key["operator"], `${pointer}/operator`, 128);
  if (Object.hasOwn(key, "file") && Object.hasOwn(key, "jwk")) {
    throw reader.defect(pointer, "file or jwk, not both");
  }
  if (Object.hasOwn(key, "file"))
    return { operator, file: reader.text(key["file"], `${pointer}/file`, 1024) };
  const { jwk } = key;
  if (jwk === undefined) return { operator };
  if (!isObject(jwk)) throw reader.defect(`${pointer}/jwk`, "a JWK object");
  return { operator, publicKey: importPublicKey(jwk) };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
