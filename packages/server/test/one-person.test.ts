import { sealingTogether } from "@parmanasystems/testkit";
import { describe, expect, it } from "vitest";
import { bearer, testServer } from "./test-server.js";

const given = testServer(["agent-payment"]);

/** Waits for two people from finance. */
const payment = (invoice: string) => ({
  execution_id: invoice,
  policyId: "agent-payment",
  policyVersion: "1.0.0",
  signals: {
    agent_id: "agent-7",
    vendor_id: "vendor-1",
    invoice_number: invoice,
    amount: 100,
    currency: "EUR",
    vendor_verified: true,
    bank_details_changed: true,
    daily_total_after: 100,
    daily_limit: 1_000,
  },
});

describe("a person with two credentials", () => {
  it("is counted once where two must agree, also with both at the same moment (threat 40)", async () => {
    const { keys, environment } = given();
    const { server, runtime } = given().start({}, sealingTogether(environment.signer, 2));
    const credential = (name: string, holder: string | null) =>
      keys.make(name, ["approver", "evaluator"], { approverRoles: ["payments-officer"], holder });
    const agent = keys.make("agent", ["evaluator"], { holder: "service" });
    const plain = credential("alice", null);
    const personal = credential("laptop", "oidc:login.example:248289");
    const post = (url: string, key: string, payload: object) =>
      server.inject({ method: "POST", url, headers: bearer(key), payload });
    const resolve = async (id: string, key: string) => {
      const vote = { decision: "approved", reason: "called the vendor" };
      const answer = await post(`/reviews/${id}/resolve`, key, vote);
      return [answer.statusCode, answer.json<{ code?: string }>().code];
    };

    const asked = await post("/evaluate", agent, payment("together"));
    expect(asked.json()).toMatchObject({ decision: "pending_override" });
    const answers = await Promise.all([plain, personal].map((key) => resolve("together", key)));
    expect(answers.sort()).toEqual([
      [200, undefined],
      [403, "HTTP-020"],
    ]);
    const review = await runtime.reviews.find("together");
    expect(review).toMatchObject({ state: "pending", votes: { length: 1 }, uncounted: 0 });

    // Nor does it decide what was asked for with the other one.
    for (const [id, requester, voter] of [
      ["own-1", plain, personal],
      ["own-2", personal, plain],
    ] as const) {
      await post("/evaluate", requester, payment(id));
      expect(await resolve(id, voter)).toEqual([403, "HTTP-020"]);
      expect(await runtime.reviews.find(id)).toMatchObject({ state: "pending", votes: [] });
    }
  });
});
