import type { Command } from "commander";
import { type AttestationExportOptions, attestationExportCommand } from "./commands/attestation-export.js";
import type { Finish } from "./in-home.js";
import type { Output } from "./output.js";

/** `parmana attestation …` */
export function addAttestationCommands(program: Command, output: Output, finish: Finish): void {
  const attestation = program
    .command("attestation")
    .description("attestations and resolutions as other tools read them (docs/interoperability.md)");
  attestation
    .command("export")
    .description("the same attestation in another spelling; nothing is verified")
    .argument("<file>", "an attestation, a resolution or an evidence bundle, or - for standard input")
    .requiredOption(
      "--as <form>",
      "statement: the in-toto Statement, to the byte as it was signed; envelope: DSSE; flat",
    )
    .option("--out <file>", "write it there; nothing is overwritten")
    .action((file: string, options: AttestationExportOptions) => {
      finish(attestationExportCommand(file, options, output));
    });
}
