import { eventRecord } from "./audit-records.js";
import { RuntimeError } from "./errors.js";
import { processReviewTasks } from "./memory-review-tasks.js";
import { isLedger, type OverrideResolution, type ReplayStore } from "./ports.js";
import { createRecorder, type Recorder } from "./recorder.js";

/**
 * Ends a pending override. Without a resolution it ends as rejected: nobody stood up for an approval.
 * @throws RuntimeError INV-019 unless the execution is pending an override
 */
export async function resolveOverride(
  executionId: string,
  replayStore: ReplayStore,
  resolution?: OverrideResolution,
): Promise<void> {
  const reviewTasks = isLedger(replayStore) ? replayStore.reviewTasks : processReviewTasks;
  const recorder = createRecorder({ replayStore, auditSink: undefined, reviewTasks });
  await settleOverride(recorder, replayStore, executionId, resolution);
}

export async function settleOverride(
  recorder: Recorder,
  replayStore: ReplayStore,
  executionId: string,
  resolution: OverrideResolution = "rejected",
): Promise<void> {
  const record = await replayStore.find(executionId);
  if (record?.state !== "pending_override") {
    throw new RuntimeError("INV-019", "The execution is not waiting for an override.", {
      details: { executionId, state: record?.state ?? "absent" },
    });
  }
  await recorder.resolve(executionId, resolution, eventRecord("override_resolved", record, null));
}
