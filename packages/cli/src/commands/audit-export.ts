import { statSync } from "node:fs";
import { join } from "node:path";
import { formatEvidenceBundle } from "@parmanasystems/verifier";
import { evidenceBundleOf } from "../evidence-bundle-of.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { proveExecution, readSize } from "../home-proof.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { writeNewFile } from "../write-new-file.js";

export interface AuditExportOptions extends JsonOption {
  /** A file, or a directory for one. */
  readonly out: string;
  /** Entries that the checkpoint of the proofs covers at the least. */
  readonly size?: string;
}

/** `parmana audit export`: one file with all that verifies an execution elsewhere. @throws CliError CLI-001, CLI-054, CLI-050 */
export async function auditExportCommand(
  home: Home,
  executionId: string,
  { out, size, json }: AuditExportOptions,
  output: Output,
): Promise<ExitCode> {
  const wanted = { executionId, size: readSize(size) };
  const bundle = await withHomeLedger(home, async (ledger) =>
    evidenceBundleOf(home, ledger, await proveExecution(home, ledger, wanted, output)),
  );
  const file = isDirectory(out) ? join(out, `${executionId.replaceAll(":", "_")}.evidence.json`) : out;
  // It holds the signals, which may be personal data.
  writeNewFile(file, formatEvidenceBundle(bundle), 0o600);
  const level = bundle.evidence === undefined ? "L3" : "L4";
  print(output, json, { executionId, file, level }, [`Wrote ${file}`]);
  if (bundle.evidence === undefined)
    output.note("Its evidence was erased: ask for --level L3 when it is verified; L4 is out of reach.");
  output.note(
    "Whoever verifies it needs the root key from elsewhere: parmana verify <file> --root-key root.pub",
  );
  return exitCodes.done;
}

function isDirectory(path: string): boolean {
  return path.endsWith("/") || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
