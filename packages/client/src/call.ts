import type { Problem } from "./api.js";
import { type CallOptions, checkedMs, type Connection } from "./client-options.js";
import { ParmanaApiError, ParmanaClientError } from "./errors.js";
import { type Answer, exchange, isProblem, LostAnswer, type Request } from "./exchange.js";
import { pause, pauseMs, retryAfterMs } from "./pause.js";

export interface Call extends Request {
  /**
   * `free`: nothing happens on the server. `once`: it happens once however often the request comes. `each`: it may happen with every
   * request, so only what the server surely did not do is sent again.
   */
  readonly effect: "free" | "once" | "each";
  /** A state is wanted as it is now: the first answer is the answer. */
  readonly asksOnce: boolean;
  /** Statuses that are answers beside 200. */
  readonly expected: readonly number[];
}

type Failure = { readonly lost: LostAnswer } | { readonly answer: Answer };

/** The 503s of requests that were refused before anything was done. */
const NOTHING_DONE: ReadonlySet<string> = new Set(["HTTP-008", "HTTP-012", "HTTP-022"]);

/**
 * Sends a request until it is answered, as long as sending it again does no harm and the deadline allows.
 * @throws ParmanaApiError
 * @throws ParmanaClientError CLIENT-001 to CLIENT-003; the reason of the caller's signal
 */
export async function call(connection: Connection, wanted: Call, options: CallOptions = {}): Promise<Answer> {
  const { deadlineMs = connection.deadlineMs, signal } = options;
  const late = new AbortController();
  const ends = performance.now() + checkedMs("deadlineMs", deadlineMs);
  const timer = setTimeout(() => {
    late.abort(new LostAnswer("The deadline came."));
  }, deadlineMs);
  const stop = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  /** Whether the server may have done what was asked without our knowing; and whether it may be at it still. */
  let unknown = false;
  let atWork = false;
  try {
    for (let failed = 1; ; failed += 1) {
      stop.throwIfAborted();
      const failure = await attempt(connection, wanted, stop);
      if ("answer" in failure && isExpected(failure.answer, wanted)) return failure.answer;
      stop.throwIfAborted();
      unknown ||= wanted.effect !== "free" && mayBeDone(failure);
      atWork ||= wanted.effect !== "free" && mayBeAtWork(failure);
      const waitMs = mayRepeat(failure, wanted) ? pauseAfter(failure, failed) : Infinity;
      if (performance.now() + waitMs >= ends) throw errorOf(failure, isBurnt(failure) ? atWork : unknown);
      await pause(waitMs, stop);
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (!late.signal.aborted || isOurs(error)) throw error;
    // The attempt that the deadline cut may have reached the server.
    const outcomeUnknown = wanted.effect !== "free";
    throw new ParmanaClientError("CLIENT-002", `There was no answer within ${String(deadlineMs)} ms.`, {
      cause: error,
      outcomeUnknown,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(connection: Connection, wanted: Call, stop: AbortSignal): Promise<Failure> {
  const patience = AbortSignal.any([stop, AbortSignal.timeout(connection.attemptMs)]);
  try {
    return { answer: await exchange(connection, wanted, patience) };
  } catch (error) {
    if (error instanceof LostAnswer) return { lost: error };
    throw error;
  }
}

function isExpected({ status, content }: Answer, { expected }: Call): boolean {
  return (status === 200 || expected.includes(status)) && content !== undefined && !isProblem(content);
}

function mayRepeat(failure: Failure, { effect, asksOnce }: Call): boolean {
  if (asksOnce) return false;
  if ("lost" in failure) return effect !== "each";
  const { status } = failure.answer;
  if (status === 429) return true;
  if (status === 503) return effect !== "each" || NOTHING_DONE.has(codeOf(failure.answer));
  return status === 409 && effect === "once" && codeOf(failure.answer) === "INV-014";
}

function mayBeDone(failure: Failure): boolean {
  if ("lost" in failure) return true;
  const { status } = failure.answer;
  // What is no answer of the API may stand before one that is.
  if (codeOf(failure.answer) === "") return status !== 429;
  return status >= 500 && !NOTHING_DONE.has(codeOf(failure.answer));
}

/** What was asked was not answered, so the server may do it after whatever it says next. */
function mayBeAtWork(failure: Failure): boolean {
  return mayBeDone(failure) && ("lost" in failure || ["", "HTTP-009"].includes(codeOf(failure.answer)));
}

/** The id was consumed by an attempt that failed: what is not at work under it now is never executed. */
function isBurnt(failure: Failure): boolean {
  return "answer" in failure && isProblem(failure.answer.content) && isBurntId(failure.answer.content);
}

export function isBurntId({ code, state }: Problem): boolean {
  return code === "INV-013" && state === "failed";
}

function pauseAfter(failure: Failure, failed: number): number {
  if ("lost" in failure) return pauseMs(failed);
  const asked = retryAfterMs(failure.answer.headers);
  // What is in flight is mostly done before the whole second that is the least that Retry-After can name.
  return failure.answer.status === 409 && asked > 0
    ? Math.min(asked, pauseMs(failed))
    : pauseMs(failed, asked);
}

function codeOf({ content }: Answer): string {
  return isProblem(content) ? content.code : "";
}

function errorOf(failure: Failure, outcomeUnknown: boolean): Error {
  if ("lost" in failure)
    return new ParmanaClientError("CLIENT-001", "The server did not answer.", {
      cause: failure.lost.cause,
      outcomeUnknown,
    });
  const { status, headers, content } = failure.answer;
  if (isProblem(content))
    return new ParmanaApiError(content, {
      requestId: headers.get("x-request-id") ?? undefined,
      outcomeUnknown,
    });
  const sentence = `What answered with status ${String(status)} does not speak this API.`;
  return new ParmanaClientError("CLIENT-003", sentence, { outcomeUnknown });
}

function isOurs(error: unknown): boolean {
  return ParmanaApiError.isInstance(error) || ParmanaClientError.isInstance(error);
}
