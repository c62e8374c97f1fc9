import {
  attestationHash,
  type ExecutionAttestation,
  resolutionHash,
  type SealedVote,
  sealVote,
  signVote,
  verifyResolutionSignature,
  votesHash,
} from "@parmanasystems/execution";
import {
  createExecutionRuntime,
  type ExecutionRuntime,
  resolveOverride,
  type ReviewTasks,
} from "@parmanasystems/execution-runtime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FixedClock, fixedClock } from "./fixed-clock.js";
import { listedReviewsConformance } from "./listed-reviews-conformance.js";
import { createReviewedEnvironment, type ReviewedStores, runtimeOn } from "./reviewed-environment.js";
import { repeatedVotesConformance } from "./repeated-votes-conformance.js";
import { samePersonConformance } from "./same-person-conformance.js";
import { sealedVotesConformance } from "./sealed-votes-conformance.js";
import type { TestEnvironment } from "./test-environment.js";

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** How people end pending executions, on every kind of store. */
export function reviewsConformance(name: string, open: (clock: FixedClock) => Promise<ReviewedStores>): void {
  describe(`${name}: reviews by people`, () => {
    let environment: TestEnvironment;
    let clock: FixedClock;
    let stores: ReviewedStores;
    let runtime: ExecutionRuntime;

    beforeAll(async () => {
      environment = await createReviewedEnvironment();
    });
    afterAll(() => {
      environment.remove();
    });
    beforeEach(async () => {
      clock = fixedClock();
      stores = await open(clock);
      runtime = runtimeOn(environment, stores, clock);
    });
    afterEach(() => runtime.close());

    async function pending(executionId: string, policyId = "payouts"): Promise<ExecutionAttestation> {
      const attestation = await runtime.execute({
        executionId,
        policyId,
        policyVersion: "1.0.0",
        signals: { payment: executionId },
        requester: "agent-7",
      });
      clock.advance(MINUTE_MS);
      return attestation;
    }

    const vote = (executionId: string, approver: string, decision: "approved" | "rejected" = "approved") => ({
      executionId,
      approver,
      role: "officer",
      decision,
      reason: "called the vendor",
    });

    /** As a runtime stores it. */
    async function sealed(
      first: ExecutionAttestation,
      approver: string,
      role = "officer",
    ): Promise<SealedVote> {
      const votedAt = "2026-11-20T12:00:30.000Z";
      const cast = { approver, role, decision: "approved", reason: "fine", votedAt } as const;
      const subject = { execution_id: first.execution_id, attestationHash: attestationHash(first) };
      const { signer, verifier } = environment;
      return { vote: cast, seal: await sealVote(subject, cast, votedAt, signer, verifier) };
    }

    const refusal = (code: string): unknown => expect.objectContaining({ code });

    it("approves with a quorum, once, by a signed resolution that the log holds", async () => {
      const first = await pending("a");
      expect(await runtime.reviews.vote(vote("a", "ada"))).toEqual({
        state: "pending",
        approvals: 1,
        quorum: 2,
      });
      const outcome = await runtime.reviews.vote({ ...vote("a", "eve"), role: "manager" });
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
      await expect(runtime.reviews.vote(vote("a", "bob"))).rejects.toEqual(refusal("INV-019"));
      await expect(pending("a")).rejects.toEqual(refusal("INV-013"));
    });

    it("rejects with the first rejection, and is never approved then (threat 40)", async () => {
      await pending("a");
      await runtime.reviews.vote(vote("a", "ada"));
      const outcome = await runtime.reviews.vote(vote("a", "bob", "rejected"));
      expect(outcome).toMatchObject({ attestation: { resolution: "rejected", approvals: 1 } });
      await expect(runtime.reviews.vote(vote("a", "eve"))).rejects.toEqual(refusal("INV-019"));
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "rejected", code: null });
      expect(await stores.replayStore.find("a")).toMatchObject({ state: "resolved_rejected" });
    });

    it("counts no requester, no foreign role, and nobody twice (threat 40)", async () => {
      await pending("a");
      await expect(runtime.reviews.vote(vote("a", "agent-7"))).rejects.toEqual(refusal("INV-090"));
      for (const decision of ["approved", "rejected"] as const) {
        const clerk = { ...vote("a", "ada", decision), role: "clerk" };
        await expect(runtime.reviews.vote(clerk)).rejects.toEqual(refusal("INV-091"));
      }
      expect(await stores.reviewTasks.find("a")).toMatchObject({ state: "pending", votes: [] });
      await runtime.reviews.vote(vote("a", "ada"));
      // Whoever got no answer asks again, later.
      clock.advance(MINUTE_MS);
      expect(await runtime.reviews.vote(vote("a", "ada"))).toMatchObject({ state: "pending", approvals: 1 });
      for (const otherwise of [{ role: "manager" }, { decision: "rejected" }, { reason: "x" }] as const)
        await expect(runtime.reviews.vote({ ...vote("a", "ada"), ...otherwise })).rejects.toEqual(
          refusal("INV-094"),
        );
      await expect(runtime.reviews.vote(vote("nobody", "ada"))).rejects.toEqual(refusal("INV-019"));
      await expect(runtime.reviews.vote(vote("a", "ev\u0000e"))).rejects.toEqual(refusal("INV-044"));
      expect((await runtime.reviews.find("a"))?.votes).toHaveLength(1);
    });

    it("refuses what nobody decided in time", async () => {
      await pending("a");
      await pending("b");
      await runtime.reviews.vote(vote("a", "ada"));
      clock.advance(HOUR_MS);
      await expect(runtime.reviews.vote(vote("a", "bob"))).rejects.toEqual(refusal("INV-095"));
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "rejected", code: "INV-095" });
      expect(await stores.replayStore.find("a")).toMatchObject({ state: "resolved_expired" });
      expect(await runtime.reviews.settle()).toEqual(["b"]);
      expect(await runtime.reviews.find("b")).toMatchObject({ state: "expired" });
      expect(await runtime.reviews.settle()).toEqual([]);
    });

    it("ends once when many vote at the same moment", async () => {
      await pending("a");
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => runtime.reviews.vote(vote("a", `person-${String(index)}`))),
      );
      const resolved = outcomes.filter(
        (outcome) => outcome.status === "fulfilled" && outcome.value.state === "resolved",
      );
      expect(resolved).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("INV-019"));
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "approved" });
    });

    it("demands signatures where the policy does, by keys of the role that belong to the approver", async () => {
      const first = await pending("a", "signed-payouts");
      const other = await pending("b", "signed-payouts");
      const votedAt = "2026-11-20T12:00:30.000Z";
      const signed = async (
        approver: string,
        { signer = approver, role = "officer", about = first, at = votedAt } = {},
      ) => {
        const key = environment.approvers.get(signer);
        if (key === undefined) throw new Error(`no key of ${signer}`);
        const subject = { execution_id: about.execution_id, attestationHash: attestationHash(about) };
        const cast = { approver, role, decision: "approved", reason: "fine", votedAt: at } as const;
        return { executionId: "a", ...(await signVote(subject, cast, key)) };
      };
      for (const unsigned of [
        vote("a", "ada"),
        await signed("ada", { signer: "bob" }),
        await signed("ada", { role: "manager" }),
        await signed("ada", { about: other }),
        { ...(await signed("ada")), reason: "changed afterwards" },
      ])
        await expect(runtime.reviews.vote(unsigned)).rejects.toEqual(refusal("INV-092"));
      for (const at of ["2026-11-20T11:59:59.999Z", "2026-11-20T12:30:00.000Z"])
        await expect(runtime.reviews.vote(await signed("ada", { at }))).rejects.toEqual(refusal("INV-093"));
      await runtime.reviews.vote(await signed("ada"));
      const outcome = await runtime.reviews.vote(await signed("eve", { role: "manager" }));
      expect(outcome).toMatchObject({ attestation: { resolution: "approved" } });
    });

    it("finishes what a crash left between the last vote and the end", async () => {
      const first = await pending("a");
      for (const approver of ["ada", "bob"])
        await stores.reviewTasks.vote("a", await sealed(first, approver));
      expect(await runtime.reviews.settle()).toEqual(["a"]);
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "approved" });
      expect(await stores.replayStore.find("a")).toMatchObject({ state: "resolved_approved" });
      expect(await runtime.reviews.find("a")).toMatchObject({ state: "resolved" });
    });

    it("counts no vote that somebody wrote into the store, and signs nothing on its terms (threat 40)", async () => {
      const [first, second] = [await pending("a"), await pending("b", "signed-payouts")];
      // The requester, a foreign role; and without the signatures that the policy demands. All of them sealed.
      await stores.reviewTasks.vote("a", await sealed(first, "agent-7"));
      await stores.reviewTasks.vote("a", await sealed(first, "zoe", "clerk"));
      for (const approver of ["ada", "bob"])
        await stores.reviewTasks.vote("b", await sealed(second, approver));
      expect(await runtime.reviews.settle()).toEqual([]);
      expect((await runtime.reviews.find("a"))?.state).toBe("pending");

      const { task } = (await stores.reviewTasks.find("a")) ?? {};
      if (task?.terms === undefined) throw new Error("the task has terms");
      const { terms } = task;
      const changes = [
        { attestation: { ...terms.attestation, requester: "nobody" } },
        { attestation: { ...terms.attestation, execution_id: "c" } },
        { approverRoles: ["officer", "manager", "clerk"] },
        { quorum: 1 },
        { expiresAt: "2027-11-20T12:00:00.000Z" },
      ];
      // A ledger keeps its own tasks; with parts, another may stand in for one that was written to.
      const { replayStore, auditSink, reviewTasks } = stores;
      if (auditSink === undefined) return;
      const { paths, signer, verifier } = environment;
      for (const change of changes) {
        const changed: ReviewTasks = {
          add: (added) => reviewTasks.add(added),
          list: (page) => reviewTasks.list(page),
          claim: (executionId, claim, now) => reviewTasks.claim(executionId, claim, now),
          vote: (executionId, cast) => reviewTasks.vote(executionId, cast),
          settle: (executionId, state) => reviewTasks.settle(executionId, state),
          find: () =>
            Promise.resolve({
              task: { ...task, terms: { ...terms, ...change } },
              state: "pending",
              claim: null,
              votes: [],
            }),
        };
        const deceived = createExecutionRuntime({
          environment: paths,
          signer,
          verifier,
          replayStore,
          auditSink,
          reviewTasks: changed,
          clock,
        });
        await expect(deceived.reviews.vote(vote("a", "ada"))).rejects.toEqual(refusal("INV-101"));
      }
    });

    it("shows who is at work, and lets others vote all the same", async () => {
      await pending("a");
      await runtime.reviews.claim("a", "ada");
      await expect(runtime.reviews.claim("a", "bob")).rejects.toEqual(refusal("INV-096"));
      await runtime.reviews.vote(vote("a", "bob"));
      clock.advance(15 * MINUTE_MS);
      const until = "2026-11-20T12:31:00.000Z";
      expect(await runtime.reviews.claim("a", "bob")).toMatchObject({ claim: { by: "bob", until } });
      await expect(runtime.reviews.claim("a", "")).rejects.toEqual(refusal("INV-017"));
      await expect(runtime.reviews.claim("nobody", "bob")).rejects.toEqual(refusal("INV-019"));
    });

    it("lets nobody decide a task without terms", async () => {
      const task = { executionId: "by-hand", policyId: "payouts", policyVersion: "1.0.0" };
      await stores.reviewTasks.add({ ...task, createdAt: "2026-11-20T12:00:00.000Z" });
      await expect(runtime.reviews.vote(vote("by-hand", "ada"))).rejects.toEqual(refusal("INV-091"));
      expect(await runtime.reviews.settle()).toEqual([]);
    });

    it("ends as rejected by resolveOverride, and not again by people", async () => {
      await pending("a");
      if (stores.auditSink === undefined) await resolveOverride("a", stores.replayStore);
      else await runtime.resolveOverride("a");
      expect(await stores.log.findResolved("a")).toMatchObject({ attestationHash: null, decision: null });
      await expect(runtime.reviews.vote(vote("a", "ada"))).rejects.toEqual(refusal("INV-019"));
      await expect(runtime.resolveOverride("a")).rejects.toEqual(refusal("INV-019"));
    });

    // The last one: from here on the version is revoked.
    it("approves nothing under a version that was revoked since, and may still reject it", async () => {
      await pending("a");
      await runtime.reviews.vote(vote("a", "ada"));
      await environment.revoke("payouts", "1.0.0", clock.now());
      await runtime.reload();
      await expect(runtime.reviews.vote(vote("a", "bob"))).rejects.toEqual(refusal("INV-097"));
      const outcome = await runtime.reviews.vote(vote("a", "bob", "rejected"));
      expect(outcome).toMatchObject({ attestation: { resolution: "rejected" } });
    });
  });
  sealedVotesConformance(name, open);
  repeatedVotesConformance(name, open);
  samePersonConformance(name, open);
  listedReviewsConformance(name, open);
}
