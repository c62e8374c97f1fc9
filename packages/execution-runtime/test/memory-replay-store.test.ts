import { sha256 } from "@parmanasystems/canonical";
import { replayStoreConformance, replayTableConformance } from "@parmanasystems/testkit/conformance";
import { describe, expect, it } from "vitest";
import { MemoryReplayStore } from "../src/index.js";

replayStoreConformance("MemoryReplayStore", (clock) => Promise.resolve(new MemoryReplayStore({ clock })));
replayTableConformance("MemoryReplayStore", (clock) => Promise.resolve(new MemoryReplayStore({ clock })));

describe("MemoryReplayStore never forgets a live identity", () => {
  const request = (id: string) =>
    ({ executionId: id, fingerprint: sha256(id), identity: "fingerprint", leaseMs: 1_000 }) as const;

  it("refuses new work when full, and still refuses the first replay (threat 35)", async () => {
    const store = new MemoryReplayStore({ maxSize: 3 });
    for (const id of ["a", "b", "c"]) {
      const answer = await store.reserve(request(id));
      if (answer.outcome === "reserved") {
        await store.confirm(answer.reservation, { state: "confirmed", attestationHash: sha256(id) });
      }
    }
    await expect(store.reserve(request("d"))).rejects.toMatchObject({ code: "SYS-002" });
    expect(await store.reserve(request("a"))).toMatchObject({
      outcome: "replay",
      record: { executionId: "a" },
    });
  });

  it("lets an expired reservation be taken over even when full", async () => {
    let now = 0;
    const store = new MemoryReplayStore({ maxSize: 1, clock: { now: () => now } });
    await store.reserve(request("a"));
    now = 1_000;
    expect(await store.reserve(request("a"))).toMatchObject({ outcome: "reserved", takenOver: true });
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a maxSize of %s", (maxSize) => {
    expect(() => new MemoryReplayStore({ maxSize })).toThrow(expect.objectContaining({ code: "INV-017" }));
  });
});
