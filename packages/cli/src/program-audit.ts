import { Argument, type Command } from "commander";
import { auditCheckpointCommand } from "./commands/audit-checkpoint.js";
import { auditEraseCommand } from "./commands/audit-erase.js";
import { auditExportCommand } from "./commands/audit-export.js";
import { auditListCommand } from "./commands/audit-list.js";
import { auditProveCommand } from "./commands/audit-prove.js";
import { auditShowCommand } from "./commands/audit-show.js";
import { auditStatsCommand } from "./commands/audit-stats.js";
import { auditVerifyCommand } from "./commands/audit-verify.js";
import type { HomeActions } from "./in-home.js";
import { withHome, withJson } from "./program-options.js";
import { collect } from "./signers.js";

const SIZE =
  "under the first checkpoint of at least so many entries that covers it, 0 for the oldest; the latest when absent";

/** `parmana audit …` */
export function addAuditCommands(program: Command, actions: HomeActions): void {
  const audit = program
    .command("audit")
    .description("ask the audit log, prove what is in it, and keep it honest (docs/audit.md)");
  addQuestions(audit, actions);
  addProofs(audit, actions);
  addCare(audit, actions);
}

function addQuestions(audit: Command, { run, runOn }: HomeActions): void {
  withJson(withHome(audit.command("list")))
    .description("entries of the log, newest first")
    .option("--policy <policyId[@version]>", "about this policy, or this version of it")
    .option("--decision <decision>", "approved, rejected or pending_override")
    .option("--event <event>", "attested, failed, replay_refused, override_resolved, evidence_erased, …")
    .option("--code <code>", "ended by this error, such as INV-013")
    .option("--since <time>", "not before this date, or RFC 3339 time")
    .option("--until <time>", "before this date, or RFC 3339 time")
    .option("--limit <number>", "how many at once, 1 to 1000; 50 when absent")
    .option("--cursor <position>", "older ones, from where the page before ended")
    .action(run(auditListCommand));
  withJson(withHome(withExecution(audit.command("show"))))
    .description("the life of one execution: decision, evidence, position, checkpoint, every entry")
    .action(runOn(auditShowCommand));
  withJson(withHome(audit.command("stats")))
    .description("what the log holds, counted by event, policy, decision and code")
    .action(run(auditStatsCommand));
}

function addProofs(audit: Command, { run, runOn }: HomeActions): void {
  withJson(withHome(audit.command("checkpoint")))
    .description("sign what the log is now, remember it, and print the signed note")
    .option("--key <file>", "sign with this key of the log role (default: the home's)")
    .option("--witness <url=verifier-key=operator>", "have it cosigned there; repeatable", collect)
    .option("--threshold <number>", "how many operators must cosign; all when absent")
    .action(run(auditCheckpointCommand));
  withJson(withHome(withExecution(audit.command("prove"))))
    .description("the proof that the log has the attestation (C2SP tlog-proof)")
    .option("--resolution", "of how its override ended, instead of the attestation")
    .option("--size <entries>", SIZE)
    .option("--out <file>", "write it there; nothing is overwritten")
    .action(runOn(auditProveCommand));
  withJson(withHome(withExecution(audit.command("export"))))
    .description("one file with all that parmana verify needs on a machine that never saw this one")
    .requiredOption("--out <path>", "a file, or a directory for one; nothing is overwritten")
    .option("--size <entries>", SIZE)
    .action(runOn(auditExportCommand));
}

function addCare(audit: Command, { run, runOn }: HomeActions): void {
  withJson(withHome(audit.command("verify")))
    .description(
      "read the whole log again; exit 0 intact, 1 damaged or unproven, with the first such position",
    )
    .option("--remembered <file>", "a checkpoint kept elsewhere, which the log must continue")
    .option(
      "--remembered-since <time>",
      "since when it was kept: proves what a key signed that was revoked later",
    )
    .option(
      "--witness <url=verifier-key=operator>",
      "who cosigned checkpoints, which proves the same; repeatable",
      collect,
    )
    .option("--threshold <number>", "how many operators must have cosigned; all when absent")
    .option("--incremental", "only what came after the remembered checkpoint")
    .action(run(auditVerifyCommand));
  withJson(withHome(audit.command("erase")))
    .description("erase signals for good; entries and attestations stay, and each erasure is recorded")
    .addArgument(new Argument("[executionId]", "the execution whose signals go"))
    .option("--before <time>", "of all that were attested before this date, or RFC 3339 time")
    .option("--yes", "do not ask")
    .action(runOn(auditEraseCommand));
}

function withExecution(command: Command): Command {
  return command.argument("<executionId>", "the execution");
}
