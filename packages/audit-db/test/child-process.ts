import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll } from "vitest";

const packages = fileURLToPath(new URL("../..", import.meta.url));
// Inside this package, so that the native driver is found from there.
const output = fileURLToPath(
  new URL(`../node_modules/.cache/ledger-child-${String(process.pid)}`, import.meta.url),
);

export interface LedgerChild {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** Lines told so far. */
  readonly lines: readonly string[];
  /** Resolves with the exit code, or the signal that ended it, when all lines are read. */
  readonly ended: Promise<number | string>;
}

/** Bundles the child from the sources under test, so that no build can be stale, and returns how to start it. */
export function ledgerChildren(): (...values: readonly string[]) => LedgerChild {
  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    await build({
      config: false,
      silent: true,
      entry: { child: fileURLToPath(new URL("children/ledger-child.ts", import.meta.url)) },
      outDir: output,
      format: "esm",
      outExtension: () => ({ js: ".mjs" }),
      target: "node20",
      removeNodeProtocol: false,
      noExternal: [/^(?!@photostructure\/|pg$|node:)/],
      // A bundle of sources is no release: dependencies that are CommonJS need a require.
      banner: {
        js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
      },
      esbuildOptions(options) {
        options.alias = {
          "@parmanasystems/governance/node": join(packages, "governance/src/node/index.ts"),
          ...Object.fromEntries(
            readdirSync(packages).map((folder) => [
              `@parmanasystems/${folder}`,
              join(packages, folder, "src/index.ts"),
            ]),
          ),
        };
      },
    });
  });
  afterAll(() => {
    rmSync(output, { recursive: true, force: true });
  });
  return (...values) => start(process.execPath, [join(output, "child.mjs"), ...values]);
}

/** Starts a child below a shell that first runs `prelude`, for limits that only a shell can set. */
export function inShell(prelude: string, ...values: readonly string[]): LedgerChild {
  return start("/bin/sh", [
    "-c",
    `${prelude} && exec "$0" "$@"`,
    process.execPath,
    join(output, "child.mjs"),
    ...values,
  ]);
}

/** Resolves once the child has told enough. @throws Error when it ends before */
export async function told(child: LedgerChild, enough: (lines: readonly string[]) => boolean): Promise<void> {
  while (!enough(child.lines)) {
    const { exitCode, signalCode } = child.process;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(
        `the child ended early, with ${String(exitCode ?? signalCode)}: ${child.lines.join("\n")}`,
      );
    }
    await pause(1);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function start(command: string, values: readonly string[]): LedgerChild {
  const child = spawn(command, values, { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const read = new Promise((resolve) => reader.once("close", resolve));
  const exited = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? signal ?? "unknown");
    });
  });
  return { process: child, lines, ended: read.then(() => exited) };
}
