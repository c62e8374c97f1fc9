#!/usr/bin/env node
import { exitCodes } from "./exit-codes.js";
import { main } from "./main.js";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`parmana … | head`) is no error; a full disk is.
    if (error.code !== "EPIPE") process.exitCode = exitCodes.outputLost;
  });
}
const exitCode = await main(process.argv.slice(2));
process.exitCode ??= exitCode;
