#!/usr/bin/env node
// `npm run -s parmana -- …`: the command line of this checkout; sets up what is missing first.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/workspace.mjs";
import { SetupError, setUp } from "./setup.mjs";

try {
  await setUp((line) => console.error(line));
  const bin = join(root, "packages", "cli", "dist", "bin.js");
  const { status } = spawnSync(process.execPath, [bin, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
