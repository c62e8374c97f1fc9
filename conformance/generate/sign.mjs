// Statements signed as a runtime, a source or an approver would: or as a thief of their keys.
import { canonicalBytes, encodeBase64, encodeUtf8, pae, payloadTypes, sha256 } from "./packages.mjs";

/** An object with all its members but these. */
export function without(object, ...names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

export const hashOf = (value) => sha256(canonicalBytes(value));
export const json = (value) => canonicalBytes(value);

export function signature(key, payloadType, payload) {
  return encodeBase64(key.sign(pae(payloadType, payload)));
}

/** A detached signature file by these keys. */
export function detached(payloadType, document, keys, changes = {}) {
  const signatures = keys.map((key) => ({ keyid: key.keyId, sig: signature(key, payloadType, document) }));
  return json({ payloadType, signatures, ...changes });
}

const PREDICATES = {
  attestation: "https://parmana.systems/attestation/execution/v1",
  resolution: "https://parmana.systems/attestation/resolution/v1",
};

/** @param {Record<string, unknown>} flat without or with its signature, which is not part of it */
export function statementOf(flat, kind = "attestation") {
  const { execution_id, execution_fingerprint } = flat;
  const predicate = without(flat, "execution_id", "execution_fingerprint", "signature");
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [
      {
        name: `execution:${execution_id}`,
        digest: { sha256: execution_fingerprint.slice("sha256:".length) },
      },
    ],
    predicateType: PREDICATES[kind],
    predicate,
  };
}

/** The flat object, signed over its Statement. */
export function sealed(
  flat,
  key,
  { kind = "attestation", payloadType = payloadTypes.attestation, names = true } = {},
) {
  const named = names ? { ...flat, keyId: key.keyId } : flat;
  return { ...named, signature: signature(key, payloadType, json(statementOf(named, kind))) };
}

export function envelopeOf(flat, kind = "attestation") {
  return {
    payloadType: payloadTypes.attestation,
    payload: encodeBase64(json(statementOf(flat, kind))),
    signatures: [{ keyid: flat.keyId, sig: flat.signature }],
  };
}

export function fingerprintOf(policyId, policyVersion, signals) {
  return hashOf({ policyId, policyVersion, signals });
}

export function evidenceOf(execution_id, signals, signalProvenance = {}) {
  return { type: "parmana/evidence/v1", execution_id, signals, signalProvenance };
}

/** A record of provenance with the source's signature. */
export function signedRecord(
  key,
  { signal, value, record, execution_id, payloadType = payloadTypes.signal },
) {
  const { subject } = record;
  const stated = {
    type: "parmana/signal/v1",
    signal,
    value,
    ...record,
    ...(subject === undefined && { execution_id }),
  };
  return { ...record, attestation: { keyid: key.keyId, sig: signature(key, payloadType, json(stated)) } };
}

export function signedVote(
  key,
  vote,
  { execution_id, attestationHash },
  payloadType = payloadTypes.reviewVote,
) {
  const stated = { type: "parmana/review-vote/v1", execution_id, attestationHash, ...vote };
  return { ...vote, keyId: key.keyId, signature: signature(key, payloadType, json(stated)) };
}

export const votesFile = (execution_id, votes) =>
  json({ type: "parmana/resolution-evidence/v1", execution_id, votes });
export const text = (value) => encodeUtf8(value);
