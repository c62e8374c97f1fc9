import type { ExitCode } from "./exit-codes.js";
import { commandHome, type Home } from "./home.js";
import type { Output } from "./output.js";
import type { HomeOption } from "./program-options.js";

export type Finish = (exitCode: ExitCode) => void;

/** Actions that run a command in the home that its options name: `run` one without arguments, `runOn` one with an argument. */
export function inHome(output: Output, finish: Finish) {
  return {
    run:
      <Options>(command: (home: Home, options: Options, output: Output) => Promise<ExitCode>) =>
      async (options: Options & HomeOption): Promise<void> => {
        finish(await command(commandHome(options.home), options, output));
      },
    runOn:
      <Argument, Options>(
        command: (home: Home, argument: Argument, options: Options, output: Output) => Promise<ExitCode>,
      ) =>
      async (argument: Argument, options: Options & HomeOption): Promise<void> => {
        finish(await command(commandHome(options.home), argument, options, output));
      },
  };
}

export type HomeActions = ReturnType<typeof inHome>;
