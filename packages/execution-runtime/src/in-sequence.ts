import type { ExecutionAttestation } from "@parmanasystems/execution";
import { RuntimeError } from "./errors.js";
import type { ExecutionRequest } from "./execution-request.js";

/** A batch that stopped. What finished before is attested and stays so. */
export class BatchError extends RuntimeError {
  constructor(
    readonly failedIndex: number,
    readonly results: readonly ExecutionAttestation[],
    cause: unknown,
  ) {
    super(
      "INV-080",
      `Item ${String(failedIndex)} of the batch failed; the ${String(results.length)} before it are attested.`,
      {
        cause,
        details: { failedIndex, finished: results.length },
      },
    );
  }
}

/** Executes one after the other and stops at the first that fails. @throws BatchError */
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
