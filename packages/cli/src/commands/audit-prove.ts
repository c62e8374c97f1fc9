import { encodeUtf8 } from "@parmanasystems/canonical";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { proveInHome, readSize } from "../home-proof.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { writeNewFile } from "../write-new-file.js";

export interface AuditProveOptions extends JsonOption {
  /** A file for the proof. */
  readonly out?: string;
  /** Prove how its override ended, instead of the attestation. */
  readonly resolution?: boolean;
  /** Entries that the checkpoint of the proof covers at the least. */
  readonly size?: string;
}

/** `parmana audit prove`: the proof that the log has the attestation, or the end of its override, for anybody. @throws CliError CLI-001, CLI-054, CLI-050 */
export async function auditProveCommand(
  home: Home,
  executionId: string,
  { out, resolution = false, size, json }: AuditProveOptions,
  output: Output,
): Promise<ExitCode> {
  const of = resolution ? "resolution" : "attestation";
  const logProof = await withHomeLedger(home, (ledger) =>
    proveInHome(home, ledger, { executionId, of, size: readSize(size) }, output),
  );
  if (out !== undefined) writeNewFile(out, encodeUtf8(logProof), 0o644);
  print(output, json, { executionId, of, logProof, file: out ?? null }, [
    ...(out === undefined ? logProof.replace(/\n$/, "").split("\n") : [`Wrote ${out}`]),
  ]);
  return exitCodes.done;
}
