import { describe, expect, it } from "vitest";
import { selectDriver } from "../src/driver.js";
import { openLedger } from "../src/index.js";
import { openLedgerWith } from "../src/open-ledger.js";
import { attestedRecord } from "./records.js";
import {
  refusal,
  reservationOf,
  reserveRequest,
  sqliteError,
  TappedDriver,
  temporaryDirectory,
} from "./support.js";

const inDirectory = temporaryDirectory();
let opened = 0;

function openTapped() {
  opened += 1;
  const path = inDirectory(`${String(opened)}.db`);
  const driver = new TappedDriver();
  return { path, driver, ledger: openLedgerWith(driver, path) };
}

const ids = (count: number) => Array.from(Array(count).keys(), (index) => `id-${String(index)}`);

describe("a full database (threat 50)", () => {
  it("acknowledges nothing that is not stored, can be read, and goes on by itself once there is room", async () => {
    const { path, driver, ledger } = openTapped();
    driver.database?.exec("PRAGMA max_page_count = 60");
    const acknowledged: string[] = [];
    const execute = async (id: string) => {
      const held = reservationOf(await ledger.reserve(reserveRequest(id, id)));
      await ledger.appendAndConfirm(held, attestedRecord(held));
      acknowledged.push(id);
    };
    const outcome = await (async () => {
      for (const id of ids(1_000)) await execute(id);
    })().catch((error: unknown) => error);
    expect(outcome).toEqual(refusal("SYS-003"));
    expect(acknowledged.length).toBeGreaterThan(10);
    const stored = async () => (await ledger.entries()).map(({ entry }) => entry.execution_id);
    expect(await stored()).toEqual(acknowledged);
    expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", to: acknowledged.length });

    driver.database?.exec("PRAGMA max_page_count = 1000");
    await execute("after");
    expect(await stored()).toEqual(acknowledged);
    await ledger.close();
    const reopened = openLedger(path);
    expect((await reopened.entries()).map(({ entry }) => entry.execution_id)).toEqual(acknowledged);
    await reopened.close();
  });

  it("gives nobody of the batch what was not stored, and the reservation to who asks again", async () => {
    const { driver, ledger } = openTapped();
    const held = reservationOf(await ledger.reserve(reserveRequest("a", "x")));
    let full = true;
    // As SQLite does it: the commit finds no room, and has rolled back.
    driver.before = (sql) => {
      if (sql !== "COMMIT" || !full) return;
      driver.database?.exec("ROLLBACK");
      throw sqliteError(13, "database or disk is full");
    };
    const answers = await Promise.allSettled([
      ledger.appendAndConfirm(held, attestedRecord(held)),
      ledger.reserve(reserveRequest("b", "y")),
      ledger.requireWritable(),
    ]);
    expect(answers).toMatchObject(answers.map(() => ({ status: "rejected", reason: { code: "SYS-003" } })));
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-003"));
    expect(await ledger.entries()).toEqual([]);
    expect(await ledger.find("b")).toBeUndefined();
    full = false;
    await ledger.requireWritable();
    expect(await ledger.appendAndConfirm(held, attestedRecord(held))).toMatchObject({ seq: 0 });
    expect(await ledger.reserve(reserveRequest("b", "y"))).toMatchObject({ outcome: "reserved" });
    await ledger.close();
  });

  it("is poisoned where the transaction cannot be ended", async () => {
    const { driver, ledger } = openTapped();
    driver.before = (sql) => {
      if (sql === "COMMIT") throw sqliteError(13, "database or disk is full");
      if (sql === "ROLLBACK") throw sqliteError(10, "disk I/O error");
    };
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-004"));
    await expect(ledger.find("a")).rejects.toEqual(refusal("SYS-004"));
    await ledger.close();
  });
});

describe("whether a ledger is writable (threat 50)", () => {
  it("is found by a write that reaches the file", async () => {
    const { path, ledger } = openTapped();
    const other = selectDriver().open(path);
    const version = () => JSON.stringify(other.prepare("PRAGMA data_version").get());
    const before = version();
    await ledger.requireWritable();
    expect(version()).not.toBe(before);
    other.close();
    await ledger.close();
  });

  it("is no longer asked after a failed fsync, which nothing that follows can make good", async () => {
    const { driver, ledger } = openTapped();
    driver.before = (sql) => {
      if (sql === "COMMIT") throw sqliteError(1034, "disk I/O error");
    };
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-004"));
    driver.before = () => undefined;
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-004"));
    await ledger.close();
  });
});
