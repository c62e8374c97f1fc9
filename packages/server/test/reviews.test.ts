import type { SealedVote } from "@parmanasystems/execution";
import { payloadTypes, type Signer } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
const vote = { decision: "approved", reason: "seen the papers" };

/** What somebody wrote into the ledger: it says what the caller is about to say, and no runtime sealed it. */
const forged: SealedVote = {
  vote: {
    ...vote,
    approver: "key:maria",
    role: "claims-manager",
    decision: "approved",
    votedAt: "2026-11-20T12:00:00.000Z",
  },
  seal: "forged",
};

describe("stored votes that do not count", () => {
  it("are counted for whoever reads the review, and a vote that they made fail is a conflict (INV-106)", async () => {
    const { approver, auditor, evaluator, environment } = given();
    const forge = () => started.ledger.reviewTasks.vote("review-1", forged);
    const signer: Signer = {
      keyId: environment.signer.keyId,
      async sign(type, payload) {
        if (type === payloadTypes.voteSeal) await forge();
        return environment.signer.sign(type, payload);
      },
    };
    const started: Started = given().start({}, signer);
    const post = (url: string, key: string, payload: object) =>
      started.server.inject({ method: "POST", url, headers: bearer(key), payload });
    const read = async () =>
      (await started.server.inject({ url: "/reviews/review-1", headers: bearer(auditor) })).json<object>();

    await post("/evaluate", evaluator, { ...claim(4_800_000), execution_id: "review-1" });
    expect(await read()).toMatchObject({ state: "pending", votes: [], uncounted: 0 });
    const refused = await post("/reviews/review-1/resolve", approver, vote);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: "INV-106", status: 409 });
    expect(await read()).toMatchObject({ state: "pending", votes: [], uncounted: 1 });
    const claimed = await started.server.inject({
      method: "POST",
      url: "/reviews/review-1/claim",
      headers: bearer(approver),
    });
    expect(claimed.json()).toMatchObject({ claim: { by: "key:maria" }, uncounted: 1 });
    expect((await post("/reviews/review-1/resolve", approver, vote)).json()).toMatchObject({
      state: "resolved",
      resolution: { resolution: "approved" },
    });
    expect(await read()).toMatchObject({ votes: [{ approver: "key:maria" }], uncounted: 1 });
  });
});

describe("the list of reviews", () => {
  it("comes in pages, and says where the next one begins", async () => {
    const { approver } = given();
    const { server, ledger } = given().start();
    const task = {
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      createdAt: "2026-11-20T12:00:00.000Z",
    };
    const ids = Array.from({ length: 102 }, (_, index) => `waiting-${String(index)}`);
    for (const executionId of ids) await ledger.reviewTasks.add({ ...task, executionId });
    const list = async (query: string) => {
      const answer = await server.inject({ url: `/reviews${query}`, headers: bearer(approver) });
      const { reviews, ...rest } = answer.json<{ reviews?: { execution_id: string }[]; next?: string }>();
      return { ...rest, ids: reviews?.map(({ execution_id }) => execution_id) };
    };
    expect(await list("")).toEqual({ ids: ids.slice(0, 100), next: "waiting-99" });
    expect(await list("?after=waiting-99")).toEqual({ ids: ids.slice(100) });
    expect(await list("?limit=102")).toEqual({ ids, next: "waiting-101" });
    expect(await list("?after=waiting-101")).toEqual({ ids: [] });
    await ledger.reviewTasks.settle("waiting-1", "resolved");
    expect(await list("?limit=2&after=waiting-1")).toEqual({ ids: ids.slice(2, 4), next: "waiting-3" });
    for (const query of ["?limit=0", "?limit=1001", "?limit=x", "?after=nobody", "?after=%20", "?cursor=1"])
      expect(await list(query)).toMatchObject({ code: "HTTP-002", status: 400 });
  });
});
