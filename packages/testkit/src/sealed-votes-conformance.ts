import { canonicalBytes, canonicalize, formatTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ExecutionAttestation,
  LocalSigner,
  LocalVerifier,
  type ReviewVote,
  type SealedVote,
  signVote,
} from "@parmanasystems/execution";
import {
  countedReview,
  createExecutionRuntime,
  type ExecutionRuntime,
} from "@parmanasystems/execution-runtime";
import {
  encodeBase64,
  generatePrivateKey,
  payloadTypes,
  type Signer,
  type Verifier,
} from "@parmanasystems/signing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FixedClock, fixedClock } from "./fixed-clock.js";
import {
  createReviewedEnvironment,
  executePayout,
  type ReviewedStores,
  runtimeOn,
} from "./reviewed-environment.js";
import type { TestEnvironment } from "./test-environment.js";
import { castBy as cast, SEALED_AT, sealAs, subjectOf as about } from "./vote-fixtures.js";

const MINUTE_MS = 60 * 1000;

/** That a store's votes count only with a seal of their own, on every kind of store. */
export function sealedVotesConformance(
  name: string,
  open: (clock: FixedClock) => Promise<ReviewedStores>,
): void {
  describe(`${name}: sealed votes (threat 40)`, () => {
    let environment: TestEnvironment;
    let clock: FixedClock;
    let stores: ReviewedStores;
    let runtime: ExecutionRuntime;
    let first: ExecutionAttestation;

    beforeEach(async () => {
      environment = await createReviewedEnvironment();
      clock = fixedClock();
      stores = await open(clock);
      runtime = runtimeWith(environment.signer);
      first = await pending("a");
      clock.advance(MINUTE_MS);
    });
    afterEach(async () => {
      await runtime.close();
      environment.remove();
    });

    const runtimeWith = (signer: LocalSigner): ExecutionRuntime =>
      runtimeOf(signer, new LocalVerifier(signer.publicKey));

    const runtimeOf = (signer: Signer, verifier: Verifier): ExecutionRuntime =>
      runtimeOn(environment, stores, clock, { signer, verifier });

    const pending = (executionId: string) => executePayout(runtime, executionId);

    const seal = (vote: ReviewVote, subject = about(first), at = SEALED_AT, by = environment.signer) =>
      sealAs(by, subject, vote, at);
    const vote = (by: ExecutionRuntime, approver: string) =>
      by.reviews.vote({ executionId: "a", approver, role: "officer", decision: "approved", reason: "fine" });
    const refusal = (code: string): unknown => expect.objectContaining({ code });

    async function expectCounted(
      approvers: readonly string[],
      uncounted: number,
      by = runtime,
    ): Promise<void> {
      expect(await by.reviews.settle()).toEqual([]);
      const review = await by.reviews.find("a");
      expect(review).toMatchObject({ state: "pending", uncounted });
      expect(review?.votes.map(({ approver }) => approver)).toEqual(approvers);
    }

    it("count when a runtime sealed them, and a crash kept it from signing the end", async () => {
      for (const approver of ["ada", "bob"]) {
        const sealed = { vote: cast(approver), seal: await seal(cast(approver)) };
        await stores.reviewTasks.vote("a", sealed);
        expect((await stores.reviewTasks.find("a"))?.votes).toContainEqual(sealed);
      }
      expect(await runtime.reviews.settle()).toEqual(["a"]);
      expect(await stores.log.findResolved("a")).toMatchObject({ decision: "approved" });
    });

    it("do not count with a seal of another execution, attestation, approver, reason, decision or key", async () => {
      const other = await pending("b");
      await vote(runtime, "ada");
      const [genuine] = (await stores.reviewTasks.find("a"))?.votes ?? [];
      if (genuine === undefined) throw new Error("ada has voted");
      const { signer, approvers } = environment;
      const stranger = new LocalSigner(generatePrivateKey());
      const approverKey = approvers.get("bob");
      if (approverKey === undefined) throw new Error("bob has a key");
      const statement = {
        type: "parmana/vote-seal/v1",
        ...about(first),
        vote: cast("p8"),
        sealedAt: SEALED_AT,
      };
      const otherKind = signer.signSync(payloadTypes.reviewVote, canonicalBytes(statement));
      const forged: readonly SealedVote[] = [
        { vote: cast("p0"), seal: "forged" },
        { vote: cast("p1"), seal: await seal(cast("p1"), about(other)) },
        {
          vote: cast("p2"),
          seal: await seal(cast("p2"), { ...about(first), attestationHash: attestationHash(other) }),
        },
        { vote: { ...genuine.vote, approver: "p3" }, seal: genuine.seal },
        { vote: cast("p4"), seal: await seal(cast("p4", { reason: "not this one" })) },
        { vote: cast("p5"), seal: await seal(cast("p5", { decision: "rejected" })) },
        { vote: cast("p6"), seal: await seal(cast("p6"), about(first), SEALED_AT, stranger) },
        { vote: cast("p7"), seal: await seal(cast("p7"), about(first), SEALED_AT, approverKey) },
        {
          vote: cast("p8"),
          seal: canonicalize({
            sealedAt: SEALED_AT,
            keyId: signer.keyId,
            signature: encodeBase64(otherKind),
          }),
        },
        { vote: cast("p9"), seal: await seal(cast("p9"), about(first), "2026-11-20T12:00:29.999Z") },
        { vote: cast("rejecter", { decision: "rejected" }), seal: await seal(cast("rejecter")) },
      ];
      for (const [index, sealed] of forged.entries()) {
        await stores.reviewTasks.vote("a", sealed);
        await expectCounted(["ada"], index + 1);
      }
      expect(await vote(runtime, "rejecter")).toMatchObject({
        state: "resolved",
        attestation: { resolution: "approved", approvals: 2 },
        evidence: { votes: [{ approver: "ada" }, { approver: "rejecter" }] },
      });
    });

    it("do not count when they were written into the database", async () => {
      const { insertVote } = stores;
      if (insertVote === undefined) return;
      await vote(runtime, "ada");
      const [genuine] = (await stores.reviewTasks.find("a"))?.votes ?? [];
      const seals = ["", "{}", "not a seal", genuine?.seal ?? ""];
      for (const [index, forgedSeal] of seals.entries()) {
        const approver = `p${String(index)}`;
        const body = canonicalize(cast(approver));
        await insertVote({ executionId: "a", position: index + 1, approver, body, seal: forgedSeal });
        await expectCounted(["ada"], index + 1);
      }
      expect(await vote(runtime, "bob")).toMatchObject({
        attestation: { approvals: 2 },
        evidence: { votes: [{ approver: "ada" }, { approver: "bob" }] },
      });
    });

    it("count once, however often somebody copied one", async () => {
      const { insertVote } = stores;
      if (insertVote === undefined) return;
      await vote(runtime, "ada");
      const [genuine] = (await stores.reviewTasks.find("a"))?.votes ?? [];
      if (genuine === undefined) throw new Error("ada has voted");
      const body = canonicalize(genuine.vote);
      for (const [index, approver] of ["zed", "ada"].entries()) {
        await insertVote({ executionId: "a", position: index + 1, approver, body, seal: genuine.seal });
        await expectCounted(["ada"], index + 1);
      }
      expect(await vote(runtime, "bob")).toMatchObject({ attestation: { approvals: 2 } });
    });

    it("count when they were cast while another one was being sealed: a rejection ends the review", async () => {
      const { signer, verifier } = environment;
      const slow = {
        keyId: signer.keyId,
        async sign(type: string, payload: Uint8Array) {
          if (type === payloadTypes.voteSeal) {
            clock.advance(50);
            const votedAt = formatTimestamp(clock.now());
            const rejection = cast("bob", { decision: "rejected", votedAt });
            const stored = { vote: rejection, seal: await seal(rejection, about(first), votedAt) };
            await stores.reviewTasks.vote("a", stored);
          }
          return signer.sign(type, payload);
        },
      };
      await vote(runtime, "eve");
      expect(await vote(runtimeOf(slow, verifier), "ada")).toMatchObject({
        attestation: { resolution: "rejected" },
      });
    });

    it("end a review, whatever becomes of those before it", async () => {
      const heir = new LocalSigner(generatePrivateKey());
      const add = [{ role: "runtime", operator: "runtime-operator", publicKey: heir.publicKey }];
      await environment.rotate({ add }, clock.now());
      const after = runtimeWith(heir);
      const request = { policyId: "payouts", policyVersion: "1.0.0", signals: { payment: "b" } };
      await after.execute({ executionId: "b", ...request });
      clock.advance(MINUTE_MS);
      const revoke = [{ keyId: environment.signer.keyId, reason: "stolen" }];
      await environment.rotate({ revoke }, clock.now());
      await after.reload();
      clock.advance(60 * MINUTE_MS);
      await expect(after.reviews.settle()).rejects.toEqual(refusal("INV-101"));
      expect(await stores.log.findResolved("b")).toMatchObject({ decision: "rejected" });
      expect(await stores.log.findResolved("a")).toBeUndefined();
    });

    it("do not count with a seal older than the attestation, whatever the store says of the task", async () => {
      const backdated = await pending("b");
      const sealed = {
        vote: cast("ada"),
        seal: await seal(cast("ada"), about(backdated), cast("ada").votedAt),
      };
      const stored = await stores.reviewTasks.find("b");
      if (stored === undefined) throw new Error("b is pending");
      const task = { ...stored.task, createdAt: first.issuedAt };
      const changed = { ...stored, task, votes: [sealed] };
      const by = { trustRoot: environment.trustRoot };
      expect(await countedReview(changed, by)).toMatchObject({ votes: [], uncounted: 1 });
    });

    it("count after the key that sealed them was rotated", async () => {
      await vote(runtime, "ada");
      clock.advance(MINUTE_MS);
      const heir = new LocalSigner(generatePrivateKey());
      const { keyId } = environment.signer;
      const add = [{ role: "runtime", operator: "runtime-operator", publicKey: heir.publicKey }];
      await environment.rotate({ add, retire: [{ keyId }] }, clock.now());
      const after = runtimeWith(heir);
      await expectCounted(["ada"], 0, after);
      expect(await vote(after, "bob")).toMatchObject({
        attestation: { resolution: "approved", approvals: 2, keyId: heir.keyId },
      });
    });

    it("count when the approver signed before, and the runtime's key came after", async () => {
      const approver = environment.approvers.get("ada");
      if (approver === undefined) throw new Error("ada has a key");
      const signed = await signVote(about(first), cast("ada"), approver);
      const heir = new LocalSigner(generatePrivateKey());
      const add = [{ role: "runtime", operator: "runtime-operator", publicKey: heir.publicKey }];
      await environment.rotate({ add }, clock.now());
      const after = runtimeWith(heir);
      expect(await after.reviews.vote({ executionId: "a", ...signed })).toMatchObject({ approvals: 1 });
    });

    it("do not count with the seal of a key that was revoked, or had run out", async () => {
      const [revoked, retired] = [
        new LocalSigner(generatePrivateKey()),
        new LocalSigner(generatePrivateKey()),
      ];
      const add = [revoked, retired].map(({ publicKey }) => ({
        role: "runtime",
        operator: "another-operator",
        publicKey,
      }));
      await environment.rotate({ add }, clock.now());
      await runtime.reload();
      expect(await vote(runtimeWith(revoked), "ada")).toMatchObject({ state: "pending", approvals: 1 });
      await expectCounted(["ada"], 0);
      clock.advance(MINUTE_MS);
      const revoke = [{ keyId: revoked.keyId, reason: "stolen" }];
      await environment.rotate({ revoke, retire: [{ keyId: retired.keyId }] }, clock.now());
      await runtime.reload();
      await expectCounted([], 1);
      clock.advance(MINUTE_MS);
      const late = cast("kim");
      await stores.reviewTasks.vote("a", {
        vote: late,
        seal: await seal(late, about(first), "2026-11-20T12:03:00.000Z", retired),
      });
      await expectCounted([], 2);
      expect(await vote(runtime, "bob")).toMatchObject({ state: "pending", approvals: 1 });
      expect(await vote(runtime, "eve")).toMatchObject({
        evidence: { votes: [{ approver: "bob" }, { approver: "eve" }] },
      });
    });

    it("are not taken while the runtime's key may not sign: their seal would never count", async () => {
      clock.advance(MINUTE_MS);
      await environment.rotate({ retire: [{ keyId: environment.signer.keyId }] }, clock.now());
      await runtime.reload();
      await expect(vote(runtime, "ada")).rejects.toEqual(refusal("TRUST-035"));
      expect((await stores.reviewTasks.find("a"))?.votes).toEqual([]);
    });
  });

  describe(`${name}: sealed votes under a trust root without runtime keys`, () => {
    it("count by the key of the runtime that asks, and by no other", async () => {
      const environment = await createReviewedEnvironment(true);
      const clock = fixedClock();
      const { replayStore, auditSink, reviewTasks } = await open(clock);
      const stranger = new LocalSigner(generatePrivateKey());
      const runtimeOf = (signer: LocalSigner) =>
        createExecutionRuntime({
          environment: environment.paths,
          signer,
          verifier: new LocalVerifier(signer.publicKey),
          replayStore,
          ...(auditSink && { auditSink, reviewTasks }),
          clock,
        });
      const runtime = runtimeOf(environment.signer);
      const request = { policyId: "payouts", policyVersion: "1.0.0", signals: { payment: "a" } };
      await runtime.execute({ ...request, executionId: "a" });
      const vote = {
        executionId: "a",
        approver: "ada",
        role: "officer",
        decision: "approved",
        reason: "fine",
      } as const;
      expect(await runtime.reviews.vote(vote)).toMatchObject({ approvals: 1 });
      expect(await runtime.reviews.find("a")).toMatchObject({ uncounted: 0, votes: [{ approver: "ada" }] });
      expect(await runtimeOf(stranger).reviews.find("a")).toMatchObject({ uncounted: 1, votes: [] });
      await runtime.close();
      environment.remove();
    });
  });
}
