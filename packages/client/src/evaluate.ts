import type { Answers, EvaluateRequest, ExecutionAttestation } from "./api.js";
import { type Call, call, isBurntId } from "./call.js";
import type { CallOptions, Connection } from "./client-options.js";
import { ParmanaApiError, ParmanaClientError } from "./errors.js";
import { requestOf } from "./request-of.js";

export interface EvaluateOptions extends CallOptions {
  /**
   * 1 to 255 printable ASCII characters that stand for this execution, such as the number of an order: the same request under it is
   * answered with the same attestation, also by another process. One is made for each call without it. Not beside execution_id.
   */
  readonly idempotencyKey?: string;
}

export interface Evaluation {
  readonly attestation: ExecutionAttestation;
  /** The attestation was made for an earlier request: one whose answer was lost, or one of the same key. */
  readonly replayed: boolean;
}

/**
 * Decides once, however often it must be asked: under an Idempotency-Key the server itself repeats the answer; under an execution id
 * of the caller's the answer that was lost is asked for.
 * @throws ParmanaApiError
 * @throws ParmanaClientError
 */
export async function evaluate(
  connection: Connection,
  wanted: EvaluateRequest,
  { idempotencyKey, ...options }: EvaluateOptions = {},
): Promise<Evaluation> {
  const { execution_id: executionId, audience, actionHash } = wanted;
  const { deadlineMs = connection.deadlineMs } = options;
  const ends = performance.now() + deadlineMs;
  const request = requestOf("evaluate", { body: wanted, effect: "once" });
  const timeLeft = () => Math.max(1, Math.floor(ends - performance.now()));
  if (executionId === undefined) {
    try {
      return await underKey(connection, request, idempotencyKey ?? randomKey(), options);
    } catch (error) {
      if (idempotencyKey !== undefined || !isBurnt(error)) throw error;
      // Once: a signer that fails again is not helped by a third key.
      return underKey(connection, request, randomKey(), { ...options, deadlineMs: timeLeft() });
    }
  }
  if (idempotencyKey !== undefined)
    throw new ParmanaClientError("CLIENT-004", "Give either an idempotencyKey or an execution_id.");
  try {
    const answer = await call(connection, request, options);
    return { attestation: answer.content as Answers["evaluate"], replayed: false };
  } catch (error) {
    if (!isLostExecution(error, executionId)) throw error;
    // INV-013, and not INV-015, says that the facts were these; what else is bound by the signature is compared here.
    const attestation = await attestationOf(connection, executionId, { ...options, deadlineMs: timeLeft() });
    if (attestation === undefined) throw error;
    if (attestation.audience !== audience || attestation.actionHash !== actionHash) throw error;
    return { attestation, replayed: true };
  }
}

async function underKey(
  connection: Connection,
  request: Call,
  key: string,
  options: CallOptions,
): Promise<Evaluation> {
  const headers = { ...request.headers, "idempotency-key": quoted(key) };
  const answer = await call(connection, { ...request, headers }, options);
  const attestation = answer.content as Answers["evaluate"];
  return { attestation, replayed: answer.headers.get("idempotent-replayed") === "true" };
}

/**
 * The attempt under the key failed, and every request under it was answered. The key was known to nobody else, a failed id is never
 * attested (docs/replay.md), and nothing is at work under it: nothing was executed.
 */
function isBurnt(error: unknown): boolean {
  return ParmanaApiError.isInstance(error) && isBurntId(error.problem) && !error.outcomeUnknown;
}

/** An answer was lost before, and now the server says that this very id is consumed. */
function isLostExecution(error: unknown, executionId: string): error is ParmanaApiError {
  return (
    ParmanaApiError.isInstance(error) &&
    error.outcomeUnknown &&
    error.code === "INV-013" &&
    error.problem.execution_id === executionId
  );
}

async function attestationOf(
  connection: Connection,
  executionId: string,
  options: CallOptions,
): Promise<ExecutionAttestation | undefined> {
  try {
    const answer = await call(
      connection,
      requestOf("getExecution", { path: { execution_id: executionId } }),
      options,
    );
    return answer.content as Answers["getExecution"];
  } catch (error) {
    if (ParmanaApiError.isInstance(error) && error.status === 404) return undefined;
    throw error;
  }
}

/** As a string of RFC 8941. @throws ParmanaClientError CLIENT-004 */
function quoted(key: string): string {
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return `"${key.replace(/["\\]/g, "\\$&")}"`;
  throw new ParmanaClientError("CLIENT-004", "idempotencyKey must be 1 to 255 printable ASCII characters.");
}

/** Not randomUUID, which browsers keep to pages that came over TLS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
