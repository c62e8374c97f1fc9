import { canonicalize } from "@parmanasystems/canonical";
import { parseAttestation } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
let started: Started;
beforeAll(() => {
  started = given().start();
});

const post = (url: string, payload: object, headers: Record<string, string>, { server }: Started = started) =>
  server.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...bearer(given().evaluator), ...headers },
    payload,
  });

describe("an Idempotency-Key", () => {
  it("gives the original attestation for the same request, byte for byte", async () => {
    const body = { ...claim(2_000), audience: "payments" };
    const first = await post("/evaluate", body, { "idempotency-key": '"order-1"' });
    const second = await post("/evaluate", body, { "idempotency-key": "order-1" });
    expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
    expect(second.body).toBe(first.body);
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    expect(second.headers["idempotent-replayed"]).toBe("true");
    expect(first.body).toBe(canonicalize(parseAttestation(first.json())));
  });

  it.each([
    ["facts", { ...claim(2_101), audience: "payments" }],
    ["audience", { ...claim(2_100), audience: "else" }],
    ["no audience", claim(2_100)],
    ["action", { ...claim(2_100), audience: "payments", actionHash: `sha256:${"a".repeat(64)}` }],
  ])("refuses other %s under a used key", async (_, body) => {
    await post("/evaluate", { ...claim(2_100), audience: "payments" }, { "idempotency-key": "order-2" });
    const response = await post("/evaluate", body, { "idempotency-key": "order-2" });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ code: "HTTP-011" });
  });

  it("belongs to its caller", async () => {
    const other = given().keys.make("other-service", ["evaluator"]);
    await post("/evaluate", claim(2_200), { "idempotency-key": "order-3" });
    const response = await post("/evaluate", claim(2_201), {
      "idempotency-key": "order-3",
      ...bearer(other),
    });
    expect(response.statusCode).toBe(200);
  });

  it("says that it is burnt where its attempt failed, as an execution_id does", async () => {
    const { signer } = given().environment;
    let broken = true;
    const failing = {
      keyId: signer.keyId,
      sign: async (type: string, bytes: Uint8Array) => {
        if (broken) throw new Error("the token was pulled out");
        return signer.sign(type, bytes);
      },
    };
    const server = given().start({}, failing);
    const ask = (key: string) => post("/evaluate", claim(2_250), { "idempotency-key": key }, server);
    const failed = await ask("burnt-1");
    expect([failed.statusCode, failed.json<{ code: string }>().code]).toEqual([503, "SYS-008"]);
    broken = false;
    const again = await ask("burnt-1");
    expect(again.statusCode).toBe(409);
    expect(again.json()).toMatchObject({
      code: "INV-013",
      execution_id: expect.stringMatching(/^idempotent:[0-9a-f]{64}$/) as string,
      state: "failed",
      detail: "Replay detected: this execution id was burnt by an attempt that failed.",
    });
    // There is nothing to fetch.
    expect(again.headers.location).toBeUndefined();
    const events = (await server.ledger.entries()).map(({ entry }) => entry.event);
    expect(events.slice(-2)).toEqual(["failed", "replay_refused"]);
    expect(events).not.toContain("attested");
    expect((await ask("burnt-2")).statusCode).toBe(200);
  });

  it("decides once for many that come at the same time", async () => {
    const answers = await Promise.all(
      Array.from(Array(20).keys(), () => post("/evaluate", claim(2_300), { "idempotency-key": "order-4" })),
    );
    const bodies = new Set(answers.filter(({ statusCode }) => statusCode === 200).map(({ body }) => body));
    expect(bodies.size).toBe(1);
    for (const { statusCode, headers } of answers.filter((answer) => answer.statusCode !== 200)) {
      expect([statusCode, headers["retry-after"]]).toEqual([409, expect.stringMatching(/^[0-9]+$/)]);
    }
  });

  it.each([
    ["an execution_id beside it", "order-5", { ...claim(2_400), execution_id: "c-1" }],
    ["an empty one", '""', claim(2_400)],
    ["a long one", "k".repeat(256), claim(2_400)],
    ["half a quoted one", '"order', claim(2_400)],
  ])("is refused: %s", async (_, key, body) => {
    const response = await post("/evaluate", body, { "idempotency-key": key });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: "HTTP-010" });
  });
});
