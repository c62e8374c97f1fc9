import { type ApiKeyRecord, callerRoles } from "@parmanasystems/governance";
import type { FastifyRequest } from "fastify";
import { ServerError } from "../errors.js";
import { callerOfApiKey } from "./api-keys.js";
import type { Caller } from "./caller.js";
import { requireLoopback } from "./loopback.js";
import { oidcCallers, type OidcOptions } from "./oidc.js";

/** Who may call. Without a way to authenticate there is no server. */
export type Authentication =
  | {
      /** The keys as they are now: asked at every request, so that a revocation counts at once. */
      readonly apiKeys?: () => readonly ApiKeyRecord[];
      readonly oidc?: OidcOptions;
    }
  | {
      /** Everybody on this machine may do everything, and is called "anonymous". */
      readonly unsafeOpenAccess: true;
    };

export interface Authenticator {
  readonly isOpen: boolean;
  /** At once for API keys. @throws ServerError HTTP-003, HTTP-012, HTTP-015, also as the promise's */
  callerOf(request: FastifyRequest): Caller | Promise<Caller>;
}

const anonymous: Caller = {
  name: "anonymous",
  roles: new Set(callerRoles),
  approverRoles: [],
  policies: null,
};

export interface AuthenticatorTerms {
  /** Tokens that wait for the keys of a provider at once, at the most. */
  readonly maxWaitingForKeys: number;
  readonly now: () => number;
}

/** @throws ServerError HTTP-014 */
export function createAuthenticator(
  authentication: Authentication,
  { maxWaitingForKeys, now }: AuthenticatorTerms,
): Authenticator {
  if ("unsafeOpenAccess" in authentication) return openAccess();
  const { apiKeys, oidc } = authentication;
  if (apiKeys === undefined && oidc === undefined)
    throw new ServerError("HTTP-014", "The option authentication must have apiKeys, oidc or both.");
  const byToken = oidc === undefined ? undefined : oidcCallers(oidc, maxWaitingForKeys);
  return {
    isOpen: false,
    callerOf(request) {
      const token = bearerToken(request.headers.authorization);
      if (token.startsWith("pk_")) return known(callerOfApiKey(token, apiKeys?.() ?? [], now()));
      return byToken === undefined ? known(undefined) : byToken(token, now()).then(known);
    },
  };
}

function known(caller: Caller | undefined): Caller {
  if (caller !== undefined) return caller;
  throw new ServerError("HTTP-003", "The credentials are unknown, expired or revoked.");
}

function openAccess(): Authenticator {
  return {
    isOpen: true,
    callerOf(request) {
      requireLoopback(request);
      return anonymous;
    },
  };
}

const MAX_TOKEN = 8_192;

function bearerToken(header: string | undefined): string {
  const token = /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header ?? "")?.[1];
  if (token !== undefined && token.length <= MAX_TOKEN) return token;
  throw new ServerError("HTTP-003", "The request needs the header Authorization: Bearer.");
}
