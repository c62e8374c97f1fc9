import type { Command } from "commander";
import { verifyCommand } from "./commands/verify.js";
import type { HomeActions } from "./in-home.js";
import { withHome, withJson } from "./program-options.js";
import { collect } from "./signers.js";

/** `parmana verify` */
export function addVerifyCommand(program: Command, { runOn }: HomeActions): void {
  const verify = withJson(withHome(program.command("verify")))
    .description(
      "verify attestations, resolutions and evidence bundles offline; exit 0 verified, 1 refused, 2 malformed, 3 no trust root, 6 output lost",
    )
    .argument(
      "<path...>",
      "attestation.json or resolution.json, flat or as DSSE envelope, an evidence bundle, a directory of them, or - for standard input",
    )
    .option("--evidence <file>", "evidence.json: re-decide from the signals (level L4)")
    .option("--original <file>", "of a resolution: the attestation.json that it ends (from level L1 on)")
    .option("--votes <file>", "of a resolution: votes.json, to check who decided (level L4)")
    .option(
      "--log-proof <file>",
      "its log proof (level L3); when absent, <file>.tlog-proof where there is one",
    );
  withLog(verify);
  withTerms(verify);
  withResult(verify).action(runOn(verifyCommand));
}

/** What log proofs are judged by. */
function withLog(verify: Command): Command {
  return verify
    .option(
      "--remembered <file>",
      "a checkpoint of the log that you verified and kept: the log only grew since",
    )
    .option(
      "--remembered-since <time>",
      "since when you kept it: proves what a key signed that was revoked later",
    )
    .option("--consistency <file>", "the proof of that: hashes in base64, one a line")
    .option("--origin <name>", "the log that it must be in; when absent, any that the trust root names")
    .option(
      "--witness <verifier-key=operator>",
      "who must have cosigned the checkpoint of the log; repeatable, and as for audit checkpoint a url= may precede",
      collect,
    )
    .option("--threshold <number>", "how many operators must have cosigned; all when absent");
}

function withTerms(verify: Command): Command {
  return verify
    .option(
      "--level <level>",
      "the level that must be reached: L1 to L4; when absent, L4 with --evidence, --votes or a bundle, L3 with --log-proof, else L2",
    )
    .option("--root-key <file>", "the pinned root key, a PEM file or the PEM itself; the home's when absent")
    .option(
      "--unsafe-trust-on-first-use",
      "believe the root key that an evidence bundle brings: shows that it fits together, not who made it",
    )
    .option("--at <time>", "judge as of this time, such as 2026-11-20T12:00:00.000Z; now when absent")
    .option("--runtime-key <file...>", "trusted runtime keys, where the trust root names none");
}

/** What is made of the result. */
function withResult(verify: Command): Command {
  return verify
    .option("--junit <file>", "write the result as JUnit XML, too")
    .option("--workers <number>", "threads for many files; as many as there are cores when absent")
    .option("--vsa <file>", "write a SLSA verification summary of one file, signed; nothing is overwritten")
    .option("--verifier-id <uri>", "who says so in the summary, such as https://audit.example.com")
    .option("--key <file>", "sign the summary with this private key; repeatable", collect)
    .option(
      "--signer-command <command>",
      "sign it through this program (docs/trust.md); repeatable",
      collect,
    );
}
