import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { ExecutionRuntime } from "@parmanasystems/execution-runtime";
import type { Signer } from "@parmanasystems/signing";
import { beforeEach, describe, expect, it } from "vitest";
import type { FixedClock } from "./fixed-clock.js";
import { executePayout, type ReviewedStores, runtimeOn } from "./reviewed-environment.js";
import { eachReviewed, type OpenStores } from "./reviewed-setting.js";
import { sealingTogether } from "./sealing-together.js";
import type { TestEnvironment } from "./test-environment.js";
import { castBy, sealAs, subjectOf, voteOn } from "./vote-fixtures.js";

const MINUTE_MS = 60 * 1000;

/** That a person with several names is one person, on every kind of store. */
export function samePersonConformance(name: string, open: OpenStores): void {
  describe(`${name}: votes of one person under several names (threat 40)`, () => {
    let environment: TestEnvironment;
    let clock: FixedClock;
    let stores: ReviewedStores;
    let runtime: ExecutionRuntime;
    let first: ExecutionAttestation;

    eachReviewed(open, (setting) => {
      ({ environment, clock, stores, runtime } = setting);
    });
    beforeEach(async () => {
      first = await executePayout(runtime, "a", { requester: "agent:7" });
      clock.advance(MINUTE_MS);
    });

    const runtimeWith = (signer: Signer): ExecutionRuntime =>
      runtimeOn(environment, stores, clock, { signer, verifier: environment.verifier });

    /** Names with the same word before the colon could be one person. */
    const vote = (approver: string, by = runtime, decision: "approved" | "rejected" = "approved") => {
      const [person = ""] = approver.split(":");
      const cast = { executionId: "a", approver, role: "officer", decision, reason: "fine" } as const;
      return by.reviews.vote(cast, (other) => other.startsWith(`${person}:`));
    };
    const refusal = (code: string, otherName: string): unknown =>
      expect.objectContaining({ code, details: expect.objectContaining({ otherName }) as unknown });

    it("count once, with the others of the same moment", async () => {
      const names = ["ada:key", "ada:token", "ada:laptop"];
      const together = runtimeWith(sealingTogether(environment.signer, names.length));
      const ends = await Promise.allSettled(names.map((one) => vote(one, together)));
      const review = await runtime.reviews.find("a");
      expect(review).toMatchObject({ state: "pending", votes: { length: 1 }, uncounted: 0 });
      const counted = review?.votes[0]?.approver ?? "";
      for (const end of ends)
        if (end.status === "fulfilled") expect(end.value).toMatchObject({ approvals: 1 });
        else expect(end.reason).toEqual(refusal("INV-094", counted));
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await vote("bob:key")).toMatchObject({ attestation: { resolution: "approved", approvals: 2 } });
    });

    it("stay as they were cast: the same again is taken, another one under no name", async () => {
      await vote("ada:key");
      expect(await vote("ada:key")).toMatchObject({ state: "pending", approvals: 1 });
      for (const decision of ["approved", "rejected"] as const)
        await expect(vote("ada:token", runtime, decision)).rejects.toEqual(refusal("INV-094", "ada:key"));
      expect((await stores.reviewTasks.find("a"))?.votes).toHaveLength(1);
    });

    it("are refused where the person may have asked for the execution", async () => {
      for (const decision of ["approved", "rejected"] as const)
        await expect(vote("agent:8", runtime, decision)).rejects.toEqual(refusal("INV-090", "agent:7"));
      expect((await stores.reviewTasks.find("a"))?.votes).toEqual([]);
    });

    it("are refused where nobody says at once whose they are, and those beside them are not (INV-017)", async () => {
      await vote("ada:key");
      const cast = voteOn("a", "bob:key");
      const throwing = () => {
        throw new Error("the directory is away");
      };
      const later = () => Promise.resolve(false) as never;
      const beside = executePayout(runtime, "b");
      for (const samePerson of [throwing, later])
        await expect(runtime.reviews.vote(cast, samePerson)).rejects.toMatchObject({ code: "INV-017" });
      expect(await beside).toMatchObject({ decision: "pending_override" });
      expect(await vote("bob:key")).toMatchObject({ attestation: { resolution: "approved", approvals: 2 } });
    });

    it("are taken where one under another name does not count, and refused where it does since", async () => {
      const other = castBy("ada:key");
      await stores.reviewTasks.vote("a", { vote: other, seal: "forged" });
      expect(await vote("ada:token")).toMatchObject({ state: "pending", approvals: 1 });
      await expect(vote("ada:key")).rejects.toEqual(refusal("INV-094", "ada:token"));
      // What was judged is gone by what it says: the same vote with a seal is another one.
      const judged = (await stores.reviewTasks.find("a"))?.votes;
      const seal = await sealAs(environment.signer, subjectOf(first), other);
      await stores.reviewTasks.vote("a", { vote: other, seal }, judged);
      const late = { vote: castBy("ada:laptop"), seal: "never judged" };
      const isAda = (approver: string) => approver.startsWith("ada:");
      await expect(stores.reviewTasks.vote("a", late, judged, isAda)).rejects.toEqual(
        refusal("INV-094", "ada:key"),
      );
    });
  });
}
