import type { Answers, EvaluateRequest, ExecutionAttestation } from "./api.js";
import { call } from "./call.js";
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
  if (executionId === undefined) {
    const headers = { "idempotency-key": quoted(idempotencyKey ?? randomKey()) };
    const answer = await call(
      connection,
      requestOf("evaluate", { body: wanted, headers, effect: "once" }),
      options,
    );
    const attestation = answer.content as Answers["evaluate"];
    return { attestation, replayed: answer.headers.get("idempotent-replayed") === "true" };
  }
  if (idempotencyKey !== undefined)
    throw new ParmanaClientError("CLIENT-004", "Give either an idempotencyKey or an execution_id.");
  try {
    const answer = await call(connection, requestOf("evaluate", { body: wanted, effect: "once" }), options);
    return { attestation: answer.content as Answers["evaluate"], replayed: false };
  } catch (error) {
    if (!isLostExecution(error, executionId)) throw error;
    // INV-013, and not INV-015, says that the facts were these; what else is bound by the signature is compared here.
    const leftMs = Math.max(1, Math.floor(ends - performance.now()));
    const attestation = await attestationOf(connection, executionId, { ...options, deadlineMs: leftMs });
    if (attestation === undefined) throw error;
    if (attestation.audience !== audience || attestation.actionHash !== actionHash) throw error;
    return { attestation, replayed: true };
  }
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
