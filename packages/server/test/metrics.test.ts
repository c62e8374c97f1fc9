import { executionSteps } from "@parmanasystems/execution-runtime";
import { createNoteSigner } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
let started: Started;
let broken = false;
let url: string;

beforeAll(async () => {
  started = given().start({
    queues: {
      ledger: () => 7,
      broken: () => {
        if (broken) throw new Error("the store is closed");
        return 1;
      },
    },
  });
  url = await started.server.listen({ host: "127.0.0.1", port: 0 });
});

function evaluate(payload: object) {
  return started.server.inject({
    method: "POST",
    url: "/evaluate",
    headers: { "content-type": "application/json", ...bearer(given().evaluator) },
    payload,
  });
}

async function metrics(): Promise<string> {
  const { body } = await started.server.inject({ url: "/metrics", headers: bearer(given().operator) });
  return body;
}

const valueOf = (text: string, series: string) =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length) ?? NaN,
  );

describe("the metrics of executions", () => {
  it("have the time of every step, from 50 µs to 10 s, and where it was refused", async () => {
    await evaluate(claim(2_001));
    await evaluate(claim(2_001));
    const text = await metrics();
    for (const step of executionSteps) {
      const refused = step === "reserve" ? 1 : 0;
      const done = executionSteps.indexOf(step) < executionSteps.indexOf("reserve") ? 2 : 1;
      const series = (outcome: string) =>
        `parmana_step_duration_seconds_count{step="${step}",outcome="${outcome}"}`;
      expect([valueOf(text, series("done")), valueOf(text, series("refused"))]).toEqual([done, refused]);
    }
    const bounds = Array.from(text.matchAll(/le="([^"]+)",step="evaluate"/g), ([, bound]) => bound);
    expect([bounds[0], bounds.at(-2), bounds.at(-1)]).toEqual(["0.00005", "10", "+Inf"]);
  });

  it("tell how many calls wait for each store, also when one cannot tell", async () => {
    expect(valueOf(await metrics(), 'parmana_queue_depth{queue="ledger"}')).toBe(7);
    broken = true;
    const text = await metrics();
    expect(valueOf(text, 'parmana_queue_depth{queue="ledger"}')).toBe(7);
    expect(text).not.toContain('queue="broken"');
    expect(valueOf(text, "parmana_telemetry_failures_total")).toBe(1);
  });

  it("have the age of the oldest entry that no checkpoint covers", async () => {
    let now = Date.now();
    const clocked = given().start({ clock: { now: () => now } });
    const lag = async () => {
      const { body } = await clocked.server.inject({ url: "/metrics", headers: bearer(given().operator) });
      return valueOf(body, "parmana_log_checkpoint_lag_seconds");
    };
    expect(await lag()).toBe(0);
    await clocked.server.inject({
      method: "POST",
      url: "/evaluate",
      headers: { "content-type": "application/json", ...bearer(given().evaluator) },
      payload: claim(2_003),
    });
    now = Date.now() + 3_600_000;
    expect(Math.round((await lag()) / 60)).toBe(60);
    const signer = createNoteSigner({ name: "log.example.com", privateKey: given().environment.keys.log });
    await clocked.ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
    expect(await lag()).toBe(0);
  });

  it("grow by no name that callers make up, and hold nothing that they state (threat 52)", async () => {
    const hostile = async (round: number) => {
      const name = `canary-${String(round)}`;
      for (const payload of [
        { ...claim(2_002), policyId: name },
        { ...claim(2_002), policyVersion: `1.0.${String(round)}` },
        { ...claim(2_002), execution_id: name, audience: name },
        { ...claim(2_002), signals: { [name]: 31_337_423 } },
        { ...claim(31_337_423 + round) },
      ])
        await evaluate(payload);
      for (const method of ["GET", "PROPFIND", "MKCOL", "SUBSCRIBE"])
        await fetch(`${url}/${name}?${name}=1`, {
          method,
          headers: { ...bearer(name), "user-agent": name },
        });
    };
    await hostile(0);
    const before = await metrics();
    for (let round = 1; round <= 20; round += 1) await hostile(round);
    const after = await metrics();
    const series = (text: string) => text.split("\n").filter((line) => line.startsWith("parmana_")).length;
    expect(series(after)).toBe(series(before));
    expect(after).toContain('method="_OTHER"');
    for (const canary of ["canary", "31337423", "MKCOL", given().evaluator, given().operator])
      expect(after).not.toContain(canary);
  });
});
