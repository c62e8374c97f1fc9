import { RuntimeError, type RuntimeErrorCode } from "./errors.js";
import { eventRecord } from "./event-record.js";
import type { ReplayRecord, Reservation, ReserveOutcome, ReserveRequest } from "./ports.js";
import type { Recorder } from "./recorder.js";

const OUTCOMES: ReadonlySet<string> = new Set(["reserved", "replay", "in_flight", "conflict"]);

/**
 * Reserves the identity or refuses, and leaves a record of the refusal in the log.
 * @throws RuntimeError INV-013, INV-014, INV-015
 */
export async function reserveOnce(recorder: Recorder, request: ReserveRequest): Promise<Reservation> {
  const answer = await recorder.reserve(request);
  requireAnswer(answer, request);
  switch (answer.outcome) {
    case "reserved": {
      // An own member: what Object.prototype carries is no orphan.
      const abandoned = Object.hasOwn(answer, "abandoned") ? answer.abandoned : undefined;
      if (!answer.takenOver && abandoned === undefined) return answer.reservation;
      const attested = await recorder.recover(answer.reservation, abandoned);
      if (attested === undefined) return answer.reservation;
      return refuse(recorder, request, "INV-013", "The log already holds an attestation of this identity.", {
        executionId: attested.executionId,
        attestationHash: attested.attestationHash,
      });
    }
    case "replay": {
      const { executionId, state, attestationHash } = answer.record;
      if (state === "pending_override") await finishOverride(recorder, executionId);
      return refuse(recorder, request, "INV-013", replaySentence(answer.record, request), {
        executionId,
        state,
        attestationHash,
      });
    }
    case "in_flight":
      return refuse(recorder, request, "INV-014", "The same identity is being executed right now.", {
        executionId: answer.record.executionId,
        retryAfterMs: answer.retryAfterMs,
      });
    case "conflict":
      return refuse(recorder, request, "INV-015", "The execution id was used before with other facts.", {
        executionId: request.executionId,
      });
  }
}

/** A death may have left a store that was lost and filled again behind the log. */
async function finishOverride(recorder: Recorder, executionId: string): Promise<void> {
  const resolved = await recorder.findResolved(executionId);
  if (resolved !== undefined) await recorder.finishResolution(resolved);
}

async function refuse(
  recorder: Recorder,
  request: ReserveRequest,
  code: RuntimeErrorCode,
  sentence: string,
  details: Record<string, unknown>,
): Promise<never> {
  await recorder.note(eventRecord("replay_refused", request, code));
  throw new RuntimeError(code, sentence, { details });
}

function replaySentence(record: ReplayRecord, request: ReserveRequest): string {
  if (record.state === "failed")
    return "Replay detected: this execution id was burnt by an attempt that failed.";
  return record.executionId === request.executionId
    ? "Replay detected: this execution id was already consumed."
    : `Replay detected: the same facts were already executed, as ${record.executionId}.`;
}

/** Stores are written by others too: what is no answer to this question must not pass for one. @throws RuntimeError SYS-001 */
function requireAnswer(answer: ReserveOutcome | undefined, request: ReserveRequest): void {
  if (answer === undefined || !OUTCOMES.has(answer.outcome) || !isAbout(answer, request)) {
    throw new RuntimeError(
      "SYS-001",
      "The replay store answered something that is no answer to this reservation.",
    );
  }
}

/** A reservation is of exactly this identity: it is what gets signed. A refusal may name another id of the same facts. */
function isAbout(answer: ReserveOutcome, { executionId, fingerprint, identity }: ReserveRequest): boolean {
  if (answer.outcome !== "reserved") {
    return answer.record.executionId === executionId || answer.record.fingerprint === fingerprint;
  }
  const { reservation } = answer;
  return (
    reservation.executionId === executionId &&
    reservation.fingerprint === fingerprint &&
    reservation.identity === identity
  );
}
