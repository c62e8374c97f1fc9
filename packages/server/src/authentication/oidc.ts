import { isParty } from "@parmanasystems/execution";
import { callerRoles, isPolicyId } from "@parmanasystems/governance";
import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { ServerError } from "../errors.js";
import type { Caller } from "./caller.js";
import { oidcIdentity } from "./identity.js";
import { providerFetch } from "./provider-fetch.js";

export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** https, or http on this machine. */
  readonly jwksUrl: string;
  /** Signature algorithms that are accepted; none that shares a secret. Default RS256, ES256, EdDSA. */
  readonly algorithms?: readonly string[];
  /**
   * The claim with roles, a list or one text with spaces between. `evaluator`, `auditor`, `operator` and `approver` are roles of
   * the server, `approver:<role>` one of a policy, and `policy:<id>` limits evaluations to policies. Default "roles".
   */
  readonly rolesClaim?: string;
  /** The claim that names the caller; one that users cannot choose. Default "sub". */
  readonly nameClaim?: string;
}

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

const ASYMMETRIC = /^(?:RS|PS|ES)(?:256|384|512)$|^(?:EdDSA|Ed25519)$/;
const COOLDOWN_MS = 30_000;
const FAILURE_PAUSE_MS = 1_000;
const MAX_FAILURE_PAUSE_MS = 10_000;
const TIMEOUT_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Checks tokens of one provider. Its keys are fetched when an unknown one is named, at the most twice a minute; while it fails, after 1,
 * 2, 4, 8 and then every 10 seconds.
 * @param maxWaitingForKeys tokens that wait for that at once, at the most; the others are refused (HTTP-012)
 * @throws ServerError HTTP-014
 */
export function oidcCallers(
  options: OidcOptions,
  maxWaitingForKeys: number,
): (token: string, now: number) => Promise<Caller | undefined> {
  const { issuer, audience, jwksUrl, algorithms = ["RS256", "ES256", "EdDSA"] } = options;
  const { rolesClaim = "roles", nameClaim = "sub" } = options;
  const url = requireJwksUrl(jwksUrl);
  if (algorithms.length === 0 || !algorithms.every((name) => ASYMMETRIC.test(name)))
    throw new ServerError("HTTP-014", "The option oidc.algorithms must name asymmetric algorithms.");
  if (issuer === "" || audience === "")
    throw new ServerError("HTTP-014", "The options oidc.issuer and oidc.audience must not be empty.");
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: providerFetch({ pauseMs: FAILURE_PAUSE_MS, maxPauseMs: MAX_FAILURE_PAUSE_MS }),
  });
  let waiting = 0;
  /** Anybody can name keys that nobody has, and each such request holds a place until the provider has answered. */
  const enterLine = (token: string): (() => void) => {
    if (!needsFetch(keys, token)) return () => undefined;
    if (waiting >= maxWaitingForKeys)
      throw new ServerError("HTTP-012", "Too many tokens wait for the keys of the OIDC provider.");
    waiting += 1;
    return () => {
      waiting -= 1;
    };
  };
  return async (token, now) => {
    const leaveLine = enterLine(token);
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        requiredClaims: ["exp", nameClaim],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(now),
      });
      return callerOf(payload, { issuer, rolesClaim, nameClaim });
    } catch (cause) {
      if (isRefusal(cause)) return undefined;
      throw new ServerError("HTTP-012", "The keys of the OIDC provider cannot be had.", { cause });
    } finally {
      leaveLine();
    }
  };
}

function needsFetch(keys: RemoteKeys, token: string): boolean {
  if (!keys.fresh) return true;
  if (keys.coolingDown) return false;
  const kid = kidOf(token);
  return keys.jwks()?.keys.every((key) => key.kid !== kid) ?? true;
}

function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

/** The token is to blame, and not the way to the provider. */
function isRefusal(cause: unknown): boolean {
  if (!(cause instanceof errors.JOSEError) || cause instanceof errors.JWKSTimeout) return false;
  return cause.code !== "ERR_JOSE_GENERIC" && cause.code !== "ERR_JWKS_INVALID";
}

function callerOf(
  payload: JWTPayload,
  { issuer, rolesClaim, nameClaim }: Required<Pick<OidcOptions, "issuer" | "rolesClaim" | "nameClaim">>,
): Caller | undefined {
  const subject = payload[nameClaim];
  if (typeof subject !== "string" || subject === "") return undefined;
  const name = oidcIdentity(issuer, subject);
  if (!isParty(name)) return undefined;
  const granted = textsOf(payload[rolesClaim]);
  const after = (prefix: string) =>
    granted.flatMap((text) => {
      const id = text.slice(prefix.length);
      return text.startsWith(prefix) && isPolicyId(id) ? [id] : [];
    });
  const approverRoles = after("approver:");
  const roles = new Set(callerRoles.filter((role) => granted.includes(role)));
  if (approverRoles.length > 0) roles.add("approver");
  // A limit that is misspelt still limits.
  const limited = granted.some((text) => text.startsWith("policy:"));
  return { name, roles, approverRoles, policies: limited ? new Set(after("policy:")) : null };
}

function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim.filter((text) => typeof text === "string") : [];
}

function requireJwksUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url !== undefined && (url.protocol === "https:" || local)) return url;
  throw new ServerError("HTTP-014", "The option oidc.jwksUrl must be an https URL.");
}
