import type { FastifyReply } from "fastify";
import { ServerError } from "../errors.js";

/**
 * Answers for a handler that is late; what it began goes on. Fastify's handlerTimeout does the same with an AbortController for each
 * request, which nobody listens to here and which cost a twelfth of /simulate. Who does not read the answer in that time loses the
 * connection.
 */
export function limitTime(reply: FastifyReply, timeoutMs: number): void {
  const timer = setTimeout(() => {
    const late = new ServerError(
      "HTTP-009",
      "The answer took too long; the execution may have gone through.",
    );
    // Half an answer cannot become a problem any more.
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy(late);
    else void reply.send(late);
  }, timeoutMs);
  timer.unref();
  reply.raw.once("close", () => {
    clearTimeout(timer);
  });
}
