import {
  expectObject,
  type JsonObject,
  type JsonValue,
  parseStrict,
  shorten,
} from "@parmanasystems/canonical";
import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import { decodeBase64 } from "@parmanasystems/signing";
import { VerifierError } from "../errors.js";
import {
  MAX_ATTESTATION_BYTES,
  MAX_DOCUMENT_BYTES,
  MAX_LOG_PROOF_BYTES,
  requireBundleSize,
  requireDocumentSize,
  requireSize,
} from "../limits.js";
import {
  type EndOfOverride,
  EVIDENCE_BUNDLE_TYPE,
  type EvidenceBundle,
  MAX_EVIDENCE_BUNDLE_BYTES,
  MAX_EVIDENCE_BUNDLE_VALUES,
  MAX_FORMER_DOCUMENTS,
} from "./evidence-bundle.js";

const MEMBERS = [
  "type",
  "attestation",
  "evidence",
  "policyBundle",
  "policyIndex",
  "formerPolicyIndexes",
  "release",
  "trustRoot",
  "logProof",
  "resolution",
] as const;

/**
 * Takes an evidence bundle apart. Its form is checked, nothing in it is believed: that is for `verifyAttestation`. Frozen.
 * @throws VerifierError INV-061, INV-100
 */
export function parseEvidenceBundle(file: Uint8Array): EvidenceBundle {
  const members = closed(readJson(file), "", MEMBERS);
  if (members["type"] !== EVIDENCE_BUNDLE_TYPE) throw malformed("/type", `"${EVIDENCE_BUNDLE_TYPE}"`);
  const evidence = members["evidence"];
  const resolution = members["resolution"];
  return Object.freeze({
    attestation: bytes(members["attestation"], "/attestation", MAX_ATTESTATION_BYTES),
    evidence: evidence === null ? undefined : bytes(evidence, "/evidence", MAX_DOCUMENT_BYTES),
    bundle: policyBundle(members["policyBundle"]),
    policyIndex: signedDocument(members["policyIndex"], "/policyIndex"),
    formerPolicyIndexes: documents(members["formerPolicyIndexes"], "/formerPolicyIndexes"),
    release: signedDocument(members["release"], "/release"),
    trustRoot: trustRoot(members["trustRoot"]),
    logProof: bytes(members["logProof"], "/logProof", MAX_LOG_PROOF_BYTES),
    resolution: resolution === null ? undefined : endOfOverride(resolution),
  });
}

function readJson(file: unknown): JsonValue {
  if (!(file instanceof Uint8Array)) throw malformed("", "the bytes of a file");
  requireSize(file, MAX_EVIDENCE_BUNDLE_BYTES, "the evidence bundle");
  try {
    return parseStrict(file, {
      maxBytes: MAX_EVIDENCE_BUNDLE_BYTES,
      maxValues: MAX_EVIDENCE_BUNDLE_VALUES,
    });
  } catch (cause) {
    throw new VerifierError("INV-100", "An evidence bundle must be one JSON object, strictly spelt.", {
      cause,
    });
  }
}

function policyBundle(value: JsonValue | undefined): BundleContent {
  const at = "/policyBundle";
  const { manifest, signature, files } = closed(value, at, ["manifest", "signature", "files"]);
  if (!isObject(files)) throw malformed(`${at}/files`, "an object, path to bytes");
  const content = Object.entries(files).map(([path, text]): [string, Uint8Array] => [
    path,
    bytes(text, `${at}/files`),
  ]);
  return Object.freeze(
    requireBundleSize({
      manifest: bytes(manifest, `${at}/manifest`),
      signature: bytes(signature, `${at}/signature`),
      files: new Map(content),
    }),
  );
}

function trustRoot(value: JsonValue | undefined): EvidenceBundle["trustRoot"] {
  const at = "/trustRoot";
  const { predecessors, ...newest } = closed(value, at, ["document", "signature", "predecessors"]);
  return Object.freeze({
    ...signedDocument(newest, at),
    predecessors: documents(predecessors, `${at}/predecessors`),
  });
}

function documents(value: JsonValue | undefined, at: string): readonly SignedDocument[] {
  if (!Array.isArray(value) || value.length > MAX_FORMER_DOCUMENTS)
    throw malformed(at, `an array of ${MAX_FORMER_DOCUMENTS} documents at most`);
  const entries: readonly JsonValue[] = value;
  return Object.freeze(entries.map((entry, index) => signedDocument(entry, `${at}/${index}`)));
}

function signedDocument(value: JsonValue | undefined, at: string): SignedDocument {
  const { document, signature } = closed(value, at, ["document", "signature"]);
  const signed = {
    document: bytes(document, `${at}/document`),
    signature: bytes(signature, `${at}/signature`),
  };
  return Object.freeze(requireDocumentSize(signed, `the document at ${at}`));
}

function endOfOverride(value: JsonValue | undefined): EndOfOverride {
  const at = "/resolution";
  const { attestation, votes, release, logProof } = closed(value, at, [
    "attestation",
    "votes",
    "release",
    "logProof",
  ]);
  return Object.freeze({
    attestation: bytes(attestation, `${at}/attestation`, MAX_ATTESTATION_BYTES),
    votes: bytes(votes, `${at}/votes`, MAX_DOCUMENT_BYTES),
    release: signedDocument(release, `${at}/release`),
    logProof: bytes(logProof, `${at}/logProof`, MAX_LOG_PROOF_BYTES),
  });
}

function closed(value: JsonValue | undefined, at: string, required: readonly string[]): JsonObject {
  return expectObject(value, { required }, ({ pointer, expected }) => {
    throw malformed(`${at}${pointer}`, expected);
  });
}

function bytes(value: JsonValue | undefined, at: string, maxBytes = MAX_EVIDENCE_BUNDLE_BYTES): Uint8Array {
  if (typeof value !== "string") throw malformed(at, "a text in base64");
  return requireSize(decoded(value, at), maxBytes, `the file at ${at}`);
}

function decoded(text: string, at: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw new VerifierError("INV-100", `In an evidence bundle, ${shorten(at)} must be strict base64.`, {
      cause,
    });
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(at: string, expected: string): VerifierError {
  // A pointer has the names of the file's own members in it.
  const what = at === "" ? "An evidence bundle" : `In an evidence bundle, ${shorten(at)}`;
  return new VerifierError("INV-100", `${what} must be ${expected}.`);
}
