import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newPolicy } from "@parmanasystems/policy-analysis";
import { CliError, reasonOf } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Output, print } from "../output.js";

export interface PolicyNewOptions {
  readonly dir: string;
  readonly policyVersion: string;
  readonly template: string;
  readonly json?: boolean;
}

/** `parmana policy new`: a policy to start from, with tests that cover it. Overwrites nothing. */
export async function policyNewCommand(
  policyId: string,
  options: PolicyNewOptions,
  output: Output,
): Promise<ExitCode> {
  const { dir, policyVersion, template } = options;
  const files = newPolicy({ policyId, policyVersion, template });
  // Both names passed the policy's grammar, so the path stays below the directory.
  const directory = join(dir, policyId, policyVersion);
  const written = writeFiles(directory, files);
  print(output, options.json, { directory, files: written, policyId, policyVersion, template }, [
    `Made ${policyId}@${policyVersion} from the template ${template}`,
    ...written.map((path) => `  ${path}`),
    "Next: change both files to what you need, then",
    `  parmana policy check ${directory}`,
    `  parmana policy test ${directory}`,
    `  parmana policy explain ${directory} --signal name=value …`,
    `  parmana policy sign ${directory}`,
  ]);
  return exitCodes.done;
}

/** @throws CliError CLI-004, CLI-010 */
function writeFiles(directory: string, files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  if (existsSync(directory)) throw new CliError("CLI-010", `${directory} is there already.`);
  const written: string[] = [];
  try {
    mkdirSync(directory, { recursive: true });
    for (const [name, bytes] of files) {
      const path = join(directory, name);
      writeFileSync(path, bytes, { flag: "wx" });
      written.push(path);
    }
    return written;
  } catch (cause) {
    for (const path of written) rmSync(path, { force: true });
    throw new CliError("CLI-004", `${directory} cannot take the policy: ${reasonOf(cause)}.`, { cause });
  }
}
