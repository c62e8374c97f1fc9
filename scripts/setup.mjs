#!/usr/bin/env node
// Makes a clone ready: installs what is missing, builds what changed, and says nothing when there is nothing to do.
// Plain Node without dependencies, since it runs before there are any; old Nodes must be able to parse it to be told that they are old.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, runTool } from "./lib/run.mjs";
import { filesBelow, readJson, root, rootManifest, workspacePackages } from "./lib/workspace.mjs";

/** Something the person at the keyboard can mend; the message is the whole story, so no stack is shown. */
export class SetupError extends Error {}

/** @param {(line: string) => void} say receives progress lines; not called when there is nothing to do */
export async function setUp(say = console.log) {
  requireNode();
  await install(say);
  await build(say);
}

export function requireNode() {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(rootManifest.engines.node).map(Number);
  const [actualMajor, actualMinor] = process.versions.node.split(".").map(Number);
  if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return;
  throw new SetupError(
    `Parmana needs Node.js ${rootManifest.engines.node}; this is ${process.version}. Install a newer one from https://nodejs.org and run the command again.`,
  );
}

/** Installs with the pinned pnpm unless the manifests and the lock file are those of the last install. */
export async function install(say = console.log) {
  const manifests = [
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    ".npmrc",
    ...workspacePackages().map(({ folder }) => `${folder}/package.json`),
  ];
  // The platform belongs to it because esbuild, turbo and SQLite come as one binary per platform.
  const hash = hashFiles(manifests, `${process.platform}-${process.arch}`);
  if (readStamp().install === hash && workspacePackages().every(hasDependencies)) return;

  const pnpm = rootManifest.packageManager;
  say(`Installing dependencies with ${pnpm} (the first time takes about a minute) ...`);
  const started = performance.now();
  // npx because a fresh machine has npm and no pnpm. Without a terminal pnpm would stop to ask before it replaces a stale node_modules.
  const installation = await run(
    "npx",
    ["--yes", pnpm, "install", "--frozen-lockfile", "--config.confirmModulesPurge=false"],
    {
      shell: process.platform === "win32",
    },
  );
  if (installation.code !== 0) throw new SetupError(explainInstallFailure(installation));
  writeStamp({ install: hash });
  say(`Installed in ${secondsSince(started)} s.`);
}

/** Builds every package through turbo unless sources and configuration are those of the last build. */
export async function build(say = console.log) {
  const inputs = [
    ...["pnpm-lock.yaml", "turbo.json", "tsconfig.base.json", "tsup.config.base.ts"],
    ...workspacePackages().flatMap(({ folder }) => [
      ...["package.json", "tsconfig.json", "tsup.config.ts", "vite.config.ts"].map(
        (file) => `${folder}/${file}`,
      ),
      ...filesBelow(join(root, folder, "src")).map((file) => `${folder}/src/${file}`),
    ]),
  ].filter((file) => existsSync(join(root, file)));
  const hash = hashFiles(inputs);
  if (readStamp().build === hash && workspacePackages().every(isBuilt)) return;

  say("Building the packages ...");
  const started = performance.now();
  const { code, output } = await runTool("turbo", ["run", "build", "--output-logs=errors-only"]);
  if (code !== 0) throw new SetupError(`The build failed:\n\n${output.trimEnd()}`);
  writeStamp({ ...readStamp(), build: hash });
  say(`Built in ${secondsSince(started)} s.`);
}

const stampPath = join(root, "node_modules", ".parmana-setup.json");

/** @returns {{ install?: string, build?: string }} hashes of what the last successful steps saw */
function readStamp() {
  try {
    return readJson(stampPath);
  } catch {
    return {}; // missing or cut short: the steps simply run again
  }
}

function writeStamp(stamp) {
  writeFileSync(stampPath, `${JSON.stringify(stamp, null, 2)}\n`);
}

/** @param {string[]} files relative to the root */
function hashFiles(files, salt = "") {
  const hash = createHash("sha256").update(salt);
  for (const file of files) {
    hash.update(`\0${file}\0`).update(
      createHash("sha256")
        .update(readFileSync(join(root, file)))
        .digest(),
    );
  }
  return hash.digest("hex");
}

/** A clean-up of the package folders leaves the stamp in place, so the folders themselves are looked at too. */
function hasDependencies({ path, manifest }) {
  return Object.keys(manifest.dependencies ?? {}).every((name) =>
    existsSync(join(path, "node_modules", name)),
  );
}

function isBuilt({ path, manifest }) {
  const targets = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})];
  return targets
    .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
    .every((file) => existsSync(join(path, file)));
}

function explainInstallFailure({ code, output }) {
  if (code === 127)
    return "npx could not be started. It comes with npm: install Node.js from https://nodejs.org and run the command again.";
  const unreachable =
    /ENOTFOUND|EAI_AGAIN|ECONN|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|TIMEOUT|META_FETCH_FAIL|CERT_|SELF_SIGNED/;
  const reason = output.split("\n").find((line) => unreachable.test(line));
  if (reason !== undefined) {
    return [
      "The npm registry could not be reached, so the dependencies are not installed.",
      "Check the network and the proxy settings (`npm config get registry`, HTTPS_PROXY), then run the command again.",
      `Reported: ${reason.trim()}`,
    ].join("\n");
  }
  return `Installing the dependencies failed:\n\n${output.trimEnd()}`;
}

const secondsSince = (started) => ((performance.now() - started) / 1000).toFixed(1);

const isMain =
  process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href;
if (isMain) {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
