import { getAllTasks } from "@parmanasystems/execution-runtime";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { columns, type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { taskRow } from "../review-report.js";

/** `parmana review list`: the tasks that wait. */
export async function reviewListCommand(home: Home, { json }: JsonOption, output: Output): Promise<ExitCode> {
  const tasks = await withHomeLedger(home, (ledger) => getAllTasks(ledger.reviewTasks));
  const lines = tasks.length === 0 ? ["Nothing waits for a person."] : columns(tasks.map(taskRow));
  print(output, json, tasks, lines);
  return exitCodes.done;
}
