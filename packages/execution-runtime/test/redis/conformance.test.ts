import {
  replayStoreConformance,
  replayTableConformance,
  reviewsConformance,
} from "@parmanasystems/testkit/conformance";
import { describe } from "vitest";
import { MemoryReviewTasks, RedisReplayStore } from "../../src/index.js";
import { MemoryAuditSink } from "../memory-audit-sink.js";
import { advance, redisAnswers, redisUrl, temporaryPrefixes } from "./support.js";

const newPrefix = temporaryPrefixes("conformance");

function open() {
  const keyPrefix = newPrefix();
  const store = new RedisReplayStore(redisUrl, { keyPrefix });
  return Promise.resolve({ store, advance: (ms: number) => advance(keyPrefix, ms) });
}

describe.skipIf(!redisAnswers)("on a real server", () => {
  replayStoreConformance("RedisReplayStore", open);
  replayTableConformance("RedisReplayStore", open);

  reviewsConformance("Redis before a log", () => {
    const auditSink = new MemoryAuditSink();
    const replayStore = new RedisReplayStore(redisUrl, { keyPrefix: newPrefix() });
    return Promise.resolve({
      replayStore,
      auditSink,
      reviewTasks: new MemoryReviewTasks(),
      log: auditSink,
    });
  });
});
