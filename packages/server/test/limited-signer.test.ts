import type { LocalSigner } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { limitedSigner, signerProbe } from "../src/index.js";
import { bearer, claim, testServer } from "./test-server.js";

const given = testServer();
let local: LocalSigner;
beforeAll(() => {
  ({ signer: local } = given().environment);
});
const TYPE = "application/vnd.parmana.resolution.v1+json";
const payload = (number: number) => new TextEncoder().encode(`{"number":${String(number)}}`);

/** A signer that takes its time, counts who is inside, and fails for every third. */
function slowSigner() {
  const seen = { inside: 0, most: 0 };
  return {
    seen,
    signer: {
      keyId: local.keyId,
      async sign(type: string, bytes: Uint8Array) {
        seen.inside += 1;
        seen.most = Math.max(seen.most, seen.inside);
        await new Promise((resolve) => setTimeout(resolve, 10));
        seen.inside -= 1;
        if (bytes.includes("3".charCodeAt(0))) throw new Error("the token was pulled out");
        return local.sign(type, bytes);
      },
    },
  };
}

describe("a limited signer (threat 51)", () => {
  it("asks for so many signatures at once, lets so many wait and refuses the rest", async () => {
    const { signer, seen } = slowSigner();
    const limited = limitedSigner(signer, { maxConcurrent: 2, maxWaiting: 3 });
    expect(limited.keyId).toBe(local.keyId);
    const asked = [0, 1, 2, 4, 5, 6, 7].map((number) => limited.sign(TYPE, payload(number)));
    const ended = await Promise.allSettled(asked);
    expect(ended.map(({ status }) => status)).toEqual([
      ...["fulfilled", "fulfilled", "fulfilled", "fulfilled", "fulfilled"],
      ...["rejected", "rejected"],
    ]);
    expect(ended[6]).toMatchObject({ reason: { code: "HTTP-021" } });
    expect(seen.most).toBe(2);
  });

  it("goes on after failures, and signs what it was given, whatever becomes of it", async () => {
    const { signer } = slowSigner();
    const limited = limitedSigner(signer, { maxConcurrent: 1, maxWaiting: 9 });
    const bytes = payload(8);
    const first = limited.sign(TYPE, payload(3));
    const second = limited.sign(TYPE, bytes);
    bytes.fill(0);
    await expect(first).rejects.toThrow("pulled out");
    expect(await second).toEqual(await local.sign(TYPE, payload(8)));
  });
});

describe("a signer that fails (threat 51)", () => {
  it("makes the server answer 503, attest nothing, and say that it is not ready; then it recovers", async () => {
    const { signer: real, verifier } = given().environment;
    let broken = true;
    const signer = {
      keyId: real.keyId,
      sign: async (type: string, bytes: Uint8Array) => {
        if (broken) throw new Error("the token was pulled out");
        return real.sign(type, bytes);
      },
    };
    const { server, ledger } = given().start({}, signer);
    const ready = given().start({ probes: { signer: signerProbe(signer, verifier) } }).server;
    const request = (execution_id: string, more = 0) =>
      ({
        method: "POST",
        url: "/evaluate",
        headers: { "content-type": "application/json", ...bearer(given().evaluator) },
        payload: { ...claim(900_001 + more), execution_id },
      }) as const;
    const ask = (execution_id: string) => server.inject(request(execution_id));
    const failed = await ask("signer-1");
    expect([failed.statusCode, failed.headers["retry-after"]]).toEqual([503, "1"]);
    expect(failed.json()).toMatchObject({ code: "SYS-008" });
    expect(failed.body).not.toContain("pulled");
    expect(await ledger.attestation("signer-1")).toBeUndefined();
    expect((await ready.inject({ url: "/readyz" })).json()).toMatchObject({ ready: false });
    broken = false;
    // Signs nothing until the two others were refused.
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = {
      keyId: signer.keyId,
      sign: async (type: string, bytes: Uint8Array) => {
        await released;
        return signer.sign(type, bytes);
      },
    };
    const { server: crowded } = given().start({}, limitedSigner(slow, { maxConcurrent: 1, maxWaiting: 0 }));
    const refused: unknown[] = [];
    const some = await Promise.all(
      [1, 2, 3].map(async (number) => {
        const answer = await crowded.inject(request(`full-${String(number)}`, number));
        if (answer.statusCode !== 200) refused.push(answer.json());
        if (refused.length === 2) release();
        return answer.statusCode;
      }),
    );
    expect(some.toSorted()).toEqual([200, 503, 503]);
    for (const problem of refused) expect(problem).toMatchObject({ code: "HTTP-021", status: 503 });
    expect((await ask("signer-2")).json()).toMatchObject({ execution_id: "signer-2" });
  });
});
