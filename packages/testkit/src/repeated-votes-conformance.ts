import { canonicalize, formatTimestamp } from "@parmanasystems/canonical";
import type { ExecutionAttestation, ReviewVote, SealedVote } from "@parmanasystems/execution";
import { countedReview, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import {
  generatePrivateKey,
  LocalSigner,
  LocalVerifier,
  payloadTypes,
  type Signer,
} from "@parmanasystems/signing";
import { beforeEach, describe, expect, it } from "vitest";
import type { FixedClock } from "./fixed-clock.js";
import { executePayout, type ReviewedStores, runtimeOn } from "./reviewed-environment.js";
import { eachReviewed, type OpenStores } from "./reviewed-setting.js";
import type { TestEnvironment } from "./test-environment.js";
import { castBy, sealAs, subjectOf } from "./vote-fixtures.js";

const MINUTE_MS = 60 * 1000;

/** That stored votes which do not count keep nobody from voting, and those that do are never lost, on every kind of store. */
export function repeatedVotesConformance(name: string, open: OpenStores): void {
  describe(`${name}: a vote under whose approver's name lies one that does not count (threat 40)`, () => {
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

    const runtimeWith = (signer: Signer, { publicKey } = environment.signer): ExecutionRuntime =>
      runtimeOn(environment, stores, clock, { signer, verifier: new LocalVerifier(publicKey) });

    const pending = (executionId: string) => executePayout(runtime, executionId);
    const vote = (approver: string, changes: Partial<ReviewVote> = {}, by = runtime) => {
      const { role, decision, reason } = castBy(approver, changes);
      return by.reviews.vote({ executionId: "a", approver, role, decision, reason });
    };
    const genuine = async (cast: ReviewVote, about = first): Promise<SealedVote> => ({
      vote: cast,
      seal: await sealAs(environment.signer, subjectOf(about), cast),
    });
    const forged = (approver: string, changes: Partial<ReviewVote> = {}): SealedVote => ({
      vote: castBy(approver, changes),
      seal: "forged",
    });
    const refusal = (code: string): unknown => expect.objectContaining({ code });

    async function expectCounted(votes: readonly object[], uncounted: number): Promise<void> {
      expect(await runtime.reviews.settle()).toEqual([]);
      const review = await runtime.reviews.find("a");
      expect(review).toMatchObject({ state: "pending", uncounted, votes });
    }

    /** Votes by a runtime that somebody interrupts when it seals. */
    function interrupted(interrupt: () => Promise<unknown>): ExecutionRuntime {
      const { signer } = environment;
      return runtimeWith({
        keyId: signer.keyId,
        async sign(type: string, payload: Uint8Array) {
          if (type === payloadTypes.voteSeal) await interrupt();
          return signer.sign(type, payload);
        },
      });
    }

    it("is taken and sealed anew when the key behind the first was revoked", async () => {
      const stolen = new LocalSigner(generatePrivateKey());
      const add = [{ role: "runtime", operator: "another-operator", publicKey: stolen.publicKey }];
      await environment.rotate({ add }, clock.now());
      await runtime.reload();
      expect(await vote("ada", {}, runtimeWith(stolen, stolen))).toMatchObject({ approvals: 1 });
      await expectCounted([{ approver: "ada" }], 0);
      const before = (await stores.reviewTasks.find("a"))?.votes ?? [];
      clock.advance(MINUTE_MS);
      await environment.rotate({ revoke: [{ keyId: stolen.keyId, reason: "stolen" }] }, clock.now());
      await runtime.reload();
      await expectCounted([], 1);
      expect(await vote("ada")).toMatchObject({ state: "pending", approvals: 1 });
      await expectCounted([{ approver: "ada", votedAt: formatTimestamp(clock.now()) }], 1);
      // Nothing was taken away, and the vote that counts is as fast as ever.
      expect((await stores.reviewTasks.find("a"))?.votes.slice(0, 1)).toEqual(before);
      clock.advance(MINUTE_MS);
      expect(await vote("ada")).toMatchObject({ state: "pending", approvals: 1 });
      await expect(vote("ada", { reason: "another one" })).rejects.toEqual(refusal("INV-094"));
      expect((await stores.reviewTasks.find("a"))?.votes).toHaveLength(2);
      expect(await vote("bob")).toMatchObject({
        attestation: { resolution: "approved", approvals: 2 },
        evidence: { votes: [{ approver: "ada" }, { approver: "bob" }] },
      });
    });

    it("is taken whatever somebody else wrote there, and may say the contrary", async () => {
      await stores.reviewTasks.vote("a", forged("ada"));
      await expectCounted([], 1);
      expect(await vote("ada", { decision: "rejected" })).toMatchObject({
        attestation: { resolution: "rejected" },
        evidence: { votes: [{ approver: "ada", decision: "rejected" }] },
      });
    });

    it("is taken once, of many at the same moment", async () => {
      await stores.reviewTasks.vote("a", forged("ada", { reason: "forged" }));
      const reasons = ["one", "two", "one", "two"];
      const ends = await Promise.allSettled(reasons.map((reason) => vote("ada", { reason })));
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
      for (const end of ends) if (end.status === "rejected") expect(end.reason).toEqual(refusal("INV-094"));
      expect((await stores.reviewTasks.find("a"))?.votes).toHaveLength(2);
      expect((await runtime.reviews.find("a"))?.votes).toHaveLength(1);
    });

    it("takes no other's place that was sealed meanwhile: that one counts", async () => {
      await stores.reviewTasks.vote("a", forged("ada"));
      const judged = (await stores.reviewTasks.find("a"))?.votes;
      const meanwhile = await genuine(castBy("ada", { reason: "the first one" }));
      const slow = interrupted(() => stores.reviewTasks.vote("a", meanwhile, judged));
      await expect(vote("ada", { reason: "the second one" }, slow)).rejects.toEqual(refusal("INV-094"));
      await expectCounted([{ approver: "ada", reason: "the first one" }], 1);
      expect(await stores.reviewTasks.vote("a", meanwhile, judged)).toMatchObject({
        votes: [forged("ada"), meanwhile],
      });
      // What was judged is gone by what it says, and not by where it lies.
      const others = judged?.map(({ vote: { approver }, seal }) => ({
        vote: castBy(approver, { reason: "x" }),
        seal,
      }));
      const later = await genuine(castBy("ada", { reason: "the third one" }));
      await expect(stores.reviewTasks.vote("a", later, others)).rejects.toEqual(refusal("INV-094"));
    });

    it("is not said to be taken while somebody writes into its place, and taken the next time (INV-106)", async () => {
      const same = interrupted(() => stores.reviewTasks.vote("a", forged("ada")));
      await expect(vote("ada", {}, same)).rejects.toEqual(refusal("INV-106"));
      await expectCounted([], 1);
      expect(await vote("ada")).toMatchObject({ state: "pending", approvals: 1 });
      const other = interrupted(() => stores.reviewTasks.vote("a", forged("bob", { reason: "forged" })));
      await expect(vote("bob", {}, other)).rejects.toEqual(refusal("INV-094"));
      await expectCounted([{ approver: "ada" }], 2);
      expect(await vote("bob")).toMatchObject({ attestation: { resolution: "approved", approvals: 2 } });
    });

    it("is not said to be taken where another one of the approver counts behind one that says the same", async () => {
      for (const changes of [
        { decision: "rejected" },
        { role: "manager" },
        { reason: "another one" },
      ] as const) {
        const executionId = canonicalize(changes).replace(/\W+/g, "-");
        const about = await pending(executionId);
        const forgedSame = forged("ada", { reason: "fine" });
        const votedAt = formatTimestamp(clock.now());
        const otherwise = await genuine(castBy("ada", { ...changes, votedAt }), about);
        const meanwhile = interrupted(async () => {
          await stores.reviewTasks.vote(executionId, forgedSame);
          await stores.reviewTasks.vote(executionId, otherwise, [forgedSame]);
        });
        const cast = {
          executionId,
          approver: "ada",
          role: "officer",
          decision: "approved",
          reason: "fine",
        } as const;
        await expect(meanwhile.reviews.vote(cast)).rejects.toEqual(refusal("INV-094"));
        expect(await runtime.reviews.find(executionId)).toMatchObject({
          votes: [otherwise.vote],
          uncounted: 1,
        });
      }
    });

    it("is refused where both are sealed and contradict each other, in whichever order", async () => {
      const stored = await stores.reviewTasks.find("a");
      if (stored === undefined) throw new Error("a is pending");
      const [approval, rejection] = [
        await genuine(castBy("ada")),
        await genuine(castBy("ada", { decision: "rejected" })),
      ];
      const by = { trustRoot: environment.trustRoot };
      for (const votes of [
        [approval, rejection],
        [rejection, approval],
        [approval, rejection, approval],
      ])
        expect(await countedReview({ ...stored, votes }, by)).toMatchObject({
          votes: [rejection.vote],
          uncounted: votes.length - 1,
        });
    });

    it("is taken where a row that cannot be read lies in its approver's place, and others go on (SYS-004)", async () => {
      const { insertVote } = stores;
      if (insertVote === undefined) return;
      await pending("b");
      const { vote: cast, seal } = await genuine(castBy("ada"));
      const body = canonicalize(cast);
      const rows = [
        { approver: "ada", position: 0, body: "{}", seal },
        { approver: "eve", position: 1, body: "", seal },
        { approver: "kim", position: 3, body: "[1", seal },
        { approver: "lea", position: -1, body: `${body} `, seal },
        { approver: "mia", position: 2_147_483_647, body, seal },
        { approver: "", position: 7, body, seal: "x".repeat(1_025) },
      ];
      for (const [index, row] of rows.entries()) {
        await insertVote({ executionId: "a", ...row });
        await expectCounted([], index + 1);
      }
      const [ada, other] = await Promise.all([
        vote("ada"),
        runtime.reviews.vote({
          executionId: "b",
          approver: "ada",
          role: "officer",
          decision: "approved",
          reason: "fine",
        }),
      ]);
      expect([ada, other]).toMatchObject([{ approvals: 1 }, { approvals: 1 }]);
      await expectCounted([{ approver: "ada" }], rows.length);
      expect(await runtime.reviews.claim("a", "mia")).toMatchObject({ uncounted: rows.length });
      expect(await vote("mia")).toMatchObject({
        attestation: { resolution: "approved", approvals: 2 },
        evidence: { votes: [{ approver: "ada" }, { approver: "mia" }] },
      });
      expect(await runtime.reviews.find("a")).toMatchObject({ state: "resolved", uncounted: rows.length });
    });
  });
}
