import { canonicalBytes, canonicalize, formatTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ExecutionAttestation,
  LocalSigner,
  type ReviewVote,
  type SealedVote,
} from "@parmanasystems/execution";
import { countedReview, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import {
  encodeBase64,
  generatePrivateKey,
  payloadTypes,
  type Signer,
  type Verifier,
} from "@parmanasystems/signing";
import { beforeEach, describe, expect, it } from "vitest";
import type { FixedClock } from "./fixed-clock.js";
import { executePayout, type ReviewedStores, runtimeOn } from "./reviewed-environment.js";
import { eachReviewed, expectCounted, type OpenStores } from "./reviewed-setting.js";
import type { TestEnvironment } from "./test-environment.js";
import { castBy as cast, SEALED_AT, sealAs, subjectOf as about, voteOn } from "./vote-fixtures.js";

const MINUTE_MS = 60 * 1000;

/** That a store's votes count only with a seal of their own, on every kind of store. */
export function sealedVotesConformance(name: string, open: OpenStores): void {
  describe(`${name}: sealed votes (threat 40)`, () => {
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

    const runtimeOf = (signer: Signer, verifier: Verifier): ExecutionRuntime =>
      runtimeOn(environment, stores, clock, { signer, verifier });

    const pending = (executionId: string) => executePayout(runtime, executionId);

    const seal = (vote: ReviewVote, subject = about(first), at = SEALED_AT, by = environment.signer) =>
      sealAs(by, subject, vote, at);
    const vote = (by: ExecutionRuntime, approver: string) => by.reviews.vote(voteOn("a", approver));

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
        await expectCounted(runtime, ["ada"], index + 1);
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
        await expectCounted(runtime, ["ada"], index + 1);
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
        await expectCounted(runtime, ["ada"], index + 1);
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
  });
}
