// Starting other programs. No dependencies: setup runs this before anything is installed.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { readJson, root } from "./workspace.mjs";

/** What every program we start sees: our own tools first on PATH, no telemetry, no update notices, no colour codes in captured output. */
const toolEnvironment = {
  ...process.env,
  PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
  DO_NOT_TRACK: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  NO_UPDATE_NOTIFIER: "1",
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
  // `npm test --silent` hands its log level down, and with it the reason why an inner install failed would be lost.
  npm_config_loglevel: "warn",
  // An unreachable registry is to be reported in seconds; npm's defaults wait for over a minute.
  npm_config_fetch_retries: "2",
  npm_config_fetch_retry_mintimeout: "1000",
  npm_config_fetch_retry_maxtimeout: "5000",
};

/**
 * Runs a program to its end and never throws: a program that could not start has the exit code 127.
 * @param {string} command
 * @param {string[]} commandArguments
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, shell?: boolean, timeoutMs?: number }} options
 * @returns {Promise<{ code: number, output: string }>} standard output and standard error as they came
 */
export function run(command, commandArguments, { cwd = root, env = {}, shell = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      cwd,
      shell,
      timeout: timeoutMs,
      env: { ...toolEnvironment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => {
      if (signal !== null)
        output += `ended by ${signal}${timeoutMs === undefined ? "" : ` (limit ${timeoutMs / 1000} s)`}\n`;
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Runs the command of one of our development dependencies with this very Node: without a shell between, a clone in a folder
 * with spaces needs no quoting.
 * @param {string} dependency name of the package
 * @param {string[]} commandArguments
 * @param {Parameters<typeof run>[2] & { bin?: string }} options `bin`: the command, where the package has several
 */
export function runTool(dependency, commandArguments, { bin, ...options } = {}) {
  const folder = join(root, "node_modules", dependency);
  const { bin: bins } = readJson(join(folder, "package.json"));
  const script = typeof bins === "string" ? bins : bins[bin ?? dependency];
  return run(process.execPath, [join(folder, script), ...commandArguments], options);
}
