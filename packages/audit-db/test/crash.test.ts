import { chmodSync, mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leafHash, openLedger, type SqliteLedger } from "../src/index.js";
import { inShell, ledgerChildren, pause, told } from "./child-process.js";
import { survivesKills } from "./killed-logs.js";
import { attestedRecord } from "./records.js";
import { reservationOf, reserveRequest, shell, temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
const startChild = ledgerChildren();
const SEED = 20261120;
const KILLS = 12;
const LONGER_THAN_A_LEASE_MS = 120_000;

/** mulberry32: the kills of a run can be repeated from its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function acknowledgements(lines: readonly string[]): [number, string][] {
  return lines
    .filter((line) => line.startsWith("ack "))
    .map((line) => {
      const [, seq, executionId = ""] = line.split(" ");
      return [Number(seq), executionId];
    });
}

/** Every entry re-hashed, in order and without a gap; attested ids at most once. */
async function verifyWholeLog(ledger: SqliteLedger): Promise<Map<string, number>> {
  const attested = new Map<string, number>();
  let next = 0;
  for (let page = await ledger.entries(); page.length > 0; page = await ledger.entries({ from: next })) {
    for (const { seq, bytes, leafHash: stored, entry } of page) {
      expect(seq).toBe(next);
      expect(leafHash(bytes)).toBe(stored);
      expect(attested.has(entry.execution_id)).toBe(false);
      attested.set(entry.execution_id, seq);
      next += 1;
    }
  }
  return attested;
}

/** Reservations of the killed are taken over after their lease, and end as any other. */
async function recoverOrphans(path: string, ledger: SqliteLedger): Promise<void> {
  for (const executionId of orphans(path)) {
    const before = await ledger.find(executionId);
    const answer = await ledger.reserve(reserveRequest(executionId, executionId));
    expect(answer).toMatchObject({ outcome: "reserved", takenOver: true });
    const reservation = reservationOf(answer);
    expect(reservation.fencing).toBeGreaterThan(before?.fencing ?? Number.POSITIVE_INFINITY);
    await ledger.appendAndConfirm(reservation, attestedRecord(reservation));
  }
  expect(orphans(path)).toEqual([]);
  await verifyWholeLog(ledger);
}

function orphans(path: string): string[] {
  let found: string[] = [];
  shell(path, (database) => {
    const row = database
      .prepare("SELECT json_group_array(execution_id) AS ids FROM replay WHERE state = 'reserved'")
      .get();
    found = JSON.parse(String(Reflect.get(Object(row), "ids"))) as string[];
  });
  return found;
}

describe("kill -9 at any moment (threat 37)", () => {
  it(`loses nothing that was acknowledged, and doubles nothing, seed ${String(SEED)}`, async () => {
    const path = inDirectory("killed.db");
    const random = randomFrom(SEED);
    const acknowledged = new Map<string, number>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = startChild("append", path, `run${String(kill)}`, "1000000");
      const enough = Math.floor(random() * 400);
      await told(child, (lines) => lines.length > enough);
      await pause(random() * 5);
      child.process.kill("SIGKILL");
      expect(await child.ended).toBe("SIGKILL");
      for (const [seq, executionId] of acknowledgements(child.lines)) acknowledged.set(executionId, seq);

      const ledger = openLedger(path);
      const attested = await verifyWholeLog(ledger);
      for (const [executionId, seq] of acknowledged) expect(attested.get(executionId)).toBe(seq);
      // What was stored in the instant of death may lack its acknowledgement; there are at most as many as were in flight.
      expect(attested.size - acknowledged.size).toBeLessThanOrEqual(16 * (kill + 1));
      await ledger.close();
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS);
    const ledger = openLedger(path, { clock: { now: () => Date.now() + LONGER_THAN_A_LEASE_MS } });
    for (const executionId of [...acknowledged.keys()].slice(-20)) {
      const answer = await ledger.reserve(reserveRequest(executionId, executionId));
      expect(answer).toMatchObject({ outcome: "replay", record: { state: "confirmed" } });
    }
    await recoverOrphans(path, ledger);
    await ledger.close();
  });
});

describe("kill -9 while checkpoints are signed", () => {
  it("leaves a whole log, one root for each size, and all that was acknowledged", async () => {
    const path = inDirectory("signed.db");
    await survivesKills(startChild, path, () => Promise.resolve(openLedger(path)));
  });
});

describe("a disk that is really full (threat 50)", () => {
  it("stops at the first write that fails, and everything acknowledged is there afterwards", async () => {
    const path = inDirectory("full.db");
    // No file of the child may grow beyond 1 MiB; the kernel refuses the write as it does on a full disk.
    const child = inShell("ulimit -f 2048", "append", path, "full", "1000000");
    expect(await child.ended).toBe(0);
    const acknowledged = acknowledgements(child.lines);
    expect(acknowledged.length).toBeGreaterThan(16);
    expect(child.lines.at(-1)).toBe("error SYS-004");

    const ledger = openLedger(path);
    const attested = await verifyWholeLog(ledger);
    for (const [seq, executionId] of acknowledged) expect(attested.get(executionId)).toBe(seq);
    expect(await ledger.reserve(reserveRequest("after", "after"))).toMatchObject({ outcome: "reserved" });
    await ledger.close();
  });
});

describe("a file that this user may not write", () => {
  // Root may write everything, so the child becomes nobody.
  it.runIf(process.getuid?.() === 0).each([
    { what: "a read-only file", file: 0o644, directory: 0o777 },
    { what: "a read-only directory", file: 0o666 & ~0o002, directory: 0o755 },
    { what: "a secret file", file: 0o600, directory: 0o777 },
  ])("$what is refused", async ({ what, file, directory }) => {
    const folder = inDirectory(what);
    mkdirSync(folder);
    const path = `${folder}/ledger.db`;
    await openLedger(path).close();
    chmodSync(path, file);
    chmodSync(inDirectory("."), 0o755);
    chmodSync(folder, directory);
    const child = startChild("open-as-nobody", path);
    await child.ended;
    expect(child.lines).toEqual(["error SYS-012"]);
  });
});
