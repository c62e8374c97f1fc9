import { readFileSync } from "node:fs";
import { parseStrict } from "@parmanasystems/canonical";
import { ConfigError } from "./config-error.js";
import { requireConsistent } from "./consistent-settings.js";

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

/** The settings of a process: its environment, over the JSON file that PARMANA_CONFIG names. @throws ConfigError */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const own = settingsOf(environment);
  const file = own["PARMANA_CONFIG"];
  const values = { ...(file === undefined ? {} : readSettingsFile(file)), ...own };
  requireConsistent(values);
  return new Settings(values);
}

/** The values of settings, as what they stand for. Whatever does not is a ConfigError. */
export class Settings {
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

  /** Where the server listens. */
  place(): { readonly host: string; readonly port: number } {
    return {
      host: this.text("PARMANA_HOST") ?? "127.0.0.1",
      port: this.whole("PARMANA_PORT", 0, 65_535) ?? 3000,
    };
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
