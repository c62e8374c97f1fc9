import { formatTimestamp } from "@parmanasystems/canonical";
import { type ExecutionAttestation, type SealedVote, signVote } from "@parmanasystems/execution";
import {
  createExecutionRuntime,
  type ExecutionRuntime,
  type ReviewTasks,
} from "@parmanasystems/execution-runtime";
import { describe, expect, it } from "vitest";
import type { FixedClock } from "./fixed-clock.js";
import { executePayout, type ReviewedStores } from "./reviewed-environment.js";
import { eachReviewed, type OpenStores } from "./reviewed-setting.js";
import type { TestEnvironment } from "./test-environment.js";
import { castBy, sealAs, subjectOf, voteOn } from "./vote-fixtures.js";

const MINUTE_MS = 60 * 1000;

/** That nothing counts because it is stored, and nothing stored is lost, on every kind of store. */
export function storedReviewsConformance(name: string, open: OpenStores): void {
  describe(`${name}: reviews in a store that others write to`, () => {
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

    /** As a runtime stores it. */
    async function sealed(
      first: ExecutionAttestation,
      approver: string,
      role = "officer",
    ): Promise<SealedVote> {
      const votedAt = formatTimestamp(clock.now());
      const vote = castBy(approver, { role, votedAt });
      return { vote, seal: await sealAs(environment.signer, subjectOf(first), vote, votedAt) };
    }

    const refusal = (code: string): unknown => expect.objectContaining({ code });

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
        const cast = { approver, role, decision: "approved", reason: "fine", votedAt: at } as const;
        return { executionId: "a", ...(await signVote(subjectOf(about), cast, key)) };
      };
      for (const unsigned of [
        voteOn("a", "ada"),
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
        await expect(deceived.reviews.vote(voteOn("a", "ada"))).rejects.toEqual(refusal("INV-101"));
      }
    });
  });
}
