import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "./support.js";

/** Whether `initdb` and `postgres` are in the PATH. */
export const hasPostgres = ["initdb", "postgres"].every(
  (program) => spawnSync(program, ["--version"]).status === 0,
);

/** A server of this test alone, which may be stopped and misconfigured. */
export class OwnServer {
  readonly #directory: string;
  readonly #port: number;
  readonly #as: { uid?: number; gid?: number };
  #process: ChildProcess | undefined;

  private constructor(directory: string, port: number, as: { uid?: number; gid?: number }) {
    this.#directory = directory;
    this.#port = port;
    this.#as = as;
  }

  static async create(): Promise<OwnServer> {
    const directory = mkdtempSync(join(tmpdir(), "parmana-postgres-"));
    const as = unprivileged();
    if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid);
    const cluster = ["-D", join(directory, "cluster"), "-A", "trust", "-U", "postgres", "--no-sync"];
    // Whatever the locale of whoever runs the tests.
    execFileSync("initdb", [...cluster, "-E", "UTF8", "--locale", "C"], { ...as, stdio: "ignore" });
    return new OwnServer(directory, await freePort(), as);
  }

  url(user = "postgres", password = ""): string {
    return `postgres://${user}${password === "" ? "" : `:${password}`}@127.0.0.1:${String(this.#port)}/postgres`;
  }

  /** Resolves when it answers. */
  async start(...settings: readonly string[]): Promise<void> {
    const values = [`port=${String(this.#port)}`, "listen_addresses=127.0.0.1", ...settings];
    this.#process = spawn(
      "postgres",
      [
        "-D",
        join(this.#directory, "cluster"),
        "-k",
        this.#directory,
        ...values.flatMap((value) => ["-c", value]),
      ],
      { ...this.#as, stdio: "ignore" },
    );
    const deadlineMs = performance.now() + 20_000;
    for (;;) {
      try {
        await sql("SELECT 1", this.url());
        return;
      } catch (error) {
        if (performance.now() > deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
