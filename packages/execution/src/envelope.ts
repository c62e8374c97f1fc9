import { decodeUtf8, encodeUtf8, type JsonValue, parseStrict } from "@parmanasystems/canonical";
import {
  decodeBase64,
  type DsseEnvelope,
  type DsseSignature,
  encodeBase64,
  parseEnvelope,
  payloadTypes,
} from "@parmanasystems/signing";
import {
  contentOf,
  type ExecutionAttestation,
  openAttestation,
  readFields,
  requirePayloadSize,
  sealAttestation,
} from "./attestation.js";
import { ExecutionError } from "./errors.js";
import { attestationForm, flattenStatement } from "./read-statement.js";
import {
  parseResolution,
  type ResolutionAttestation,
  resolutionForm,
  resolutionPayload,
} from "./resolution.js";

/** The attestation as a DSSE envelope, with the same signature over the same bytes. Frozen. @throws as `parseAttestation` */
export function toEnvelope(attestation: ExecutionAttestation): DsseEnvelope {
  const { attestation: checked, text } = openAttestation(attestation);
  return sealEnvelope(encodeUtf8(text), checked);
}

/**
 * The attestation in a DSSE envelope; `toEnvelope` of it is this envelope again, and anything that would not come back
 * the same is refused. Its signature is not checked.
 * @throws INV-020 to INV-027; SigningError SIG-00x; ProvenanceError INV-03x; CANONICAL-* for what is not strict JSON
 */
export function fromEnvelope(envelope: DsseEnvelope | JsonValue | Uint8Array): ExecutionAttestation {
  const { bytes, signature } = openEnvelope(envelope);
  const fields = readFields(flattenStatement(parseStrict(bytes), attestationForm));
  const { text } = contentOf(fields);
  requireKeyId(fields.keyId, signature);
  requireCanonical(text, bytes);
  return sealAttestation(fields, text, signature.sig);
}

/** The resolution as a DSSE envelope, with the same signature over the same bytes. Frozen. @throws as `parseResolution` */
export function toResolutionEnvelope(resolution: ResolutionAttestation): DsseEnvelope {
  const checked = parseResolution(resolution);
  return sealEnvelope(resolutionPayload(checked), checked);
}

/**
 * The resolution in a DSSE envelope; `toResolutionEnvelope` of it is this envelope again, and anything that would not
 * come back the same is refused. Its signature is not checked.
 * @throws INV-022 to INV-027, INV-045; SigningError SIG-00x; ProvenanceError INV-03x; CANONICAL-* for what is not strict JSON
 */
export function fromResolutionEnvelope(
  envelope: DsseEnvelope | JsonValue | Uint8Array,
): ResolutionAttestation {
  const { bytes, signature } = openEnvelope(envelope);
  const fields = flattenStatement(parseStrict(bytes), resolutionForm);
  // The members of a closed object out of strict JSON; whatever they hold is checked.
  const resolution = parseResolution({ ...fields, signature: signature.sig });
  requireKeyId(resolution.keyId, signature);
  requireCanonical(decodeUtf8(resolutionPayload(resolution)), bytes);
  return resolution;
}

function sealEnvelope(
  payload: Uint8Array,
  { keyId, signature }: { readonly keyId: string; readonly signature: string },
): DsseEnvelope {
  return Object.freeze({
    payloadType: payloadTypes.attestation,
    payload: encodeBase64(payload),
    signatures: Object.freeze([Object.freeze({ keyid: keyId, sig: signature })]),
  });
}

/** The bytes of the Statement, and the one signature over them. @throws INV-022 to INV-024; SigningError SIG-00x */
function openEnvelope(envelope: DsseEnvelope | JsonValue | Uint8Array): {
  readonly bytes: Uint8Array;
  readonly signature: DsseSignature;
} {
  const { payloadType, payload, signatures } = parseEnvelope(envelope);
  if (payloadType !== payloadTypes.attestation) {
    throw new ExecutionError("INV-023", `The envelope's payloadType must be ${payloadTypes.attestation}.`);
  }
  const [signature, ...others] = signatures;
  if (signature === undefined || others.length > 0) {
    throw new ExecutionError("INV-024", "The envelope of an attestation must carry exactly one signature.");
  }
  return { bytes: requirePayloadSize(decodeBase64(payload)), signature };
}

/** @throws INV-025 */
function requireKeyId(keyId: string, { keyid }: DsseSignature): void {
  if (keyId === keyid) return;
  throw new ExecutionError("INV-025", "The envelope's keyid must be the keyId inside the predicate.", {
    details: { keyId },
  });
}

/** @throws INV-026 */
function requireCanonical(text: string, bytes: Uint8Array): void {
  if (text === decodeUtf8(bytes)) return;
  throw new ExecutionError("INV-026", "The envelope's payload must be the canonical form of its Statement.");
}
