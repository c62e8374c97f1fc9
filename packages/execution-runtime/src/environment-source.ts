import { stat } from "node:fs/promises";
import { join } from "node:path";
import { GovernedEnvironment } from "./governed-environment.js";
import type { Clock, VersionMemory } from "./ports.js";
import type { RuntimeEnvironment } from "./runtime-paths.js";

export interface EnvironmentSourceOptions {
  readonly paths: RuntimeEnvironment;
  readonly clock: Clock;
  readonly versions: VersionMemory;
  /** Modules whose packages must be the released ones. */
  readonly modules: readonly string[];
  /** Look before every use whether a signed file was replaced on disk, and load again if so. */
  readonly watchFiles: boolean;
}

interface Loaded {
  readonly environment: GovernedEnvironment;
  readonly stamp: string;
}

/**
 * Holds the environment in force. A load that fails never takes its place: `reload` throws and changes nothing. Who watches
 * the files wants what is on disk, though: then nothing is decided until the files hold again.
 */
export class EnvironmentSource {
  readonly #options: EnvironmentSourceOptions;
  #inForce: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;

  constructor(options: EnvironmentSourceOptions) {
    this.#options = options;
  }

  /** The environment in force where nothing has to be looked at first; else ask `current`. */
  get atHand(): GovernedEnvironment | undefined {
    return this.#options.watchFiles ? undefined : this.#inForce?.environment;
  }

  /** The environment in force, loaded at the first call. */
  async current(): Promise<GovernedEnvironment> {
    const inForce = this.#inForce;
    if (inForce === undefined) return (await this.#load()).environment;
    if (!this.#options.watchFiles || inForce.stamp === (await this.#stampOnDisk()))
      return inForce.environment;
    return (await this.#load()).environment;
  }

  /** Loads and checks everything again and puts it in force. */
  async reload(): Promise<GovernedEnvironment> {
    // What is being loaded may have been read before the change that the caller knows of.
    await this.#loading?.catch(() => undefined);
    return (await this.#load()).environment;
  }

  /** One load at a time, shared by all who wait for it. */
  #load(): Promise<Loaded> {
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadOnce(): Promise<Loaded> {
    const { paths, clock, versions, modules } = this.#options;
    // Stamped before it is read: a change in between shows at the next look.
    const stamp = await this.#stampOnDisk();
    const environment = await GovernedEnvironment.load(paths, { now: clock.now(), versions, modules });
    this.#inForce = { environment, stamp };
    return this.#inForce;
  }

  /** Changes whenever trust root, index or release manifest is replaced. Absent files are for the loader to report. */
  async #stampOnDisk(): Promise<string> {
    const { trustRootPath, trustPublicKeyPath, releaseManifestPath, policiesRootPath } = this.#options.paths;
    const files = [
      trustRootPath,
      trustPublicKeyPath,
      releaseManifestPath,
      join(policiesRootPath, "index.json"),
    ];
    const stamps = await Promise.all(
      files.map(async (file) => {
        const stats = await stat(file, { bigint: true }).catch(() => undefined);
        return stats === undefined
          ? "absent"
          : [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":");
      }),
    );
    return stamps.join(" ");
  }
}
