#!/usr/bin/env node
// `npm run demo`: sets up what is missing, then runs apps/demo and ends.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/workspace.mjs";
import { SetupError, setUp } from "./setup.mjs";

try {
  await setUp();
  const { status } = spawnSync(process.execPath, [join(root, "apps", "demo", "demo.mjs")], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
