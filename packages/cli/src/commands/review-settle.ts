import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { openHomeRuntime } from "../home-runtime.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";

/** `parmana review settle`: ends what time or votes have decided. */
export async function reviewSettleCommand(
  home: Home,
  { json }: JsonOption,
  output: Output,
): Promise<ExitCode> {
  const { runtime } = await openHomeRuntime(home, output);
  try {
    const ended = await runtime.reviews.settle();
    const lines = ended.length === 0 ? ["Nothing was due."] : ended.map((id) => `Ended: ${id}`);
    print(output, json, ended, lines);
    return exitCodes.done;
  } finally {
    await runtime.close();
  }
}
