import type { ExecutionRuntime } from "@parmanasystems/execution-runtime";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type FixedClock, fixedClock } from "./fixed-clock.js";
import { createReviewedEnvironment, type ReviewedStores, runtimeOn } from "./reviewed-environment.js";
import type { TestEnvironment } from "./test-environment.js";

/** How a suite gets its stores: empty ones, on its clock. */
export type OpenStores = (clock: FixedClock) => Promise<ReviewedStores>;

/** What each test of a suite on reviews has. */
export interface ReviewedSetting {
  readonly environment: TestEnvironment;
  readonly clock: FixedClock;
  readonly stores: ReviewedStores;
  readonly runtime: ExecutionRuntime;
}

/** Gives each test of the suite around it a setting of its own; the environment is all tests' where they leave it as it was. */
export function eachReviewed(
  open: OpenStores,
  use: (setting: ReviewedSetting) => void,
  environmentOf: "test" | "suite" = "test",
): void {
  let environment: TestEnvironment;
  let runtime: ExecutionRuntime;
  const [before, after] = environmentOf === "suite" ? [beforeAll, afterAll] : [beforeEach, afterEach];
  before(async () => {
    environment = await createReviewedEnvironment();
  });
  after(() => {
    environment.remove();
  });
  beforeEach(async () => {
    const clock = fixedClock();
    const stores = await open(clock);
    runtime = runtimeOn(environment, stores, clock);
    use({ environment, clock, stores, runtime });
  });
  afterEach(() => runtime.close());
}

/** That the execution "a" still waits, with the votes of these approvers and so many that do not count. */
export async function expectCounted(
  runtime: ExecutionRuntime,
  approvers: readonly string[],
  uncounted: number,
): Promise<void> {
  expect(await runtime.reviews.settle()).toEqual([]);
  const review = await runtime.reviews.find("a");
  expect(review).toMatchObject({ state: "pending", uncounted });
  expect(review?.votes.map(({ approver }) => approver)).toEqual(approvers);
}
