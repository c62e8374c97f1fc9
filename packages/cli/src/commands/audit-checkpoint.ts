import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { issueCheckpoint, sizeOf } from "../log-checkpoint.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { checkpointPath } from "../remembered-checkpoint.js";
import { cosignedBy, readWitnesses, type WitnessOptions } from "../witness-options.js";

export interface AuditCheckpointOptions extends JsonOption, WitnessOptions {
  /** A file of the log's private key. */
  readonly key?: string;
}

/** `parmana audit checkpoint`: signs what the log is now, has it cosigned, and prints the note. */
export async function auditCheckpointCommand(
  home: Home,
  options: AuditCheckpointOptions,
  output: Output,
): Promise<ExitCode> {
  const witnesses = readWitnesses(options);
  const { key, json } = options;
  const note = await withHomeLedger(home, (ledger) => issueCheckpoint(home, ledger, { key, witnesses }));
  const cosigned = witnesses === undefined ? [] : cosignedBy(note, witnesses);
  // A note ends in a newline, and so does a printed line.
  print(
    output,
    json,
    { checkpoint: note, size: sizeOf(note), cosigned },
    note.replace(/\n$/, "").split("\n"),
  );
  if (cosigned.length > 0) output.note(`Cosigned by ${cosigned.join(", ")}`);
  output.note(`Remembered in ${checkpointPath(home)}; keep a copy where this machine cannot write.`);
  return exitCodes.done;
}
