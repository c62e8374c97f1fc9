import type { FastifyRequest } from "fastify";
import { ServerError } from "../errors.js";
import type { Caller } from "./caller.js";

/** @throws ServerError HTTP-003 on a route that lets everybody in */
export function requireCaller({ caller }: FastifyRequest): Caller {
  if (caller !== null) return caller;
  throw new ServerError("HTTP-003", "The request has no caller.");
}
