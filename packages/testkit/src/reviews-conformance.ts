import {
  attestationHash,
  type ExecutionAttestation,
  resolutionHash,
  verifyResolutionSignature,
  votesHash,
} from "@parmanasystems/execution";
import { type ExecutionRuntime, resolveOverride } from "@parmanasystems/execution-runtime";
import { describe, expect, it } from "vitest";
import type { FixedClock } from "./fixed-clock.js";
import { listedReviewsConformance } from "./listed-reviews-conformance.js";
import { repeatedVotesConformance } from "./repeated-votes-conformance.js";
import { executePayout, type ReviewedStores } from "./reviewed-environment.js";
import { eachReviewed, type OpenStores } from "./reviewed-setting.js";
import { samePersonConformance } from "./same-person-conformance.js";
import { sealedVotesConformance } from "./sealed-votes-conformance.js";
import { storedReviewsConformance } from "./stored-reviews-conformance.js";
import type { TestEnvironment } from "./test-environment.js";
import { voteOn } from "./vote-fixtures.js";
import { voteKeysConformance } from "./vote-keys-conformance.js";

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** How people end pending executions, on every kind of store. */
export function reviewsConformance(name: string, open: OpenStores): void {
  describe(`${name}: reviews by people`, () => {
    let environment: TestEnvironment;
    let clock: FixedClock;
    let stores: ReviewedStores;
    let runtime: ExecutionRuntime;

    eachReviewed(
      open,
      (setting) => {
        ({ environment, clock, stores, runtime } = setting);
      },
      "suite",
    );

    async function pending(executionId: string, policyId = "payouts"): Promise<ExecutionAttestation> {
      const attestation = await executePayout(runtime, executionId, { policyId, requester: "agent-7" });
      clock.advance(MINUTE_MS);
      return attestation;
    }

    const refusal = (code: string): unknown => expect.objectContaining({ code });

    it("approves with a quorum, once, by a signed resolution that the log holds", async () => {
      const first = await pending("a");
      expect(await runtime.reviews.vote(voteOn("a", "ada"))).toEqual({
        state: "pending",
        approvals: 1,
        quorum: 2,
      });
      const outcome = await runtime.reviews.vote({ ...voteOn("a", "eve"), role: "manager" });
      if (outcome.state !== "resolved") throw new Error("two of two have approved");
      const { attestation, evidence } = outcome;
      expect(attestation).toMatchObject({
        execution_id: "a",
        attestationHash: attestationHash(first),
        resolution: "approved",
        approvals: 2,
        votesHash: votesHash(evidence.votes),
        issuedAt: "2026-11-20T12:01:00.000Z",
      });
      expect(evidence.votes.map(({ approver }) => approver)).toEqual(["ada", "eve"]);
      expect(verifyResolutionSignature(attestation, environment.keys.runtime.publicKey)).toBe(true);
      expect(await stores.log.findResolved("a")).toMatchObject({
        attestationHash: resolutionHash(attestation),
        decision: "approved",
        code: null,
      });
      expect(await stores.replayStore.find("a")).toMatchObject({ state: "resolved_approved" });
      expect(await runtime.reviews.list()).toEqual([]);
      await expect(runtime.reviews.vote(voteOn("a", "bob"))).rejects.toEqual(refusal("INV-019"));
      await expect(pending("a")).rejects.toEqual(refusal("INV-013"));
    });

    it("rejects with the first rejection, and is never approved then (threat 40)", async () => {
      await pending("a");
      await runtime.reviews.vote(voteOn("a", "ada"));
      const outcome = await runtime.reviews.vote(voteOn("a", "bob", "rejected"));
      expect(outcome).toMatchObject({ attestation: { resolution: "rejected", approvals: 1 } });
      await expect(runtime.reviews.vote(voteOn("a", "eve"))).rejects.toEqual(refusal("INV-019"));
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "rejected", code: null });
      expect(await stores.replayStore.find("a")).toMatchObject({ state: "resolved_rejected" });
    });

    it("counts no requester, no foreign role, and nobody twice (threat 40)", async () => {
      await pending("a");
      await expect(runtime.reviews.vote(voteOn("a", "agent-7"))).rejects.toEqual(refusal("INV-090"));
      for (const decision of ["approved", "rejected"] as const) {
        const clerk = { ...voteOn("a", "ada", decision), role: "clerk" };
        await expect(runtime.reviews.vote(clerk)).rejects.toEqual(refusal("INV-091"));
      }
      expect(await stores.reviewTasks.find("a")).toMatchObject({ state: "pending", votes: [] });
      await runtime.reviews.vote(voteOn("a", "ada"));
      // Whoever got no answer asks again, later.
      clock.advance(MINUTE_MS);
      expect(await runtime.reviews.vote(voteOn("a", "ada"))).toMatchObject({
        state: "pending",
        approvals: 1,
      });
      for (const otherwise of [{ role: "manager" }, { decision: "rejected" }, { reason: "x" }] as const)
        await expect(runtime.reviews.vote({ ...voteOn("a", "ada"), ...otherwise })).rejects.toEqual(
          refusal("INV-094"),
        );
      await expect(runtime.reviews.vote(voteOn("nobody", "ada"))).rejects.toEqual(refusal("INV-019"));
      await expect(runtime.reviews.vote(voteOn("a", "ev\u0000e"))).rejects.toEqual(refusal("INV-044"));
      expect((await runtime.reviews.find("a"))?.votes).toHaveLength(1);
    });

    it("refuses what nobody decided in time", async () => {
      await pending("a");
      await pending("b");
      await runtime.reviews.vote(voteOn("a", "ada"));
      clock.advance(HOUR_MS);
      await expect(runtime.reviews.vote(voteOn("a", "bob"))).rejects.toEqual(refusal("INV-095"));
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "rejected", code: "INV-095" });
      expect(await stores.replayStore.find("a")).toMatchObject({ state: "resolved_expired" });
      expect(await runtime.reviews.settle()).toEqual(["b"]);
      expect(await runtime.reviews.find("b")).toMatchObject({ state: "expired" });
      expect(await runtime.reviews.settle()).toEqual([]);
    });

    it("ends once when many vote at the same moment", async () => {
      await pending("a");
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          runtime.reviews.vote(voteOn("a", `person-${String(index)}`)),
        ),
      );
      const resolved = outcomes.filter(
        (outcome) => outcome.status === "fulfilled" && outcome.value.state === "resolved",
      );
      expect(resolved).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("INV-019"));
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "approved" });
    });

    it("shows who is at work, and lets others vote all the same", async () => {
      await pending("a");
      await runtime.reviews.claim("a", "ada");
      await expect(runtime.reviews.claim("a", "bob")).rejects.toEqual(refusal("INV-096"));
      await runtime.reviews.vote(voteOn("a", "bob"));
      clock.advance(15 * MINUTE_MS);
      const until = "2026-11-20T12:31:00.000Z";
      expect(await runtime.reviews.claim("a", "bob")).toMatchObject({ claim: { by: "bob", until } });
      await expect(runtime.reviews.claim("a", "")).rejects.toEqual(refusal("INV-017"));
      await expect(runtime.reviews.claim("nobody", "bob")).rejects.toEqual(refusal("INV-019"));
    });

    it("lets nobody decide a task without terms", async () => {
      const task = { executionId: "by-hand", policyId: "payouts", policyVersion: "1.0.0" };
      await stores.reviewTasks.add({ ...task, createdAt: "2026-11-20T12:00:00.000Z" });
      await expect(runtime.reviews.vote(voteOn("by-hand", "ada"))).rejects.toEqual(refusal("INV-091"));
      expect(await runtime.reviews.settle()).toEqual([]);
    });

    it("ends as rejected by resolveOverride, and not again by people", async () => {
      await pending("a");
      if (stores.auditSink === undefined) await resolveOverride("a", stores.replayStore);
      else await runtime.resolveOverride("a");
      expect(await stores.log.findResolved("a")).toMatchObject({ attestationHash: null, decision: null });
      await expect(runtime.reviews.vote(voteOn("a", "ada"))).rejects.toEqual(refusal("INV-019"));
      await expect(runtime.resolveOverride("a")).rejects.toEqual(refusal("INV-019"));
    });

    // The last one: from here on the version is revoked.
    it("approves nothing under a version that was revoked since, and may still reject it", async () => {
      await pending("a");
      await runtime.reviews.vote(voteOn("a", "ada"));
      await environment.revoke("payouts", "1.0.0", clock.now());
      await runtime.reload();
      await expect(runtime.reviews.vote(voteOn("a", "bob"))).rejects.toEqual(refusal("INV-097"));
      const outcome = await runtime.reviews.vote(voteOn("a", "bob", "rejected"));
      expect(outcome).toMatchObject({ attestation: { resolution: "rejected" } });
    });
  });
  storedReviewsConformance(name, open);
  sealedVotesConformance(name, open);
  voteKeysConformance(name, open);
  repeatedVotesConformance(name, open);
  samePersonConformance(name, open);
  listedReviewsConformance(name, open);
}
