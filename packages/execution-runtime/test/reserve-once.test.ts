import { sha256 } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { eventRecord } from "../src/event-record.js";
import { MemoryReplayStore, MemoryReviewTasks } from "../src/index.js";
import { createRecorder } from "../src/recorder.js";
import { reserveOnce } from "../src/reserve-once.js";
import { MemoryAuditSink } from "./memory-audit-sink.js";

const identity = { executionId: "a", fingerprint: sha256("a"), identity: "fingerprint" } as const;
const request = { ...identity, leaseMs: 1_000 };

async function pendingParts() {
  const [replayStore, auditSink] = [new MemoryReplayStore(), new MemoryAuditSink()];
  const answer = await replayStore.reserve(request);
  if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
  const end = { state: "pending_override", attestationHash: sha256("attestation") } as const;
  await replayStore.confirm(answer.reservation, end);
  const recorder = createRecorder({ replayStore, auditSink, reviewTasks: new MemoryReviewTasks() });
  return { replayStore, auditSink, recorder };
}

describe("a replay of what the store knows as pending", () => {
  it("brings the store to the end that the log holds", async () => {
    const { replayStore, auditSink, recorder } = await pendingParts();
    await auditSink.append(eventRecord("override_resolved", identity, null));
    await expect(reserveOnce(recorder, request)).rejects.toMatchObject({ code: "INV-013" });
    expect(await replayStore.find("a")).toMatchObject({ state: "resolved_rejected" });
  });

  it("leaves it pending as long as the log knows of no end", async () => {
    const { replayStore, recorder } = await pendingParts();
    await expect(reserveOnce(recorder, request)).rejects.toMatchObject({ code: "INV-013" });
    expect(await replayStore.find("a")).toMatchObject({ state: "pending_override" });
  });
});
