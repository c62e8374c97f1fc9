import type { FastifyReply } from "fastify";
import type { ProblemStatus } from "./problem-statuses.js";

const JSON_TYPE = "application/json; charset=utf-8";

/** Texts are made here and nowhere else: no serialiser may drop a member that was signed. */
export function sendJson(
  reply: FastifyReply,
  value: object | string,
  type: string = JSON_TYPE,
): FastifyReply {
  return reply.type(type).send(typeof value === "string" ? value : JSON.stringify(value));
}

const descriptions: Readonly<Record<ProblemStatus, string>> = {
  400: "The request is malformed.",
  401: "The caller is not authenticated.",
  403: "The caller may not do this.",
  404: "There is nothing at this address that the caller may see.",
  408: "The request did not arrive in time.",
  409: "The state of the execution does not allow it: consumed (Location names the original, to those who may see it), in flight (Retry-After), or ended.",
  413: "The body is too large.",
  415: "The body is not plain application/json.",
  422: "The facts or the policy are refused, or an identity is used again for something else.",
  429: "The caller sends too much (Retry-After).",
  431: "The headers are too large.",
  500: "The server failed in a way it does not know.",
  503: "Nothing can be decided safely now, or there is too much work (Retry-After).",
};

const problemContent = { "application/problem+json": { schema: { $ref: "Problem#" } } };

/** Problems as a route's `response` lists them. Every route can be refused for the form, the rate and the load. */
export function problems(...statuses: readonly ProblemStatus[]): Record<string, object> {
  const all: ProblemStatus[] = [400, 429, 500, 503, ...statuses];
  return Object.fromEntries(
    all.map((status) => [status, { description: descriptions[status], content: problemContent }]),
  );
}

/** What is refused to those who are not allowed, in addition. */
export function guarded(...statuses: readonly ProblemStatus[]): Record<string, object> {
  return problems(401, 403, ...statuses);
}

/** The same for routes that read a body. */
export function guardedBody(...statuses: readonly ProblemStatus[]): Record<string, object> {
  return guarded(413, 415, ...statuses);
}

export const TEXT_TYPE = "text/plain; charset=utf-8";

export function text(description: string): object {
  return { description, content: { "text/plain": { schema: { type: "string" } } } };
}

export function json(schema: string, description: string): object {
  return { description, content: { "application/json": { schema: { $ref: `${schema}#` } } } };
}
