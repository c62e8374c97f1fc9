#!/usr/bin/env node
// `npm start`: the server of this checkout; sets up what is missing first. Signals go to the server, which answers what is under way.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/workspace.mjs";
import { SetupError, setUp } from "./setup.mjs";

try {
  await setUp((line) => console.error(line));
  const server = spawn(process.execPath, [join(root, "apps", "server", "dist", "main.js")], {
    stdio: "inherit",
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => server.kill(signal));
  server.on("exit", (code) => {
    process.exitCode = code ?? 1;
    process.removeAllListeners();
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
