import type { FastifyReply, FastifyRequest } from "fastify";
import { translated } from "./framework-error.js";
import { PROBLEM_TYPE } from "./problem.js";
import { addressKey } from "./rate-keys.js";
import type { RateLimit } from "./rate-limit.js";
import type { TellProblem } from "./tell-problem.js";
import { hasEndlessRest } from "./unread-body.js";

export interface Unrouted {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly rate: RateLimit;
  readonly tellProblem: TellProblem;
}

/** What every answer says. */
export function commonHeaders({ id }: FastifyRequest): Readonly<Record<string, string>> {
  return { "cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": id };
}

/** Answers what is no URL: no hook of Fastify's runs for it. */
export function answerUnrouted({ error, request, reply, rate, tellProblem }: Unrouted): void {
  const { status, headers, body } = tellProblem(tooManyFrom(request, rate) ?? translated(error), request);
  if (hasEndlessRest(request.raw, 0)) void reply.header("connection", "close");
  const text = JSON.stringify(body);
  void reply.code(status).headers(commonHeaders(request)).headers(headers).type(PROBLEM_TYPE).send(text);
}

function tooManyFrom({ ip }: FastifyRequest, rate: RateLimit): unknown {
  try {
    rate.take(addressKey(ip));
    return undefined;
  } catch (error) {
    return error;
  }
}
