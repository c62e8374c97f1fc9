import type { Command } from "commander";
import { keysListCommand, keysNewCommand, keysRevokeCommand } from "./commands/keys.js";
import type { HomeActions } from "./in-home.js";
import { withHome, withJson } from "./program-options.js";
import { collect } from "./signers.js";

/** `parmana keys …` */
export function addKeysCommands(program: Command, { run, runOn }: HomeActions): void {
  const keys = program.command("keys").description("say who may call the server, and what for");

  withJson(withHome(keys.command("new")))
    .description("make an API key; it is shown once, and its hash is kept (mode 0600)")
    .requiredOption("--name <name>", "who calls with it; all keys of one caller have one name")
    .option("--service", "a program calls with it, through which no person speaks")
    .option("--person <identity>", "the person who calls with it, as oidc:<issuer>:<subject>")
    .requiredOption("--role <role>", "evaluator, approver, auditor or operator; repeatable", collect)
    .option("--approver-role <role>", "a role of policies in which an approver may vote; repeatable", collect)
    .option("--policy <policyId>", "the policies it may evaluate, every one when absent; repeatable", collect)
    .option("--days <number>", "how long it is valid; without end when absent")
    .action(run(keysNewCommand));

  withJson(withHome(keys.command("list")))
    .description("which keys there are; never the keys themselves")
    .action(run(keysListCommand));

  withJson(withHome(keys.command("revoke")))
    .description("end a key for good")
    .argument("<id>", "the 8 digits in the key after pk_")
    .action(runOn(keysRevokeCommand));
}
