import { decodeUtf8, type JsonObject, type JsonValue, parseStrict } from "@parmanasystems/canonical";
import { parseAttestation, RESOLUTION_PREDICATE_TYPE } from "@parmanasystems/execution";
import {
  decodeBase64,
  importPublicKey,
  parseDetachedSignature,
  parseEnvelope,
} from "@parmanasystems/signing";
import { parseEvidenceBundle } from "@parmanasystems/verifier";
import type { PlainKind, PresentedFile } from "./presented-file.js";
import { MAX_FILE_BYTES } from "./read-file.js";

const BUNDLE_TYPES = "parmana/evidence-bundle/";
const LOG_PROOF_HEAD = "c2sp.org/tlog-proof@";
/** Origin, size and root of a C2SP checkpoint. */
const CHECKPOINT = /^[^\n]+\n\d+\n[A-Za-z0-9+/]{43}=\n/;
/** Hashes, one a line. */
const CONSISTENCY = /^(?:[A-Za-z0-9+/]{43}=(?:\n|$))+$/;

/** More than the largest policy has; so many brackets as are read would not fit in memory. */
const MAX_VALUES = 1_000_000;
/** More than either has. */
const MAX_TEXT_BYTES = 8_192;

/** What `type` says; a version that this page cannot read is refused later, by the parser of its kind. */
const kindsOfTypes: ReadonlyMap<string, PlainKind> = new Map([
  ["parmana/evidence/", "evidence"],
  ["parmana/resolution-evidence/", "votes"],
  ["parmana/policy-bundle/", "policy-manifest"],
  ["parmana/policy-index/", "policy-index"],
  ["parmana/release-manifest/", "release"],
]);

/** @throws ParmanaError that says why the file is nothing that this page reads */
export function recogniseFile(bytes: Uint8Array): PresentedFile {
  const head = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (head.startsWith("-----BEGIN ")) return { kind: "root-key", key: importPublicKey(decodeUtf8(bytes)) };
  if (head.startsWith(LOG_PROOF_HEAD)) return { kind: "log-proof", bytes };
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_TEXT_BYTES));
  if (CHECKPOINT.test(text)) return { kind: "checkpoint", bytes };
  if (CONSISTENCY.test(text)) return { kind: "consistency", bytes };
  return recogniseJson(parseStrict(bytes, { maxBytes: MAX_FILE_BYTES, maxValues: MAX_VALUES }), bytes);
}

function recogniseJson(json: JsonValue, bytes: Uint8Array): PresentedFile {
  const kind = isObject(json) ? kindOf(json, bytes) : undefined;
  if (kind !== undefined) return kind;
  // The parser of attestations says best what is missing for one.
  parseAttestation(json);
  return { kind: "attestation", bytes };
}

function kindOf(json: JsonObject, bytes: Uint8Array): PresentedFile | undefined {
  if (has(json, "kty")) return { kind: "root-key", key: importPublicKey(json) };
  if (has(json, "payload")) return { kind: kindOfEnvelope(json), bytes };
  if (has(json, "signatures")) {
    return { kind: "signature", payloadType: parseDetachedSignature(bytes).payloadType, bytes };
  }
  const { type } = json;
  if (typeof type === "string") return kindOfType(type, json, bytes);
  if (has(json, "rules") || has(json, "cases")) return { kind: "policy-file", bytes };
  if (has(json, "resolution")) return { kind: "resolution", bytes };
  // A malformed attestation is one all the same: the report says what is wrong with it.
  if (has(json, "execution_id")) return { kind: "attestation", bytes };
  return undefined;
}

function kindOfType(type: string, json: JsonObject, bytes: Uint8Array): PresentedFile | undefined {
  if (type.startsWith(BUNDLE_TYPES)) return { kind: "evidence-bundle", bundle: parseEvidenceBundle(bytes) };
  if (type.startsWith("parmana/trust-root/")) {
    const { version } = json;
    return { kind: "trust-root", version: typeof version === "number" ? version : 0, bytes };
  }
  for (const [prefix, kind] of kindsOfTypes) if (type.startsWith(prefix)) return { kind, bytes };
  return undefined;
}

function kindOfEnvelope(json: JsonObject): "attestation" | "resolution" {
  const statement = parseStrict(decodeBase64(parseEnvelope(json).payload));
  const isResolution = isObject(statement) && statement["predicateType"] === RESOLUTION_PREDICATE_TYPE;
  return isResolution ? "resolution" : "attestation";
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(json: JsonObject, name: string): boolean {
  return Object.hasOwn(json, name);
}
