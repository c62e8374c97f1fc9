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

/** Holds the environment in force. Good is never replaced by bad: a reload that fails changes nothing. */
export class EnvironmentSource {
  readonly #options: EnvironmentSourceOptions;
  #current: Promise<GovernedEnvironment> | undefined;
  #stamp: string | undefined;

  constructor(options: EnvironmentSourceOptions) {
    this.#options = options;
  }

  /** The environment in force, loaded at the first call. A replaced file that does not hold is refused. */
  async current(): Promise<GovernedEnvironment> {
    if (this.#current === undefined) return this.#first();
    if (this.#options.watchFiles && this.#stamp !== (await this.#stampOnDisk())) return this.reload();
    return this.#current;
  }

  /** Loads and checks everything again and puts it in force. */
  async reload(): Promise<GovernedEnvironment> {
    const stamp = this.#options.watchFiles ? await this.#stampOnDisk() : undefined;
    const environment = await this.#load();
    this.#current = Promise.resolve(environment);
    this.#stamp = stamp;
    return environment;
  }

  #first(): Promise<GovernedEnvironment> {
    const loading = this.reload();
    this.#current = loading;
    loading.catch(() => {
      if (this.#current === loading) this.#current = undefined;
    });
    return loading;
  }

  #load(): Promise<GovernedEnvironment> {
    const { paths, clock, versions, modules } = this.#options;
    return GovernedEnvironment.load(paths, { now: clock.now(), versions, modules });
  }

  /** Changes whenever a signed document is replaced. Absent files are for the loader to report. */
  async #stampOnDisk(): Promise<string> {
    const { trustRootPath, trustPublicKeyPath, releaseManifestPath, policiesRootPath } = this.#options.paths;
    const files = [trustRootPath, trustPublicKeyPath, releaseManifestPath, join(policiesRootPath, "index.json")];
    const stamps = await Promise.all(
      files.map(async (file) => {
        const stats = await stat(file, { bigint: true }).catch(() => undefined);
        return stats === undefined ? "absent" : [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":");
      }),
    );
    return stamps.join(" ");
  }
}
