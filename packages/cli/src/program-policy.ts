import type { Command } from "commander";
import { policyTemplates } from "@parmanasystems/policy-analysis";
import { type PolicyCheckOptions, policyCheckCommand } from "./commands/policy-check.js";
import { type PolicyDiffOptions, policyDiffCommand } from "./commands/policy-diff.js";
import { type PolicyExplainOptions, policyExplainCommand } from "./commands/policy-explain.js";
import { policyListCommand } from "./commands/policy-list.js";
import { type PolicyNewOptions, policyNewCommand } from "./commands/policy-new.js";
import { policyRenewCommand } from "./commands/policy-renew.js";
import { policySignCommand } from "./commands/policy-sign.js";
import { type PolicyTestOptions, policyTestCommand } from "./commands/policy-test.js";
import { type PolicyWithdrawOptions, policyWithdrawCommand } from "./commands/policy-withdraw.js";
import { type Finish, type HomeActions, inHome } from "./in-home.js";
import type { Output } from "./output.js";
import { withHome, withJson, withSignals } from "./program-options.js";
import { withSigners } from "./signers.js";

const FOLDER = "the folder of policy.json, …/<policyId>/<policyVersion>";

/** `parmana policy …` */
export function addPolicyCommands(program: Command, output: Output, finish: Finish): void {
  const policy = program.command("policy").description("write, test, compare, explain and publish policies");
  addWritingCommands(policy, output, finish);
  addReadingCommands(policy, output, finish);
  addPublishingCommands(policy, inHome(output, finish));
}

function addWritingCommands(policy: Command, output: Output, finish: Finish): void {
  withJson(policy.command("new"))
    .description("start a policy, with tests that cover it; overwrites nothing")
    .argument("<policyId>", "1 to 64 lower-case letters, digits and hyphens")
    .option("--dir <directory>", "where policies are written", "policies")
    .option("--policy-version <version>", "its semantic version", "1.0.0")
    .option("--template <name>", `what to start from: ${describeTemplates()}`, "approval")
    .action(async (policyId: string, options: PolicyNewOptions) => {
      finish(await policyNewCommand(policyId, options, output));
    });
  withJson(policy.command("check"))
    .description("say whether the policy in <directory> loads, and what in it looks wrong; exit 0 or 1")
    .argument("<directory>", FOLDER)
    .option("--strict", "let warnings fail, too")
    .action(async (directory: string, options: PolicyCheckOptions) => {
      finish(await policyCheckCommand(directory, options, output));
    });
  withJson(policy.command("test"))
    .description("run policy.test.json and say what it does not cover; exit 0 passed, 1 failed")
    .argument("<directory>", FOLDER)
    .option(
      "--coverage <share>",
      "the share of rules and of conditions that must be covered at least, 0 to 1",
    )
    .option("--junit <file>", "write the report as JUnit XML, too")
    .option("--suggest", "print cases for what is not covered, as JSON to paste")
    .action(async (directory: string, options: PolicyTestOptions) => {
      finish(await policyTestCommand(directory, options, output));
    });
}

function describeTemplates(): string {
  return [...policyTemplates].map(([name, summary]) => `${name} (${summary})`).join("; ");
}

function addReadingCommands(policy: Command, output: Output, finish: Finish): void {
  withJson(policy.command("diff"))
    .description("find what two policies decide differently, each with signals that show it")
    .argument("<before>", FOLDER)
    .argument("<after>", FOLDER)
    .option("--exit-code", "exit 1 when anything differs or could not be settled, 0 when nothing does")
    .action(async (before: string, after: string, options: PolicyDiffOptions) => {
      finish(await policyDiffCommand(before, after, options, output));
    });
  withSignals(withJson(policy.command("explain")))
    .description("say which rule decides and why, and how near another decision is")
    .argument("<directory>", FOLDER)
    .option("--evidence <file>", "the evidence.json of an execution, in place of signals")
    .option("--to <decision>", "look for approved, rejected or pending_override; any other when absent")
    .option("--all", "show the rules after the one that decided, too")
    .action(async (directory: string, options: PolicyExplainOptions) => {
      finish(await policyExplainCommand(directory, options, output));
    });
}

function addPublishingCommands(policy: Command, { run, runOn }: HomeActions): void {
  withSigners(withJson(withHome(policy.command("sign"))))
    .description("check, test, sign and publish policies into the home's index")
    .argument("<directory...>", "folders of policy.json, …/<policyId>/<policyVersion>")
    .option("--unsafe-skip-tests", "publish although policy.test.json was not run")
    .action(runOn(policySignCommand));
  withJson(withHome(policy.command("list")))
    .description("list every published version, and how long the index is in force; exit 1 when it expired")
    .action(run(policyListCommand));
  withSigners(withJson(withHome(policy.command("renew"))))
    .description("sign the index anew for another term; nothing else changes")
    .action(run(policyRenewCommand));
  const withdrawals = { deprecate: "deprecated", revoke: "revoked" } as const;
  const descriptions = {
    deprecate: "mark a version as superseded: it still executes where it is named",
    revoke: "end a version for good: it never executes again",
  } as const;
  for (const command of ["deprecate", "revoke"] as const) {
    withSigners(withJson(withHome(policy.command(command))))
      .description(descriptions[command])
      .argument("<policy>", "<policyId>@<policyVersion>")
      .action(
        runOn((home, reference: string, options: PolicyWithdrawOptions, output) =>
          policyWithdrawCommand(home, reference, withdrawals[command], options, output),
        ),
      );
  }
}
