import type { Command } from "commander";
import { reviewClaimCommand } from "./commands/review-claim.js";
import { reviewListCommand } from "./commands/review-list.js";
import { reviewSettleCommand } from "./commands/review-settle.js";
import { reviewShowCommand } from "./commands/review-show.js";
import { type ReviewVoteOptions, reviewVoteCommand } from "./commands/review-vote.js";
import type { HomeActions } from "./in-home.js";
import { withHome, withJson } from "./program-options.js";
import { withSigners } from "./signers.js";

/** `parmana review …` */
export function addReviewCommands(program: Command, { run, runOn }: HomeActions): void {
  const review = program.command("review").description("decide what policies leave to people");

  withJson(withHome(review.command("list")))
    .description("what waits for people, oldest first")
    .action(run(reviewListCommand));

  withJson(withHome(withExecution(review.command("show"))))
    .description("one task: what is asked, who may decide, who has, and how it ended")
    .option("--out <directory>", "write resolution.json, votes.json and original.json there")
    .action(runOn(reviewShowCommand));

  withJson(withHome(withExecution(review.command("claim"))))
    .description("tell others for 15 minutes that you are at it; it keeps nobody from voting")
    .requiredOption("--approver <name>", "who you are")
    .action(runOn(reviewClaimCommand));

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
      .action(
        runOn((home, executionId: string, options: ReviewVoteOptions, output) =>
          reviewVoteCommand(home, executionId, { ...options, decision }, output),
        ),
      );
  }

  withJson(withHome(review.command("settle")))
    .description("refuse what has run out, and finish what a crash left")
    .action(run(reviewSettleCommand));
}

function withExecution(command: Command): Command {
  return command.argument("<executionId>", "the execution that waits");
}
