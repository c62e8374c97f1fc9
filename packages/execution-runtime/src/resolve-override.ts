import { RuntimeError } from "./errors.js";
import { eventRecord } from "./event-record.js";
import { processReviewTasks } from "./memory-review-tasks.js";
import { isLedger, type OverrideResolution, type ReplayStore } from "./ports.js";
import { createRecorder, type Recorder } from "./recorder.js";
import { requireReplayStore, requireResolution } from "./replay-arguments.js";

/**
 * Ends a pending override. Without a resolution it ends as rejected: nobody stood up for an approval.
 * @throws RuntimeError INV-019 unless the execution is pending an override
 */
export async function resolveOverride(
  executionId: string,
  replayStore: ReplayStore,
  resolution?: OverrideResolution,
): Promise<void> {
  requireReplayStore(replayStore);
  const reviewTasks = isLedger(replayStore) ? replayStore.reviewTasks : processReviewTasks;
  const recorder = createRecorder({ replayStore, auditSink: undefined, reviewTasks });
  await settleOverride(recorder, executionId, resolution);
}

export async function settleOverride(
  recorder: Recorder,
  executionId: string,
  resolution: OverrideResolution = "rejected",
): Promise<void> {
  requireResolution(resolution);
  const record = await recorder.find(executionId);
  if (record?.state !== "pending_override") {
    throw new RuntimeError("INV-019", "The execution is not waiting for an override.", {
      details: { executionId, state: record?.state ?? "absent" },
    });
  }
  await recorder.resolve(executionId, resolution, eventRecord("override_resolved", record, null));
}
