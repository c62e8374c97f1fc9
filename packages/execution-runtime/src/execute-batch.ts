import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { executeFromSignals } from "./execute-from-signals.js";
import type { ExecutionRequest } from "./execution-request.js";
import { inSequence } from "./in-sequence.js";
import type { ReplayStore } from "./ports.js";
import { requireReplayStore } from "./replay-arguments.js";
import type { RuntimeEnvironment } from "./runtime-paths.js";

/**
 * Executes the items one after the other and stops at the first that fails. An item that repeats an
 * earlier one of the same batch is a replay like any other.
 * @throws BatchError INV-080 with `results`, `failedIndex` and `cause`
 */
export async function executeBatch(
  items: readonly ExecutionRequest[],
  signer: Signer,
  verifier: Verifier,
  replayStore: ReplayStore,
  runtimeEnvironment?: RuntimeEnvironment,
): Promise<ExecutionAttestation[]> {
  requireReplayStore(replayStore);
  return inSequence(items, (item) =>
    executeFromSignals(item, signer, verifier, runtimeEnvironment, replayStore),
  );
}
