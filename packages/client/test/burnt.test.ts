import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../src/index.js";
import { cuttingProxy } from "./cutting-proxy.js";
import { claim, type RealServer, realServer } from "./real-server.js";

const given = realServer();
let server: RealServer;
/** So many attempts to come will fail at the signer. */
let failures = 0;
beforeAll(async () => {
  const { signer } = given();
  const failing = {
    keyId: signer.keyId,
    sign: async (type: string, payload: Uint8Array) => {
      failures -= 1;
      if (failures >= 0) throw new Error("the token was pulled out");
      return signer.sign(type, payload);
    },
  };
  server = await given().start({ signer: failing, limits: { requestsPerSecond: 0 } });
});

let seen = 0;
afterEach(async () => {
  seen = (await server.ledger.entries({ from: 0, limit: 1_000 })).length;
});

/** What the log holds of this test. */
async function events(): Promise<string[]> {
  const entries = await server.ledger.entries({ from: seen, limit: 1_000 });
  return entries.map(({ entry }) => entry.event).filter((event) => !event.endsWith("_changed"));
}

const clientOf = (baseUrl: string) => createClient({ baseUrl, apiKey: given().apiKey });

describe("a key that a failed attempt burnt", () => {
  it("is left for another one where the client made it: the execution happens, once", async () => {
    failures = 1;
    const { attestation, replayed } = await clientOf(server.url).evaluate(claim());
    expect(replayed).toBe(false);
    expect(await server.ledger.attestation(attestation.execution_id)).toEqual(attestation);
    expect(await events()).toEqual(["failed", "replay_refused", "attested"]);
  });

  it("is left once for each call", async () => {
    failures = 2;
    await expect(clientOf(server.url).evaluate(claim())).rejects.toMatchObject({
      code: "INV-013",
      problem: { state: "failed" },
      outcomeUnknown: false,
    });
    expect(await events()).toEqual(["failed", "replay_refused", "failed", "replay_refused"]);
  });

  it("is left for the facts that were given, whatever becomes of the object", async () => {
    failures = 1;
    const facts = claim();
    const { claim_amount: amount } = facts.signals;
    const coming = clientOf(server.url).evaluate(facts);
    facts.signals.claim_amount += 1_000_000;
    const { attestation } = await coming;
    const again = clientOf(server.url).evaluate({
      ...facts,
      signals: { ...facts.signals, claim_amount: amount },
    });
    await expect(again).rejects.toMatchObject({ problem: { execution_id: attestation.execution_id } });
  });

  it("is never left where the caller named it, who is told that nothing was executed", async () => {
    failures = 1;
    const client = clientOf(server.url);
    const facts = claim();
    await expect(client.evaluate(facts, { idempotencyKey: "order-1" })).rejects.toMatchObject({
      code: "INV-013",
      problem: { state: "failed" },
      outcomeUnknown: false,
    });
    expect(await events()).toEqual(["failed", "replay_refused"]);
    expect(await client.evaluate(facts, { idempotencyKey: "order-2" })).toMatchObject({ replayed: false });
  });

  it("is said of the caller's own execution id, too", async () => {
    failures = 1;
    const facts = { ...claim(), execution_id: "own-1" };
    await expect(clientOf(server.url).evaluate(facts)).rejects.toMatchObject({
      problem: { execution_id: "own-1", state: "failed" },
      outcomeUnknown: false,
    });
  });

  it("is not left while a request that was not answered may be at work", async () => {
    failures = 1;
    const proxy = await cuttingProxy(() => server.port, { cuts: 1 });
    await expect(clientOf(proxy.url).evaluate(claim())).rejects.toMatchObject({
      code: "INV-013",
      problem: { state: "failed" },
      outcomeUnknown: true,
    });
    await proxy.close();
    expect(await events()).toEqual(["failed", "replay_refused"]);
  });
});
