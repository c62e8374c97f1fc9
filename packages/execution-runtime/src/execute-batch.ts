import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { RuntimeError } from "./errors.js";
import { executeFromSignals } from "./execute-from-signals.js";
import type { ExecutionRequest } from "./execution-request.js";
import type { ReplayStore } from "./ports.js";
import { requireReplayStore } from "./replay-arguments.js";
import type { RuntimeEnvironment } from "./runtime-paths.js";

/** A batch that stopped. What finished before is attested and stays so. */
export class BatchError extends RuntimeError {
  constructor(
    readonly failedIndex: number,
    readonly results: readonly ExecutionAttestation[],
    cause: unknown,
  ) {
    super("INV-080", `Item ${String(failedIndex)} of the batch failed; the ${String(results.length)} before it are attested.`, {
      cause,
      details: { failedIndex, finished: results.length },
    });
  }
}

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
  return inSequence(items, (item) => executeFromSignals(item, signer, verifier, runtimeEnvironment, replayStore));
}

export async function inSequence(
  items: readonly ExecutionRequest[],
  executeOne: (item: ExecutionRequest) => Promise<ExecutionAttestation>,
): Promise<ExecutionAttestation[]> {
  const results: ExecutionAttestation[] = [];
  // Copied, so that nobody adds or replaces items while earlier ones execute.
  for (const [index, item] of [...items].entries()) {
    try {
      results.push(await executeOne(item));
    } catch (cause) {
      throw new BatchError(index, Object.freeze([...results]), cause);
    }
  }
  return results;
}
