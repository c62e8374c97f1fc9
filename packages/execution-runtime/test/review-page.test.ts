import { describe, expect, it } from "vitest";
import { pendingReviews, type ReviewTask } from "../src/index.js";

const tasks = (count: number): ReviewTask[] =>
  Array.from({ length: count }, (_, index) => ({
    executionId: `task-${String(index)}`,
    policyId: "payouts",
    policyVersion: "1.0.0",
    createdAt: "2026-11-20T12:00:00.000Z",
  }));

describe("pendingReviews", () => {
  it.each([0, 99, 100, 101, 1_000])(
    "ends with a store that has %s tasks and knows no pages",
    async (count) => {
      const seen = new Set<string>();
      let asked = 0;
      const list = async () => {
        asked += 1;
        return tasks(count);
      };
      for await (const { executionId } of pendingReviews({ list })) seen.add(executionId);
      expect(seen.size).toBe(count);
      expect(asked).toBeLessThanOrEqual(2);
    },
  );
});
