import { runtimeVersion } from "@parmanasystems/execution-runtime";
import { Command } from "commander";
import { dryRunCommand } from "./commands/dry-run.js";
import { executeCommand } from "./commands/execute.js";
import { type InitOptions, initCommand } from "./commands/init.js";
import { releaseBuildCommand } from "./commands/release-build.js";
import { type Finish, inHome } from "./in-home.js";
import { type Output, printText } from "./output.js";
import { homeAt } from "./home.js";
import { type HomeOption, withHome, withJson, withSignals } from "./program-options.js";
import { addAttestationCommands } from "./program-attestation.js";
import { addAuditCommands } from "./program-audit.js";
import { addKeysCommands } from "./program-keys.js";
import { addPolicyCommands } from "./program-policy.js";
import { addReviewCommands } from "./program-review.js";
import { addSignalCommands } from "./program-signal.js";
import { addTrustCommands } from "./program-trust.js";
import { addVerifyCommand } from "./program-verify.js";
import { collect, withSigners } from "./signers.js";

/** The command line. `finish` receives the exit code of the command that ran. */
export function createProgram(output: Output, finish: Finish): Command {
  const program = new Command("parmana")
    .description("Governed execution: a signed policy decides, once, and anyone can verify it later.")
    .version(runtimeVersion)
    .showHelpAfterError("Run with --help to see what there is.")
    .configureOutput({
      writeOut: (text) => {
        printText(output, text.trimEnd());
      },
      writeErr: (text) => {
        for (const line of text.trimEnd().split("\n")) output.note(line);
      },
      // What it quotes was typed, or is the name of a file that a shell put there; only the hint is commander's own.
      outputError: (text) => {
        const [error = "", ...hint] = text.trimEnd().split(/\n(?=\(Did you mean [^\n]*$)/);
        for (const line of [error, ...hint]) output.note(line);
      },
    })
    .exitOverride();

  const actions = inHome(output, finish);
  const { run, runOn } = actions;

  withJson(withHome(program.command("init")))
    .description("make keys (mode 0600), trust root and policy index")
    .option("--operator <name>", "who holds the keys", "local")
    .option("--days <number>", "how long trust root and keys are valid", "365")
    .option(
      "--origin <name>",
      "the name of the audit log, such as log.example.com; made of its key when absent",
    )
    .action(async (options: InitOptions & HomeOption) => {
      // A new home is laid out by itself: variables that point elsewhere are for using one.
      finish(await initCommand(homeAt(options.home, pickHome(process.env)), options, output));
    });

  addPolicyCommands(program, output, finish);
  addTrustCommands(program, output, finish);
  addSignalCommands(program, actions);
  addReviewCommands(program, actions);
  addKeysCommands(program, actions);
  addAuditCommands(program, actions);

  const release = program.command("release").description("vouch for the installed runtime");
  withSigners(withJson(withHome(release.command("build"))))
    .description("hash the installed runtime and its dependencies and sign the release manifest")
    .option(
      "--module <file>",
      "a file of a further package that runs here, such as the server; repeatable",
      collect,
    )
    .action(run(releaseBuildCommand));

  withSignals(withPolicy(withJson(withHome(program.command("execute")))))
    .description("decide once, attest and record; exit 0 approved, 4 rejected, 5 pending, 1 refused")
    .option("--execution-id <id>", "the identity of this attempt; a UUIDv7 when absent")
    .option("--requester <name>", "the authenticated caller")
    .option("--audience <name>", "the party meant to act on the decision")
    .option("--action-hash <sha256>", "hash of the canonical parameters of the proposed action")
    .option("--out <directory>", "write attestation.json and evidence.json there")
    .action(runOn(executeCommand));

  withSignals(withPolicy(withJson(withHome(program.command("dry-run")))))
    .description("say what the policy would decide; reserves, signs and records nothing")
    .option("--execution-id <id>", "the execution that sources signed their signals for")
    .action(runOn(dryRunCommand));

  addVerifyCommand(program, actions);
  addAttestationCommands(program, output, finish);
  return program;
}

function withPolicy(command: Command): Command {
  return command.argument(
    "<policy>",
    "<policyId>@<policyVersion>; the version may be left out while one is active",
  );
}

function pickHome({ PARMANA_HOME }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PARMANA_HOME };
}
