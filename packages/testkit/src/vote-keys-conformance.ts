import {
  type ExecutionAttestation,
  LocalSigner,
  LocalVerifier,
  type ReviewVote,
  signVote,
} from "@parmanasystems/execution";
import { createExecutionRuntime, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import { generatePrivateKey } from "@parmanasystems/signing";
import { beforeEach, describe, expect, it } from "vitest";
import { type FixedClock, fixedClock } from "./fixed-clock.js";
import {
  createReviewedEnvironment,
  executePayout,
  type ReviewedStores,
  runtimeOn,
} from "./reviewed-environment.js";
import { eachReviewed, expectCounted, type OpenStores } from "./reviewed-setting.js";
import type { TestEnvironment } from "./test-environment.js";
import { castBy as cast, SEALED_AT, sealAs, subjectOf as about, voteOn } from "./vote-fixtures.js";

const MINUTE_MS = 60 * 1000;

/** That a seal holds as long as the key behind it does, on every kind of store. */
export function voteKeysConformance(name: string, open: OpenStores): void {
  describe(`${name}: sealed votes, and the keys that sealed them (threat 40)`, () => {
    let environment: TestEnvironment;
    let clock: FixedClock;
    let stores: ReviewedStores;
    let runtime: ExecutionRuntime;
    let first: ExecutionAttestation;

    eachReviewed(open, (setting) => {
      ({ environment, clock, stores, runtime } = setting);
    });
    beforeEach(async () => {
      first = await pending("a");
      clock.advance(MINUTE_MS);
    });

    const runtimeWith = (signer: LocalSigner): ExecutionRuntime =>
      runtimeOn(environment, stores, clock, { signer, verifier: new LocalVerifier(signer.publicKey) });

    const pending = (executionId: string) => executePayout(runtime, executionId);

    const seal = (vote: ReviewVote, subject = about(first), at = SEALED_AT, by = environment.signer) =>
      sealAs(by, subject, vote, at);
    const vote = (by: ExecutionRuntime, approver: string) => by.reviews.vote(voteOn("a", approver));
    const refusal = (code: string): unknown => expect.objectContaining({ code });

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

    it("count after the key that sealed them was rotated", async () => {
      await vote(runtime, "ada");
      clock.advance(MINUTE_MS);
      const heir = new LocalSigner(generatePrivateKey());
      const { keyId } = environment.signer;
      const add = [{ role: "runtime", operator: "runtime-operator", publicKey: heir.publicKey }];
      await environment.rotate({ add, retire: [{ keyId }] }, clock.now());
      const after = runtimeWith(heir);
      await expectCounted(after, ["ada"], 0);
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
      await expectCounted(runtime, ["ada"], 0);
      clock.advance(MINUTE_MS);
      const revoke = [{ keyId: revoked.keyId, reason: "stolen" }];
      await environment.rotate({ revoke, retire: [{ keyId: retired.keyId }] }, clock.now());
      await runtime.reload();
      await expectCounted(runtime, [], 1);
      clock.advance(MINUTE_MS);
      const late = cast("kim");
      await stores.reviewTasks.vote("a", {
        vote: late,
        seal: await seal(late, about(first), "2026-11-20T12:03:00.000Z", retired),
      });
      await expectCounted(runtime, [], 2);
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
