import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const serverModule = join(root, "packages/server/dist/index.js");

export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it said on both streams so far. */
  readonly said: () => string;
  /** Resolves with the exit code or signal. */
  readonly ended: Promise<number | string>;
}

/** Runs the built command as a person would. */
export function parmana(home: string, ...words: readonly string[]): string {
  const bin = join(root, "packages/cli/dist/bin.js");
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [bin, ...words, "--home", home], {
    encoding: "utf8",
    timeout: 80_000,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`parmana ${words.join(" ")} ended with ${String(status)}: ${stderr}`);
  return stdout.trim();
}

/** A home with the claims policy, released for the built server. */
export function prepareHome(home: string): void {
  parmana(home, "init");
  parmana(home, "policy", "sign", join(root, "policies/claims-approval/1.0.0"));
  parmana(home, "release", "build", "--module", serverModule);
}

/** Starts the built server; resolves when it listens, rejects with what it said when it ends before. */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  whileStarting: (child: ChildProcess) => void = () => undefined,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(root, "apps/server/dist/main.js")], {
    env: { PATH: process.env["PATH"], PARMANA_PORT: "0", PARMANA_LOG_LEVEL: "warn", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  whileStarting(child);
  let text = "";
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? signal ?? "unknown");
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (bytes: Buffer) => {
      text += bytes.toString();
      const found = /listening on (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then(() => {
      reject(new Error(text));
    });
  });
  return { url, process: child, said: () => text, ended };
}
