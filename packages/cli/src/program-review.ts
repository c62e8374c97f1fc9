import type { Command } from "commander";
import { reviewClaimCommand } from "./commands/review-claim.js";
import { reviewListCommand } from "./commands/review-list.js";
import { reviewSettleCommand } from "./commands/review-settle.js";
import { reviewShowCommand, type ReviewShowOptions } from "./commands/review-show.js";
import { type ReviewVoteOptions, reviewVoteCommand } from "./commands/review-vote.js";
import type { ExitCode } from "./exit-codes.js";
import { homeAt } from "./home.js";
import type { Output } from "./output.js";
import { type HomeOption, type JsonOption, withHome, withJson } from "./program-options.js";
import { withSigners } from "./signers.js";

/** `parmana review …` */
export function addReviewCommands(
  program: Command,
  output: Output,
  finish: (exitCode: ExitCode) => void,
): void {
  const review = program.command("review").description("decide what policies leave to people");

  withJson(withHome(review.command("list")))
    .description("what waits for people, oldest first")
    .action(async (options: HomeOption & JsonOption) => {
      finish(await reviewListCommand(homeAt(options.home), options, output));
    });

  withJson(withHome(withExecution(review.command("show"))))
    .description("one task: what is asked, who may decide, who has, and how it ended")
    .option("--out <directory>", "write resolution.json, votes.json and original.json there")
    .action(async (executionId: string, options: HomeOption & ReviewShowOptions) => {
      finish(await reviewShowCommand(homeAt(options.home), executionId, options, output));
    });

  withJson(withHome(withExecution(review.command("claim"))))
    .description("tell others for 15 minutes that you are at it; it keeps nobody from voting")
    .requiredOption("--approver <name>", "who you are")
    .action(async (executionId: string, options: { readonly approver: string } & HomeOption & JsonOption) => {
      finish(await reviewClaimCommand(homeAt(options.home), executionId, options, output));
    });

  for (const [name, decision, description] of [
    ["approve", "approved", "vote for it; exit 0 when it is approved by that, 5 while others must agree"],
    ["reject", "rejected", "vote against it, which ends it; exit 0"],
  ] as const) {
    withSigners(withJson(withHome(withExecution(review.command(name)))))
      .description(description)
      .requiredOption("--approver <name>", "who you are; with a signature, the operator of the key")
      .requiredOption("--reason <text>", "why, on one line; it is signed and kept")
      .option("--role <role>", "in which role; may be left out where the policy names one only")
      .option("--out <directory>", "write resolution.json, votes.json and original.json there when it ends")
      .action(async (executionId: string, options: ReviewVoteOptions & HomeOption) => {
        finish(await reviewVoteCommand(homeAt(options.home), executionId, { ...options, decision }, output));
      });
  }

  withJson(withHome(review.command("settle")))
    .description("refuse what has run out, and finish what a crash left")
    .action(async (options: HomeOption & JsonOption) => {
      finish(await reviewSettleCommand(homeAt(options.home), options, output));
    });
}

function withExecution(command: Command): Command {
  return command.argument("<executionId>", "the execution that waits");
}
