import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.js";

/** Whether `initdb` and `postgres` are in the PATH. */
export const hasPostgres = ["initdb", "postgres"].every(
  (program) => spawnSync(program, ["--version"]).status === 0,
);

/** A server of this test alone, which may be stopped and misconfigured. */
export class PostgresServer {
  readonly #directory: string;
  readonly #port: number;
  readonly #as: { uid?: number; gid?: number };
  #process: ChildProcess | undefined;

  private constructor(directory: string, port: number, as: { uid?: number; gid?: number }) {
    this.#directory = directory;
    this.#port = port;
    this.#as = as;
  }

  static async create(): Promise<PostgresServer> {
    const directory = mkdtempSync(join(tmpdir(), "parmana-postgres-"));
    const as = unprivileged();
    if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid);
    const cluster = ["-D", join(directory, "cluster"), "-A", "trust", "-U", "postgres", "--no-sync"];
    // Whatever the locale of whoever runs the tests.
    execFileSync("initdb", [...cluster, "-E", "UTF8", "--locale", "C"], { ...as, stdio: "ignore" });
    return new PostgresServer(directory, await freePort(), as);
  }

  url(user = "postgres", password = ""): string {
    return `postgres://${user}${password === "" ? "" : `:${password}`}@127.0.0.1:${String(this.#port)}/postgres`;
  }

  /** Resolves when it takes connections. */
  async start(...settings: readonly string[]): Promise<void> {
    const values = [`port=${String(this.#port)}`, "listen_addresses=127.0.0.1", ...settings];
    const where = ["-D", join(this.#directory, "cluster"), "-k", this.#directory];
    const server = spawn("postgres", [...where, ...values.flatMap((value) => ["-c", value])], {
      ...this.#as,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = server;
    await new Promise<void>((resolve, reject) => {
      let said = "";
      server.stderr.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        if (said.includes("ready to accept")) resolve();
      });
      server.once("exit", () => {
        reject(new Error(`postgres ended: ${said}`));
      });
    });
  }

  /** SIGINT ends it with all its connections; SIGQUIT is a crash. */
  async stop(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    const stopping = this.#process;
    if (stopping === undefined) return;
    this.#process = undefined;
    const exited = new Promise((resolve) => stopping.once("exit", resolve));
    stopping.kill(signal);
    await exited;
  }

  /** Makes it a standby from its next start on. */
  makeStandby(): void {
    writeFileSync(join(this.#directory, "cluster", "standby.signal"), "");
  }

  /** Asks everyone but the role postgres for a password, from its next start on. */
  askForPasswords(): void {
    const rules = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    writeFileSync(join(this.#directory, "cluster", "pg_hba.conf"), rules);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ["-u", "-g"].map((what) =>
    Number(execFileSync("id", [what, spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody"])),
  );
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}
