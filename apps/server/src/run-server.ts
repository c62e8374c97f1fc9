import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Home, homeAt, homeKeys, issueCheckpoint, rememberedCheckpoint } from "@parmanasystems/cli";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { createServer, type ServerOptions, signerProbe } from "@parmanasystems/server";
import { type ApiKeyFile, openApiKeyFile } from "./api-key-file.js";
import { ConfigError } from "./config-error.js";
import type { ServerConfig } from "./config.js";
import { namesHome } from "./consistent-settings.js";
import { prepareDemoHome } from "./demo-home.js";
import { listenAt } from "./listen.js";
import { openRuntimeSigner } from "./runtime-signer.js";
import { openStores } from "./stores.js";
import { keepUp, startUpkeep } from "./upkeep.js";

export interface RunningServer {
  readonly url: string;
  /** The key of a home that was made for trying it out. */
  readonly demoKey: string | undefined;
  /** Reads keys and signed documents again; what does not hold leaves things as they are. */
  reload(): Promise<void>;
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>;
}

/** The parts put together, as the configuration says. Everything that decisions need is asked once before the door opens. */
export async function runServer(config: ServerConfig, note: (line: string) => void): Promise<RunningServer> {
  const serverModule = fileURLToPath(import.meta.resolve("@parmanasystems/server"));
  const { home, demoKey } = await homeOf(config, serverModule);
  const apiKeys = await openApiKeyFile(config.apiKeysFile ?? home.apiKeys);
  const authentication = authenticationOf(config, apiKeys);
  const { signer, verifier, maxConcurrent } = await openRuntimeSigner(config, home);
  const stores = await openStores(config, config.ledgerFile ?? home.ledger);
  const runtime = createExecutionRuntime({
    environment: home.environment,
    signer,
    verifier,
    ...stores.runtime,
    modules: [serverModule],
  });
  const server = createServer({
    runtime,
    records: stores.records,
    authentication,
    probes: { signer: signerProbe(signer, verifier), ...stores.probes },
    queues: stores.queues,
    limits: { ...(maxConcurrent !== undefined && { maxConcurrent }), ...config.limits },
    trustedProxies: config.trustedProxies,
    log: { level: config.logLevel, stream: process.stdout },
  });
  try {
    const remembered = rememberedCheckpoint(home);
    if (remembered !== undefined) await stores.audit.requireContinuation(remembered);
    await runtime.ready();
    const url = await listenAt(server, { host: config.host, port: config.port });
    const signing = (await signsCheckpoints()) ? keepUp(config.checkpointSeconds, checkpoint) : undefined;
    const upkeep = startUpkeep(
      config.reloadSeconds,
      [
        ["the API keys", () => apiKeys.reload()],
        ["the signed documents", () => runtime.reload()],
        ["the reviews that have run out", () => runtime.reviews.settle()],
      ],
      note,
    );
    return {
      url,
      demoKey,
      reload: () => upkeep.now(),
      async close() {
        upkeep.stop();
        clearInterval(signing);
        await close();
      },
    };
  } catch (error) {
    await server.close();
    await runtime.close();
    throw error;
  }

  /** Without a log key here, somebody else signs the log: `parmana audit checkpoint`. */
  async function signsCheckpoints(): Promise<boolean> {
    return config.checkpointSeconds > 0 && (await homeKeys(home, "log", Date.now())).length > 0;
  }

  async function checkpoint(): Promise<void> {
    try {
      await issueCheckpoint(home, stores);
    } catch (error) {
      note(`The log could not be signed: ${error instanceof Error ? error.message : "unknown reason"}`);
    }
  }

  async function close(): Promise<void> {
    await server.close();
    if (await signsCheckpoints()) await checkpoint();
    await runtime.close();
  }
}

async function homeOf(
  config: ServerConfig,
  serverModule: string,
): Promise<{ readonly home: Home; readonly demoKey: string | undefined }> {
  if (config.home !== undefined && !existsSync(config.home))
    throw new ConfigError(
      `PARMANA_HOME names ${config.home}, which does not exist. \`parmana init --home\` makes one.`,
    );
  if (namesHome(config.variables)) return { home: homeAt(config.home, config.variables), demoKey: undefined };
  const directory = resolve(join(".parmana", "server"));
  const { apiKey } = await prepareDemoHome(directory, serverModule);
  return { home: homeAt(directory, config.variables), demoKey: apiKey };
}

function authenticationOf(config: ServerConfig, apiKeys: ApiKeyFile): ServerOptions["authentication"] {
  const { oidc, unsafeOpenAccess, apiKeysFile } = config;
  if (unsafeOpenAccess) return { unsafeOpenAccess: true };
  if (apiKeysFile !== undefined && !existsSync(apiKeysFile))
    throw new ConfigError(`PARMANA_API_KEYS names ${apiKeysFile}, which does not exist.`);
  if (apiKeys.current().length === 0 && oidc === undefined)
    throw new ConfigError(
      "Nobody could call the server. Make an API key (parmana keys new), or set PARMANA_OIDC_ISSUER; PARMANA_UNSAFE_OPEN_ACCESS=loopback lets everybody on this machine in.",
    );
  return { apiKeys: () => apiKeys.current(), ...(oidc !== undefined && { oidc }) };
}
