import type { Socket } from "node:net";
import { ServerError } from "../errors.js";
import { PROBLEM_TYPE, problemAnswer } from "./problem.js";
import type { ProblemStatus } from "./problem-statuses.js";

const statuses: Readonly<Record<string, readonly [ProblemStatus, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "The headers are larger than the server reads."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request did not arrive in time."],
};

/** Answers what is no HTTP, and lets go of the connection: nothing after it can be trusted to begin a request. */
export function answerMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, sentence] = statuses[error.code ?? ""] ?? [400, "This is not well-formed HTTP/1.1."];
  const { body } = problemAnswer(new ServerError("HTTP-016", sentence));
  const text = JSON.stringify({ ...body, status });
  // Ended alone, it would stay for as long as the caller likes: Node looks after no connection that it has refused.
  socket.write(
    [
      `HTTP/1.1 ${String(status)} Refused`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${String(Buffer.byteLength(text))}`,
      "Connection: close",
      "",
      text,
    ].join("\r\n"),
  );
  socket.destroySoon();
}
