import { formatTimestamp, parseStrict, parseTimestamp, type JsonValue } from "@parmanasystems/canonical";
import {
  attestationPayload,
  fromEnvelope,
  parseAttestation,
  type ExecutionAttestation,
} from "@parmanasystems/execution";
import {
  decodeBase64,
  encodeBase64,
  pae,
  parseEnvelope,
  payloadTypes,
  type DsseEnvelope,
  type PublicKey,
} from "@parmanasystems/signing";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, type Known } from "./known.js";
import { MAX_ATTESTATION_BYTES, requireSize } from "./limits.js";
import { requirePlainData } from "./plain-data.js";

/** Both spellings, parsed or as the bytes of their JSON. */
export type AttestationInput = ExecutionAttestation | DsseEnvelope | JsonValue | Uint8Array;

/** The attestation, parsed once; everything later reads this and never the input. */
export interface PresentedAttestation {
  readonly attestation: ExecutionAttestation;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  /** Present when the attestation came as an envelope. */
  readonly envelope: DsseEnvelope | undefined;
}

/** Clocks of two honest machines may differ by this much. */
const CLOCK_TOLERANCE_MS = 300_000;

export function checkForm(checks: Checklist, input: AttestationInput): Known<PresentedAttestation> {
  return checks.establish("attestation.form", known(input), (given) => {
    const json =
      given instanceof Uint8Array
        ? parseStrict(requireSize(given, MAX_ATTESTATION_BYTES, "the attestation"))
        : requirePlainData(given);
    const value = isEnvelope(json) ? readEnvelope(json) : readFlat(parseAttestation(json));
    const spelling = value.envelope === undefined ? "its flat spelling" : "a signed envelope";
    return {
      value,
      detail: `The attestation of execution ${value.attestation.execution_id} is complete and well-formed, in ${spelling}.`,
    };
  });
}

function readEnvelope(json: DsseEnvelope): PresentedAttestation {
  const envelope = parseEnvelope(json);
  return { ...readFlat(fromEnvelope(envelope)), envelope };
}

function readFlat(attestation: ExecutionAttestation): PresentedAttestation {
  return { attestation, issuedAt: parseTimestamp(attestation.issuedAt), envelope: undefined };
}

/** Returns the signed bytes: the canonical statement of exactly the attestation that was parsed. */
export function checkBinding(checks: Checklist, presented: Known<PresentedAttestation>): Known<Uint8Array> {
  return checks.establish("attestation.binding", presented, ({ attestation, envelope }) => {
    const payload = attestationPayload(attestation);
    if (envelope === undefined) {
      return {
        value: payload,
        detail:
          "The signed statement is rebuilt from the attestation as shown, so nothing shown is outside the signature.",
      };
    }
    const [signature, ...others] = envelope.signatures;
    const same =
      others.length === 0 &&
      signature?.keyid === attestation.keyId &&
      signature.sig === attestation.signature &&
      envelope.payloadType === payloadTypes.attestation &&
      envelope.payload === encodeBase64(payload);
    if (!same) {
      throw new VerifierError(
        "INV-063",
        "the envelope must hold exactly the statement of the attestation and one signature by the key that it names.",
      );
    }
    return {
      value: payload,
      detail: "The envelope holds exactly the statement of the attestation that is shown, byte for byte.",
    };
  });
}

export function checkDate(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  now: Known<number>,
): void {
  checks.confirm("attestation.date", both(presented, now), ([{ attestation, issuedAt }, time]) => {
    if (issuedAt > time + CLOCK_TOLERANCE_MS) {
      throw new VerifierError(
        "INV-067",
        `it says it was issued at ${attestation.issuedAt}, which is after the time of verification, ${formatTimestamp(time)}.`,
      );
    }
    return `The attestation was issued at ${attestation.issuedAt}, before the time of verification.`;
  });
}

export function checkSignature(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  payload: Known<Uint8Array>,
  key: Known<PublicKey>,
): void {
  checks.confirm(
    "attestation.signature",
    both(both(presented, payload), key),
    ([[{ attestation }, statement], publicKey]) => {
      if (!publicKey.verify(pae(payloadTypes.attestation, statement), decodeBase64(attestation.signature))) {
        throw new VerifierError(
          "INV-065",
          `the signature was not made over this attestation by key ${publicKey.keyId}.`,
        );
      }
      return `The signature by key ${publicKey.keyId} covers every member of the attestation.`;
    },
  );
}

function isEnvelope(json: Exclude<AttestationInput, Uint8Array>): json is DsseEnvelope {
  return typeof json === "object" && json !== null && Object.hasOwn(json, "payloadType");
}
