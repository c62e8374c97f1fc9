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
import { flattenStatement } from "./read-statement.js";

/** The attestation as a DSSE envelope, with the same signature over the same bytes. Frozen. @throws as `parseAttestation` */
export function toEnvelope(attestation: ExecutionAttestation): DsseEnvelope {
  const { attestation: checked, text } = openAttestation(attestation);
  const signature: DsseSignature = Object.freeze({ keyid: checked.keyId, sig: checked.signature });
  return Object.freeze({
    payloadType: payloadTypes.attestation,
    payload: encodeBase64(encodeUtf8(text)),
    signatures: Object.freeze([signature]),
  });
}

/**
 * The attestation in a DSSE envelope; `toEnvelope` of it is this envelope again, and anything that would not come back
 * the same is refused. Its signature is not checked.
 * @throws INV-020 to INV-027; SigningError SIG-00x; ProvenanceError INV-03x; CANONICAL-* for what is not strict JSON
 */
export function fromEnvelope(envelope: DsseEnvelope | JsonValue | Uint8Array): ExecutionAttestation {
  const { payloadType, payload, signatures } = parseEnvelope(envelope);
  if (payloadType !== payloadTypes.attestation) {
    throw new ExecutionError("INV-023", `The envelope's payloadType must be ${payloadTypes.attestation}.`);
  }
  const [signature, ...others] = signatures;
  if (signature === undefined || others.length > 0) {
    throw new ExecutionError("INV-024", "The envelope of an attestation must carry exactly one signature.");
  }
  const bytes = requirePayloadSize(decodeBase64(payload));
  const fields = readFields(flattenStatement(parseStrict(bytes)));
  if (fields.keyId !== signature.keyid) {
    throw new ExecutionError("INV-025", "The envelope's keyid must be the keyId inside the predicate.", {
      details: { keyId: fields.keyId },
    });
  }
  const { text } = contentOf(fields);
  if (text !== decodeUtf8(bytes)) {
    throw new ExecutionError(
      "INV-026",
      "The envelope's payload must be the canonical form of its Statement.",
    );
  }
  return sealAttestation(fields, text, signature.sig);
}
