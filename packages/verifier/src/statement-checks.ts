import { formatTimestamp, parseStrict, type JsonValue } from "@parmanasystems/canonical";
import type { ExecutionAttestation, ResolutionAttestation } from "@parmanasystems/execution";
import {
  decodeBase64,
  encodeBase64,
  pae,
  payloadTypes,
  type DsseEnvelope,
  type PublicKey,
} from "@parmanasystems/signing";
import type { Checklist, Established } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";
import { MAX_ATTESTATION_BYTES, requireSize } from "./limits.js";
import { requirePlainData } from "./plain-data.js";
import {
  presentStatement,
  type Presented,
  type RuntimeStatement,
  type StatementKind,
} from "./statement-kind.js";

/** Both spellings, parsed or as the bytes of their JSON. */
export type StatementInput<Statement> = Statement | DsseEnvelope | JsonValue | Uint8Array;

/** An attestation: flat or as an envelope, parsed or as the bytes of its JSON. */
export type AttestationInput = ExecutionAttestation | DsseEnvelope | JsonValue | Uint8Array;

/** A resolution: flat or as an envelope, parsed or as the bytes of its JSON. */
export type ResolutionInput = ResolutionAttestation | DsseEnvelope | JsonValue | Uint8Array;

/** Clocks of two honest machines may differ by this much. */
export const CLOCK_TOLERANCE_MS = 300_000;

export function checkForm<Statement extends RuntimeStatement>(
  checks: Checklist,
  kind: StatementKind<Statement>,
  input: Known<StatementInput<Statement>>,
): Known<Presented<Statement>> {
  return checks.establish(`${kind.name}.form`, input, (given) => readStatement(kind, given));
}

/** @throws VerifierError INV-061, INV-062, and what the parsers throw */
export function readStatement<Statement extends RuntimeStatement>(
  kind: StatementKind<Statement>,
  input: StatementInput<Statement>,
): Established<Presented<Statement>> {
  const json =
    input instanceof Uint8Array
      ? parseStrict(requireSize(input, MAX_ATTESTATION_BYTES, `the ${kind.name}`))
      : requirePlainData(input);
  const value = presentStatement(kind, json);
  const spelling = value.envelope === undefined ? "its flat spelling" : "a signed envelope";
  return {
    value,
    detail: `The ${kind.name} of execution ${value.attestation.execution_id} is complete and well-formed, in ${spelling}.`,
  };
}

/** Returns the signed bytes: the canonical statement of exactly what was parsed. */
export function checkBinding<Statement extends RuntimeStatement>(
  checks: Checklist,
  kind: StatementKind<Statement>,
  presented: Known<Presented<Statement>>,
): Known<Uint8Array> {
  const { name } = kind;
  return checks.establish(`${name}.binding`, presented, ({ attestation, envelope }) => {
    const payload = kind.payload(attestation);
    if (envelope === undefined) {
      return {
        value: payload,
        detail: `The signed statement is rebuilt from the ${name} as shown, so nothing shown is outside the signature.`,
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
        `the envelope must hold exactly the statement of the ${name} and one signature by the key that it names.`,
      );
    }
    return {
      value: payload,
      detail: `The envelope holds exactly the statement of the ${name} that is shown, byte for byte.`,
    };
  });
}

export function checkDate<Statement extends RuntimeStatement>(
  checks: Checklist,
  { name }: StatementKind<Statement>,
  presented: Known<Presented<Statement>>,
  now: Known<number>,
): void {
  checks.confirm(`${name}.date`, both(presented, now), ([{ attestation, issuedAt }, time]) => {
    if (issuedAt > time + CLOCK_TOLERANCE_MS) {
      throw new VerifierError(
        "INV-067",
        `it says it was issued at ${attestation.issuedAt}, which is after the time of verification, ${formatTimestamp(time)}.`,
      );
    }
    return `The ${name} was issued at ${attestation.issuedAt}, before the time of verification.`;
  });
}

export function checkSignature<Statement extends RuntimeStatement>(
  checks: Checklist,
  { name }: StatementKind<Statement>,
  presented: Known<Presented<Statement>>,
  payload: Known<Uint8Array>,
  key: Known<PublicKey>,
): void {
  checks.confirm(
    `${name}.signature`,
    both(both(presented, payload), key),
    ([[{ attestation }, statement], publicKey]) => {
      if (!publicKey.verify(pae(payloadTypes.attestation, statement), decodeBase64(attestation.signature))) {
        throw new VerifierError(
          "INV-065",
          `the signature was not made over this ${name} by key ${publicKey.keyId}.`,
        );
      }
      return `The signature by key ${publicKey.keyId} covers every member of the ${name}.`;
    },
  );
}
