import type { Command } from "commander";

export interface HomeOption {
  readonly home?: string;
}

export interface JsonOption {
  readonly json?: boolean;
}

export function withHome(command: Command): Command {
  return command.option(
    "--home <directory>",
    "where keys, trust root and ledger lie, whatever PARMANA_* variables say (PARMANA_HOME, or .parmana)",
  );
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON for machines");
}

export function withSignals(command: Command): Command {
  return command
    .option("--signals <file>", "a JSON object of signals, or - for standard input")
    .option(
      "--signal <name=value>",
      "one signal, read as the policy declares it; repeatable, and may not repeat one of the file",
      (next: string, all: readonly string[] | undefined) => [...(all ?? []), next],
    );
}
