import type { Command } from "commander";
import {
  type ProposalSubject,
  type TrustProposeOptions,
  trustProposeCommand,
} from "./commands/trust-propose.js";
import type { Finish } from "./in-home.js";
import { commandHome } from "./home.js";
import type { Output } from "./output.js";
import { type HomeOption, withHome, withJson } from "./program-options.js";
import { withSigners } from "./signers.js";

type Options = TrustProposeOptions & HomeOption;

const INDEX_CHANGES = {
  publish: "list a signed policy version as active",
  deprecate: "mark a policy version as superseded",
  revoke: "revoke a policy version for good",
} as const;

/** `parmana trust propose …` */
export function addProposeCommands(trust: Command, output: Output, finish: Finish): void {
  const propose = trust
    .command("propose")
    .description("make a document that parties on several machines sign");
  const run = async (subject: ProposalSubject, options: Options): Promise<void> => {
    finish(await trustProposeCommand(commandHome(options.home), subject, options, output));
  };
  withProposal(propose.command("bundle"))
    .description("the bundle of a policy")
    .argument("<directory>", "the folder of policy.json, …/<policyId>/<policyVersion>")
    .option("--unsafe-skip-tests", "propose although policy.test.json was not run")
    .action((directory: string, options: Options) => run({ kind: "bundle", directory }, options));
  withProposal(propose.command("index"))
    .description("the first policy index, which lists nothing")
    .action((options: Options) => run({ kind: "index" }, options));
  for (const kind of ["publish", "deprecate", "revoke"] as const) {
    withProposal(propose.command(kind))
      .description(`the next policy index: ${INDEX_CHANGES[kind]}`)
      .argument("<policy>", "<policyId>@<policyVersion>")
      .action((policy: string, options: Options) => run({ kind, policy }, options));
  }
  withProposal(propose.command("release"))
    .description("the release manifest of the installed runtime")
    .action((options: Options) => run({ kind: "release" }, options));
}

function withProposal(command: Command): Command {
  return withSigners(withJson(withHome(command)))
    .option("--install", "put it in force at once; every signature must be at hand")
    .option("--out <file>", "where the proposal goes otherwise");
}
