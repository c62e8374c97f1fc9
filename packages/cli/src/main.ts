import { CommanderError } from "commander";
import { type Output, printText, processOutput } from "./output.js";
import { CliError } from "./errors.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { createProgram } from "./program.js";
import { reportError } from "./report-error.js";

/** Runs one command line (without node and script) and says how the process should end. Never throws. */
export async function main(words: readonly string[], output: Output = processOutput): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(output, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has printed its own message: help and version end well, anything else is a wrong command line.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    if (error instanceof CommanderError && !words.includes("--json")) return exitCodes.malformed;
    const report = reportError(
      error instanceof CommanderError ? new CliError("CLI-001", error.message) : error,
    );
    if (words.includes("--json")) printText(output, JSON.stringify({ error: report.json }, undefined, 2));
    else for (const line of report.lines) output.note(line);
    return report.exitCode;
  }
}
