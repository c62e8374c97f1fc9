import { splitCommand } from "@parmanasystems/cli";
import { type OidcOptions, type ServerLimits, type ServerOptions } from "@parmanasystems/server";
import { ConfigError } from "./config-error.js";
import { readSettings, type Settings } from "./settings.js";

type LogLevel = NonNullable<ServerOptions["log"]>["level"];

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** Where keys, trust root and ledger lie; a home for trying it out is made when absent. */
  readonly home: string | undefined;
  readonly runtimeKeyFile: string | undefined;
  /** In the place of a key in a file: a program that signs. */
  readonly signerCommand:
    | { readonly words: readonly string[]; readonly timeoutMs: number; readonly maxConcurrent: number }
    | undefined;
  readonly ledgerFile: string | undefined;
  readonly postgres: { readonly url: string; readonly schema: string } | undefined;
  readonly redis:
    { readonly url: string; readonly keyPrefix: string; readonly ttlSeconds: number } | undefined;
  readonly apiKeysFile: string | undefined;
  readonly oidc: OidcOptions | undefined;
  readonly unsafeOpenAccess: boolean;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  readonly reloadSeconds: number;
  /** How often the log is signed, where the home has a log key; 0 for never. */
  readonly checkpointSeconds: number;
  readonly limits: ServerLimits;
  /** The variables of the paths, for the home. */
  readonly variables: Readonly<Record<string, string>>;
}

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** What the settings of a process say. @throws ConfigError */
export function readConfig(environment: NodeJS.ProcessEnv): ServerConfig {
  const settings = readSettings(environment);
  const postgresUrl = settings.text("PARMANA_POSTGRES_URL");
  const redisUrl = settings.text("PARMANA_REDIS_URL");
  if (redisUrl !== undefined && postgresUrl === undefined)
    throw new ConfigError(
      "PARMANA_REDIS_URL needs PARMANA_POSTGRES_URL: Redis is the gate, and PostgreSQL the record that outlives it.",
    );
  return {
    ...settings.place(),
    home: settings.text("PARMANA_HOME"),
    runtimeKeyFile: settings.text("PARMANA_RUNTIME_KEY"),
    signerCommand: readSignerCommand(settings),
    ledgerFile: settings.text("PARMANA_LEDGER"),
    postgres:
      postgresUrl === undefined
        ? undefined
        : { url: postgresUrl, schema: settings.text("PARMANA_POSTGRES_SCHEMA") ?? "parmana" },
    redis:
      redisUrl === undefined
        ? undefined
        : {
            url: redisUrl,
            keyPrefix: settings.text("PARMANA_REDIS_KEY_PREFIX") ?? "parmana",
            ttlSeconds: settings.whole("PARMANA_REDIS_TTL_SECONDS", 60, 315_360_000) ?? 86_400,
          },
    apiKeysFile: settings.text("PARMANA_API_KEYS"),
    oidc: readOidc(settings),
    unsafeOpenAccess: settings.choice("PARMANA_UNSAFE_OPEN_ACCESS", ["loopback"]) !== undefined,
    trustedProxies: settings.text("PARMANA_TRUST_PROXY")?.split(/[ ,]+/) ?? [],
    logLevel: settings.choice("PARMANA_LOG_LEVEL", levels) ?? "info",
    reloadSeconds: settings.whole("PARMANA_RELOAD_SECONDS", 1, 86_400) ?? 30,
    checkpointSeconds: settings.whole("PARMANA_CHECKPOINT_SECONDS", 0, 86_400) ?? 60,
    limits: readLimits(settings),
    variables: settings.paths(),
  };
}

function readSignerCommand(settings: Settings): ServerConfig["signerCommand"] {
  const text = settings.text("PARMANA_SIGNER_COMMAND");
  if (text === undefined) return undefined;
  return {
    words: splitCommand(text, "PARMANA_SIGNER_COMMAND"),
    timeoutMs: settings.whole("PARMANA_SIGNER_TIMEOUT_MS", 1, 600_000) ?? 5_000,
    maxConcurrent: settings.whole("PARMANA_SIGNER_CONCURRENCY", 1, 1_024) ?? 4,
  };
}

function readOidc(settings: Settings): OidcOptions | undefined {
  const issuer = settings.text("PARMANA_OIDC_ISSUER");
  const audience = settings.text("PARMANA_OIDC_AUDIENCE");
  const jwksUrl = settings.text("PARMANA_OIDC_JWKS_URL");
  if (issuer === undefined && audience === undefined && jwksUrl === undefined) return undefined;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined)
    throw new ConfigError(
      "PARMANA_OIDC_ISSUER, PARMANA_OIDC_AUDIENCE and PARMANA_OIDC_JWKS_URL belong together; at least one is not set.",
    );
  const algorithms = settings.text("PARMANA_OIDC_ALGORITHMS")?.split(/[ ,]+/);
  const rolesClaim = settings.text("PARMANA_OIDC_ROLES_CLAIM");
  const nameClaim = settings.text("PARMANA_OIDC_NAME_CLAIM");
  return {
    issuer,
    audience,
    jwksUrl,
    ...(algorithms !== undefined && { algorithms }),
    ...(rolesClaim !== undefined && { rolesClaim }),
    ...(nameClaim !== undefined && { nameClaim }),
  };
}

function readLimits(settings: Settings): ServerLimits {
  const most = 1024 * 1024 * 1024;
  const limits = {
    maxBodyBytes: settings.whole("PARMANA_MAX_BODY_BYTES", 1, most),
    maxConcurrent: settings.whole("PARMANA_MAX_CONCURRENT", 1, most),
    maxWaiting: settings.whole("PARMANA_MAX_WAITING", 0, most),
    maxWaitMs: settings.whole("PARMANA_MAX_WAIT_MS", 0, 60_000),
    maxBatchItems: settings.whole("PARMANA_MAX_BATCH_ITEMS", 1, most),
    requestsPerSecond: settings.whole("PARMANA_REQUESTS_PER_SECOND", 0, most),
    burst: settings.whole("PARMANA_BURST", 1, most),
    requestTimeoutMs: settings.whole("PARMANA_REQUEST_TIMEOUT_MS", 1, most),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
