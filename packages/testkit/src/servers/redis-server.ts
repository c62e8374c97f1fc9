import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.js";

/** A Redis server of the tests' own, which they may stop, pause and break. */
export class RedisServer {
  readonly directory = mkdtempSync(join(tmpdir(), "parmana-redis-"));
  readonly port: number;
  readonly #flags: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, flags: readonly string[]) {
    this.port = port;
    this.#flags = flags;
  }

  static async start(...flags: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), flags);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  /** The value after a flag. */
  flag(name: string): string {
    return this.#flags[this.#flags.indexOf(name) + 1] ?? "";
  }

  async start(): Promise<void> {
    const address = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.directory];
    const memoryOnly = ["--save", "", "--appendonly", "no"];
    this.#process = spawn("redis-server", [...address, ...memoryOnly, ...this.#flags], { stdio: "ignore" });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (await isListening(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("redis-server did not start");
  }

  /** Stops the process where it stands, or lets it go on. */
  pause(paused: boolean): void {
    this.#process?.kill(paused ? "SIGSTOP" : "SIGCONT");
  }

  /** Loses all keys, while it goes on. */
  async forget(): Promise<void> {
    const socket = connect(this.port, "127.0.0.1");
    const answered = new Promise((resolve, reject) => {
      socket.once("data", resolve).once("error", reject);
    });
    socket.write("FLUSHALL\r\n");
    await answered;
    socket.destroy();
  }

  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    await new Promise((resolve) => {
      process.once("exit", resolve);
      process.kill("SIGKILL");
    });
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
