import { readFileSync } from "node:fs";
import { parseStrict } from "@parmanasystems/canonical";
import { splitCommand } from "@parmanasystems/cli";
import { type OidcOptions, type ServerLimits, type ServerOptions } from "@parmanasystems/server";
import { ConfigError } from "./config-error.js";
import { requireConsistent } from "./consistent-settings.js";

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

/** Every variable there is. A file of settings has the same names. */
const known: ReadonlySet<string> = new Set([
  ...["PARMANA_CONFIG", "PARMANA_HOME", "PARMANA_HOST", "PARMANA_PORT", "PARMANA_LOG_LEVEL"],
  ...["PARMANA_POLICIES_ROOT", "PARMANA_TRUST_ROOT", "PARMANA_TRUST_PUBLIC_KEY", "PARMANA_TRUST_ROOT_HASH"],
  ...["PARMANA_RELEASE_MANIFEST", "PARMANA_RELEASE_SIGNATURE", "PARMANA_RUNTIME_KEY", "PARMANA_API_KEYS"],
  ...["PARMANA_SIGNER_COMMAND", "PARMANA_SIGNER_TIMEOUT_MS", "PARMANA_SIGNER_CONCURRENCY"],
  ...["PARMANA_TRUST_PROXY", "PARMANA_LEDGER", "PARMANA_POSTGRES_URL", "PARMANA_POSTGRES_SCHEMA"],
  ...["PARMANA_REDIS_URL", "PARMANA_REDIS_KEY_PREFIX", "PARMANA_REDIS_TTL_SECONDS"],
  ...["PARMANA_OIDC_ISSUER", "PARMANA_OIDC_AUDIENCE", "PARMANA_OIDC_JWKS_URL", "PARMANA_OIDC_ALGORITHMS"],
  ...["PARMANA_OIDC_ROLES_CLAIM", "PARMANA_OIDC_NAME_CLAIM", "PARMANA_UNSAFE_OPEN_ACCESS"],
  ...[
    "PARMANA_RELOAD_SECONDS",
    "PARMANA_CHECKPOINT_SECONDS",
    "PARMANA_MAX_BODY_BYTES",
    "PARMANA_MAX_CONCURRENT",
    "PARMANA_MAX_WAITING",
    "PARMANA_MAX_WAIT_MS",
    "PARMANA_MAX_BATCH_ITEMS",
  ],
  ...["PARMANA_REQUESTS_PER_SECOND", "PARMANA_BURST", "PARMANA_REQUEST_TIMEOUT_MS"],
]);
const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** The settings of a process: its environment, over the JSON file that PARMANA_CONFIG names. @throws ConfigError */
export function readConfig(environment: NodeJS.ProcessEnv): ServerConfig {
  const own = settingsOf(environment);
  const file = own["PARMANA_CONFIG"];
  const values = { ...(file === undefined ? {} : readSettingsFile(file)), ...own };
  requireConsistent(values);
  const settings = new Settings(values);
  const postgresUrl = settings.text("PARMANA_POSTGRES_URL");
  const redisUrl = settings.text("PARMANA_REDIS_URL");
  if (redisUrl !== undefined && postgresUrl === undefined)
    throw new ConfigError(
      "PARMANA_REDIS_URL needs PARMANA_POSTGRES_URL: Redis is the gate, and PostgreSQL the record that outlives it.",
    );
  return {
    host: settings.text("PARMANA_HOST") ?? "127.0.0.1",
    port: settings.whole("PARMANA_PORT", 0, 65_535) ?? 3000,
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

class Settings {
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    return this.#values[name];
  }

  whole(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
    throw new ConfigError(`${name} must be a whole number from ${String(least)} to ${String(most)}.`);
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    const choice = choices.find((candidate) => candidate === text);
    if (text === undefined || choice !== undefined) return choice;
    throw new ConfigError(`${name} must be ${choices.join(", ")}, or not set.`);
  }

  /** All that are set: the home picks the paths among them. */
  paths(): Readonly<Record<string, string>> {
    return this.#values;
  }
}

/** A variable set to nothing counts as not set; one that is misspelt does not count as nothing. @throws ConfigError */
function settingsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("PARMANA_") || name.startsWith("PARMANA_TEST_")) continue;
    if (!known.has(name)) throw new ConfigError(`${name} is no setting of the server; is it misspelt?`);
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}

function readSettingsFile(path: string): Record<string, string> {
  const document = parseFile(path);
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new ConfigError(
      `PARMANA_CONFIG names ${path}, which must hold a JSON object of PARMANA_ settings.`,
    );
  const texts = Object.entries(document).map(([name, value]): [string, string] => {
    if (!known.has(name))
      throw new ConfigError(`${name} in ${path} is no setting of the server; is it misspelt?`);
    if (typeof value === "string") return [name, value];
    if (typeof value === "number") return [name, String(value)];
    throw new ConfigError(`${name} in ${path} must be a text or a number.`);
  });
  return settingsOf(Object.fromEntries(texts));
}

function parseFile(path: string): unknown {
  try {
    return parseStrict(readFileSync(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown reason";
    throw new ConfigError(`PARMANA_CONFIG names ${path}, which cannot be read: ${reason}`, { cause });
  }
}
