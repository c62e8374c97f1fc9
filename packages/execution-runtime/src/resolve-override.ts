import { RuntimeError } from "./errors.js";
import { eventRecord } from "./event-record.js";
import { processReviewTasks } from "./memory-review-tasks.js";
import { EXPIRED } from "./override-end.js";
import { type AuditSink, isLedger, type OverrideResolution, type ReplayStore } from "./ports.js";
import { createRecorder, type Recorder } from "./recorder.js";
import { requireReplayStore, unusable } from "./replay-arguments.js";

/**
 * How an override may end without an approver. Approving one takes an authenticated person, a role and a signed
 * resolution, none of which a bare call has.
 */
export type RefusedResolution = Exclude<OverrideResolution, "approved">;

/**
 * Ends a pending override as refused. Without a resolution it ends as rejected: nobody stood up for an approval.
 * @param auditSink the log, where it is not the store itself
 * @throws RuntimeError INV-019 unless the execution is pending an override, INV-017 for "approved"
 */
export async function resolveOverride(
  executionId: string,
  replayStore: ReplayStore,
  resolution?: RefusedResolution,
  auditSink?: AuditSink,
): Promise<void> {
  requireReplayStore(replayStore);
  const reviewTasks = isLedger(replayStore) ? replayStore.reviewTasks : processReviewTasks;
  await settleOverride(createRecorder({ replayStore, auditSink, reviewTasks }), executionId, resolution);
}

export async function settleOverride(
  recorder: Recorder,
  executionId: string,
  resolution: RefusedResolution = "rejected",
): Promise<void> {
  if (!["rejected", "expired"].includes(resolution)) {
    throw unusable("resolution", "rejected or expired; an approval needs an authenticated approver");
  }
  const record = await recorder.find(executionId);
  if (record?.state !== "pending_override") {
    throw new RuntimeError("INV-019", "The execution is not waiting for an override.", {
      details: { executionId, state: record?.state ?? "absent" },
    });
  }
  const code = resolution === "expired" ? EXPIRED : null;
  await recorder.resolve(executionId, resolution, eventRecord("override_resolved", record, code));
}
