import { Argument, type Command } from "commander";
import { type KeyNewOptions, keyNewCommand } from "./commands/key-new.js";
import { keyImportCommand } from "./commands/key-import.js";
import { type KeyShowOptions, keyShowCommand } from "./commands/key-show.js";
import { trustCountersignCommand } from "./commands/trust-countersign.js";
import { type TrustInitOptions, trustInitCommand } from "./commands/trust-init.js";
import { trustInstallCommand } from "./commands/trust-install.js";
import { trustMergeCommand } from "./commands/trust-merge.js";
import { trustRevokeCommand } from "./commands/trust-revoke.js";
import { trustRotateCommand } from "./commands/trust-rotate.js";
import { trustShowCommand } from "./commands/trust-show.js";
import { trustSignCommand } from "./commands/trust-sign.js";
import { trustVerifyCommand } from "./commands/trust-verify.js";
import { type Finish, type HomeActions, inHome } from "./in-home.js";
import { homeAt } from "./home.js";
import type { Output } from "./output.js";
import { type HomeOption, withHome, withJson } from "./program-options.js";
import { addProposeCommands } from "./program-propose.js";
import { collect, withSigners } from "./signers.js";

/** `parmana trust …` and `parmana key …` */
export function addTrustCommands(program: Command, output: Output, finish: Finish): void {
  const trust = program
    .command("trust")
    .description("say who may sign what, together with others (docs/trust.md)");
  const actions = inHome(output, finish);
  addReadingCommands(trust, actions);
  addChangingCommands(trust, output, finish);
  addProposalCommands(trust, actions);
  addProposeCommands(trust, output, finish);
  addKeyCommands(program, output, finish);
}

function addReadingCommands(trust: Command, { run }: HomeActions): void {
  withJson(withHome(trust.command("show")))
    .description("roles, thresholds, keys and their operators, and what ends soon")
    .action(run(trustShowCommand));
  withJson(withHome(trust.command("verify")))
    .description("walk every version from root.pub and say each step; exit 0 verified, 1 refused, 3 none")
    .option("--at <time>", "judge as of this time, such as 2026-11-20T12:00:00.000Z; now when absent")
    .action(run(trustVerifyCommand));
}

function addChangingCommands(trust: Command, output: Output, finish: Finish): void {
  const { run, runOn } = inHome(output, finish);
  withSigners(withJson(withHome(trust.command("init"))))
    .description("make a trust root that several parties hold; parmana init makes one for a single person")
    .option("--from <file>", "a ceremony file that says all of it")
    .option(
      "--role <role:operator[=file]>",
      "a public key for a role; without a file one is made here",
      collect,
    )
    .option("--threshold <role=number>", "how many keys of the role must sign; 1 when absent", collect)
    .option("--days <number>", "how long the trust root is valid; 365 when absent")
    .option(
      "--key-days <number>",
      "how long the keys are; as the trust root when absent, root keys twice as long",
    )
    .option("--out <file>", "where the proposal goes while signatures are missing")
    .action(async (options: TrustInitOptions & HomeOption) => {
      // A new home is laid out by itself: variables that point elsewhere are for using one.
      const { PARMANA_HOME } = process.env;
      finish(await trustInitCommand(homeAt(options.home, { PARMANA_HOME }), options, output));
    });
  withRotation(trust.command("rotate"))
    .description("propose the next version: other keys, thresholds, a later end")
    .option("--retire <keyid[@time]>", "a key that signs nothing new, from now or that time on", collect)
    .option("--remove <keyid>", "a key whose signatures no longer verify at all", collect)
    .option("--drop-role <role>", "a role that goes, with its keys", collect)
    .option("--threshold <role=number>", "how many keys of the role must sign", collect)
    .option("--key-days <number>", "how long every active key is valid from now on, root keys twice as long")
    .action(run(trustRotateCommand));
  withRotation(trust.command("revoke"))
    .description(
      "propose the next version, in which keys are revoked; put -- before a key id that begins with -",
    )
    .argument("<keyid...>", "what parmana trust show calls them")
    .requiredOption("--reason <text>", "what happened, for everybody to read")
    .option("--at <time>", "since when, such as 2026-11-20T12:00:00.000Z; now when absent")
    .action(runOn(trustRevokeCommand));
  withSigners(withJson(withHome(trust.command("countersign"))))
    .description("after a policy key was revoked, sign index and bundles again as they are")
    .action(run(trustCountersignCommand));
}

function addProposalCommands(trust: Command, { runOn }: HomeActions): void {
  withSigners(withJson(withHome(trust.command("sign"))))
    .description("show what a proposal changes, and sign it")
    .argument("<proposal>", "the file; the signature is added to it")
    .option("--hash <sha256>", "the document that is meant; without it a person is asked")
    .option(
      "--source <directory>",
      "the folder of the policy that a bundle is made of: compared, checked and tested",
    )
    .option("--unsafe-skip-tests", "sign a bundle although policy.test.json was not run")
    .action(runOn(trustSignCommand));
  withJson(withHome(trust.command("merge")))
    .description("join the signatures of copies of one proposal, and say which are missing")
    .argument("<proposal...>", "the files")
    .option("--out <file>", "where the result goes; the first file when absent")
    .action(runOn(trustMergeCommand));
  withJson(withHome(trust.command("install")))
    .description("put a proposal in force once enough have signed it")
    .argument("<proposal>", "the file")
    .option("--source <directory>", "the folder of the policy that a bundle is made of")
    .action(runOn(trustInstallCommand));
}

function withRotation(command: Command): Command {
  return withSigners(withJson(withHome(command)))
    .option(
      "--add <role:operator[=file]>",
      "a public key for a role; without a file one is made here",
      collect,
    )
    .option("--valid-from <time>", "since when added keys count; now, or in revoke as the key they replace")
    .option("--days <number>", "how long the trust root is valid from now on; as before when absent")
    .option("--install", "put it in force at once; every signature must be at hand")
    .option("--out <file>", "where the proposal goes otherwise");
}

function addKeyCommands(program: Command, output: Output, finish: Finish): void {
  const key = program.command("key").description("make, show and import Ed25519 keys");
  withJson(key.command("new"))
    .description("make a private key, in a file of mode 0600")
    .requiredOption("--out <file>", "where it goes; nothing is overwritten")
    .action(async (options: KeyNewOptions) => {
      finish(await keyNewCommand(options, output));
    });
  withJson(key.command("show"))
    .description("show the public part of a key: key id, JWK and PEM")
    .addArgument(new Argument("[file]", "a public or private key, PEM or JWK"))
    .option("--signer-command <command>", "a program that holds the key, in place of a file")
    .option("--out <file>", "write the public PEM there, too; nothing is overwritten")
    .action(async (file: string | undefined, options: KeyShowOptions) => {
      finish(await keyShowCommand(file, options, output));
    });
  withJson(key.command("import"))
    .description("rewrite a private key, PEM or JWK, as the PEM file that every command reads")
    .argument("<file>", "only its owner may be able to read it")
    .requiredOption("--out <file>", "where it goes; nothing is overwritten")
    .action(async (file: string, options: KeyNewOptions) => {
      finish(await keyImportCommand(file, options, output));
    });
}
