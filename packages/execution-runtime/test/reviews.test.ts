import { reviewsConformance } from "@parmanasystems/testkit/conformance";
import { MemoryReplayStore, MemoryReviewTasks } from "../src/index.js";
import { MemoryAuditSink } from "./memory-audit-sink.js";

reviewsConformance("separate store, log and tasks", async (clock) => {
  const auditSink = new MemoryAuditSink();
  const replayStore = new MemoryReplayStore({ clock });
  return { replayStore, auditSink, reviewTasks: new MemoryReviewTasks(), log: auditSink };
});
