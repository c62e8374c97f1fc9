import type { Command } from "commander";
import { signalAttestCommand } from "./commands/signal-attest.js";
import type { HomeActions } from "./in-home.js";
import { withHome } from "./program-options.js";
import { withSigners } from "./signers.js";

/** `parmana signal …` */
export function addSignalCommands(program: Command, { run }: HomeActions): void {
  const signal = program.command("signal").description("state facts as their source");
  withSigners(withHome(signal.command("attest")))
    .description("sign facts as their source and print them, ready for execute --signals")
    .requiredOption("--source <name>", "the name behind source: in the role of the key")
    .option("--signals <file>", "a JSON object of plain signals, or - for standard input")
    .option(
      "--signal <name=value>",
      "one signal, read as --policy declares it; repeatable",
      (next: string, all: readonly string[] | undefined) => [...(all ?? []), next],
    )
    .option("--policy <policy>", "<policyId>@<policyVersion> of the home, or the folder of a policy.json")
    .option("--observed-at <time>", "when it was so, such as 2026-11-20T12:00:00.000Z; now when absent")
    .option("--execution-id <id>", "the one execution that the facts are for")
    .option("--subject <text>", "what the facts are about, where the policy names a subject")
    .option("--evidence-hash <sha256>", "hash of the document the facts were read from")
    .action(run(signalAttestCommand));
}
