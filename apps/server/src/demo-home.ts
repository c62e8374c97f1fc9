import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { homeAt, main } from "@parmanasystems/cli";
import { parseStrict } from "@parmanasystems/canonical";
import { ConfigError } from "./config-error.js";

const policies = fileURLToPath(new URL("../../../policies/", import.meta.url));
const SAMPLES = ["claims-approval", "loan-approval", "agent-payment"];
const ALL_ROLES = ["evaluator", "approver", "auditor", "operator"];

/**
 * A home for trying the server out, made at the first start: keys, trust root, the sample policies, and at every start a release of
 * what is installed now and an API key for a day.
 */
export async function prepareDemoHome(
  directory: string,
  serverModule: string,
): Promise<{ readonly apiKey: string }> {
  const parmana = async (...words: string[]): Promise<string> => {
    const lines: string[] = [];
    const notes: string[] = [];
    const exitCode = await main([...words, "--home", directory], {
      out: (line) => lines.push(line),
      note: (line) => notes.push(line),
    });
    if (exitCode === 0) return lines.join("\n");
    throw new ConfigError(`The home ${directory} cannot be prepared.\n${notes.join("\n")}`);
  };
  const home = homeAt(directory, {});
  if (!existsSync(home.environment.trustRootPath)) {
    await parmana("init");
    await parmana("policy", "sign", ...SAMPLES.map((id) => `${policies}${id}/1.0.0`));
  }
  await parmana("release", "build", "--module", serverModule);
  const roles = ALL_ROLES.flatMap((role) => ["--role", role]);
  const answer = await parmana("keys", "new", "--name", "demo", ...roles, "--days", "1", "--json");
  const made = parseStrict(answer);
  const apiKey: unknown = typeof made === "object" && made !== null ? Reflect.get(made, "key") : undefined;
  if (typeof apiKey !== "string") throw new TypeError("parmana keys new printed no key.");
  return { apiKey };
}
