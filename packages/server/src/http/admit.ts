import type { FastifyReply, FastifyRequest } from "fastify";
import type { Authenticator } from "../authentication/authenticate.js";
import type { Caller } from "../authentication/caller.js";
import { requireLoopback } from "../authentication/loopback.js";
import { ServerError } from "../errors.js";
import type { Access } from "../server-context.js";
import type { Gate } from "./gate.js";
import { Place } from "./place.js";
import { addressKey, callerKey } from "./rate-keys.js";
import type { RateLimit } from "./rate-limit.js";
import { requireSingleHeaders } from "./single-headers.js";

export interface Admission {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly gate: Gate;
  readonly authenticator: Authenticator;
  readonly rate: RateLimit;
}

/**
 * Everything that is decided about a request before its body is read: form, place, load, caller, rate, role. What needs no waiting is
 * done when this returns.
 * @throws ServerError HTTP-002 to HTTP-004, HTTP-007, HTTP-008, HTTP-012, HTTP-015
 */
export function admit({ request, reply, gate, authenticator, rate }: Admission): Promise<void> | undefined {
  requireSingleHeaders(request);
  if (request.is404) refuseUnknown(request, rate);
  if (authenticator.isOpen) requireLoopback(request);
  const { access = "public", gated = true } = request.routeOptions.config;
  if (gate.isClosing) void reply.header("connection", "close");
  if (gated) takePlace(request, reply, gate);
  if (access === "public") {
    if (gated) rate.take(addressKey(request.ip));
    return undefined;
  }
  const enter = (caller: Caller): void => {
    rate.take(callerKey(caller));
    requireRole(caller, access);
    request.caller = caller;
    if (hasBody(request)) awaitBody(request, reply, gate);
  };
  /** Whoever only guesses is refused by address, and what has valid credentials is not: they may share one. */
  const refuse = (error: unknown): never => {
    rate.take(addressKey(request.ip));
    throw error;
  };
  const found = callerOf(authenticator, request, refuse);
  if (found instanceof Promise) return found.then(enter, refuse);
  enter(found);
  return undefined;
}

function callerOf(
  authenticator: Authenticator,
  request: FastifyRequest,
  refuse: (error: unknown) => never,
): Caller | Promise<Caller> {
  try {
    return authenticator.callerOf(request);
  } catch (error) {
    return refuse(error);
  }
}

/** Before anything of a body is read, and without a place. @throws ServerError HTTP-005, HTTP-007 */
function refuseUnknown({ ip }: FastifyRequest, rate: RateLimit): never {
  rate.take(addressKey(ip));
  throw nothingThere();
}

export function nothingThere(): ServerError {
  return new ServerError("HTTP-005", "There is nothing at this address.");
}

function takePlace(request: FastifyRequest, reply: FastifyReply, gate: Gate): void {
  const place = new Place(gate.enter());
  request.place = place;
  reply.raw.once("close", () => {
    place.hungUp();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

function awaitBody({ place }: FastifyRequest, reply: FastifyReply, { arrivals }: Gate): void {
  const { socket } = reply.raw.req;
  const giveUp = (): void => {
    const late = new ServerError(
      "HTTP-022",
      "Others waited for the place of a request whose body came too slowly.",
    );
    void reply.header("connection", "close").send(late);
  };
  const arrived = arrivals.add({ giveUp, bytesRead: () => socket.bytesRead });
  if (place === null) arrived();
  else place.awaitBody(arrived);
}

function requireRole({ roles }: Caller, access: Exclude<Access, "public">): void {
  if (access === "authenticated" || access.some((role) => roles.has(role))) return;
  throw new ServerError("HTTP-004", `This takes the role ${access.join(" or ")}.`);
}
