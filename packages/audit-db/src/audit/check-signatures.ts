import { parseTimestamp } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  type ResolutionAttestation,
  verifyAttestationSignature,
  verifyResolutionSignature,
} from "@parmanasystems/execution";
import type { TrustedKey, TrustRoot } from "@parmanasystems/governance";
import { pae, parseNote, type PublicKey, type Verifier, verifyNote } from "@parmanasystems/signing";
import { logVerifierKeys } from "@parmanasystems/verifier";
import { LedgerError } from "../errors.js";
import { damaged } from "../stored-entry.js";
import { readCheckpoint } from "./issue-checkpoint.js";

/** Whether it holds is computed meanwhile, on other threads. @throws LedgerError SYS-013 for the key it names */
export function attestationSignatureHolds(
  seq: number,
  attestation: ExecutionAttestation,
  recordedAt: string,
  trustRoot: TrustRoot,
): Promise<boolean> {
  const key = runtimeKey(trustRoot, attestation.keyId, attestation.issuedAt, recordedAt);
  if (key === undefined) damaged(seq, "the attestation names a key that was no runtime key at its time");
  const holds = verifyAttestationSignature(attestation, onOtherThreads(key.publicKey));
  // It is awaited in its turn, maybe never; a defect of the program must not end the process before.
  holds.catch(() => undefined);
  return holds;
}

/** Without a prototype, of which somebody could have made it inherit a `verifySync`. */
function onOtherThreads(key: PublicKey): Verifier {
  const members: Verifier = {
    keyId: key.keyId,
    verify: (payloadType, payload, signature) => key.verifyAsync(pae(payloadType, payload), signature),
  };
  return Object.assign(Object.create(null) as Verifier, members);
}

/** @throws LedgerError SYS-013 */
export function checkResolutionSignature(
  seq: number,
  resolution: ResolutionAttestation,
  recordedAt: string,
  trustRoot: TrustRoot,
): void {
  const key = runtimeKey(trustRoot, resolution.keyId, resolution.issuedAt, recordedAt);
  if (key === undefined) damaged(seq, "the resolution names a key that was no runtime key at its time");
  if (!verifyResolutionSignature(resolution, key.publicKey))
    damaged(seq, "the signature of the resolution does not hold");
}

/**
 * By a key of the `log` role under the note's own origin. One that was revoked since still counts here, where the entries
 * under the checkpoint are read again as well; to a stranger it proves nothing any more. @throws LedgerError SYS-037
 */
export function checkCheckpointSignature(note: string, trustRoot: TrustRoot | undefined): void {
  if (trustRoot === undefined) return;
  const { origin, size } = readCheckpoint(note);
  try {
    verifyNote(parseNote(note), logVerifierKeys(trustRoot, origin));
  } catch (cause) {
    throw new LedgerError(
      "SYS-037",
      `The checkpoint of ${String(size)} entries is not signed by a log key of the trust root.`,
      { details: { size }, cause },
    );
  }
}

/** A revoked key counts for what the log recorded before the revocation, if that is proven: see `RevokedKeys`. */
function runtimeKey(
  trustRoot: TrustRoot,
  keyId: string,
  dated: string,
  recordedAt: string,
): TrustedKey | undefined {
  const inRole = trustRoot.roles.get("runtime")?.keyids.includes(keyId) === true;
  const key = inRole ? trustRoot.keys.get(keyId) : undefined;
  if (key === undefined) return undefined;
  const instant = parseTimestamp(dated);
  const valid = instant >= key.validFrom && instant < key.validUntil;
  const trusted = key.revokedAt === undefined || parseTimestamp(recordedAt) < key.revokedAt;
  return valid && trusted ? key : undefined;
}
