import { formatTimestamp } from "@parmanasystems/canonical";
import { type ExecutionRuntime, pendingReviews, type ReviewTask } from "@parmanasystems/execution-runtime";
import { describe, expect, it } from "vitest";
import type { FixedClock } from "./fixed-clock.js";
import { executePayout, type ReviewedStores } from "./reviewed-environment.js";
import { eachReviewed, type OpenStores } from "./reviewed-setting.js";

/** That what waits is listed page by page, each task once and in one order, on every kind of store. */
export function listedReviewsConformance(name: string, open: OpenStores): void {
  describe(`${name}: the list of what waits`, () => {
    let clock: FixedClock;
    let stores: ReviewedStores;
    let runtime: ExecutionRuntime;

    eachReviewed(
      open,
      (setting) => {
        ({ clock, stores, runtime } = setting);
      },
      "suite",
    );

    /** Tasks that nobody can decide, all of one instant; their ids are in no order. */
    async function addTasks(count: number): Promise<string[]> {
      const ids = Array.from({ length: count }, (_, index) => `task-${String((index * 7) % count)}`);
      const task = { policyId: "payouts", policyVersion: "1.0.0", createdAt: formatTimestamp(clock.now()) };
      await Promise.all(ids.map((executionId) => stores.reviewTasks.add({ ...task, executionId })));
      return ids;
    }

    const idsOf = (tasks: readonly ReviewTask[]) => tasks.map(({ executionId }) => executionId);
    const unusable: unknown = expect.objectContaining({ code: "INV-017" });

    it("comes in pages of 100, or as many as are asked for", async () => {
      const ids = await addTasks(230);
      expect(idsOf(await runtime.reviews.list())).toEqual(ids.slice(0, 100));
      expect(idsOf(await runtime.reviews.list({ limit: 1_000 }))).toEqual(ids);
      const all: string[] = [];
      for await (const { executionId } of pendingReviews(stores.reviewTasks)) all.push(executionId);
      expect(all).toEqual(ids);
      expect(idsOf(await runtime.reviews.list({ limit: 2, after: ids[227] ?? "" }))).toEqual(ids.slice(228));
      expect(await runtime.reviews.list({ after: ids[229] ?? "" })).toEqual([]);
    });

    it("goes on behind a task that has ended since, and shows nothing twice", async () => {
      const ids = await addTasks(9);
      const [, , third = "", fourth = ""] = ids;
      expect(idsOf(await stores.reviewTasks.list({ limit: 3 }))).toEqual(ids.slice(0, 3));
      for (const id of [third, fourth]) await stores.reviewTasks.settle(id, "resolved");
      expect(idsOf(await stores.reviewTasks.list({ limit: 3, after: third }))).toEqual(ids.slice(4, 7));
      expect(idsOf(await stores.reviewTasks.list())).toEqual([...ids.slice(0, 2), ...ids.slice(4)]);
    });

    it("refuses a page that cannot be, and one behind a task that never was (INV-017)", async () => {
      await addTasks(1);
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN, "5" as never])
        await expect(runtime.reviews.list({ limit })).rejects.toEqual(unusable);
      for (const after of ["nobody", "", 7 as never])
        await expect(runtime.reviews.list({ after })).rejects.toEqual(unusable);
    });

    it("is settled to its end, however many wait before what has run out", async () => {
      await addTasks(100);
      await executePayout(runtime, "a");
      clock.advance(60 * 60 * 1_000);
      expect(await runtime.reviews.settle()).toEqual(["a"]);
      expect(await runtime.reviews.find("a")).toMatchObject({ state: "expired" });
    });
  });
}
