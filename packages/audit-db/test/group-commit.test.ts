import { fixedClock } from "@parmanasystems/testkit";
import { describe, expect, it } from "vitest";
import { selectDriver } from "../src/driver.js";
import { openLedger } from "../src/index.js";
import { type LedgerOptions, openLedgerWith } from "../src/open-ledger.js";
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

function openTapped(options: LedgerOptions = {}) {
  opened += 1;
  const path = inDirectory(`${String(opened)}.db`);
  const driver = new TappedDriver();
  const ledger = openLedgerWith(driver, path, options);
  driver.ran.length = 0;
  return { path, driver, ledger };
}

const ids = (count: number) => Array.from(Array(count).keys(), (index) => `id-${String(index)}`);

describe("operations of one turn share one durable write", () => {
  it("begins and commits once for all of them", async () => {
    const { driver, ledger } = openTapped();
    const answers = await Promise.all(ids(200).map((id) => ledger.reserve(reserveRequest(id, id))));
    expect([driver.count("BEGIN IMMEDIATE"), driver.count("COMMIT")]).toEqual([1, 1]);
    await Promise.all(
      answers.map(reservationOf).map((held) => ledger.appendAndConfirm(held, attestedRecord(held))),
    );
    expect([driver.count("BEGIN IMMEDIATE"), driver.count("COMMIT")]).toEqual([2, 2]);
    await ledger.close();
  });

  it("answers nobody before the commit", async () => {
    const { driver, ledger } = openTapped();
    const answered: string[] = [];
    driver.before = (sql) => {
      if (sql === "COMMIT") expect(answered).toEqual([]);
    };
    await Promise.all(
      ids(5).map((id) => ledger.reserve(reserveRequest(id, id)).then(() => answered.push(id))),
    );
    expect(answered).toEqual(ids(5));
    await ledger.close();
  });

  it("lets a refusal be the answer of its own operation only", async () => {
    const { ledger } = openTapped();
    const held = reservationOf(await ledger.reserve(reserveRequest("a", "x")));
    const answers = await Promise.allSettled([
      ledger.appendAndConfirm(held, attestedRecord(held)),
      ledger.appendAndConfirm(held, attestedRecord(held)),
      ledger.append(attestedRecord(held)),
      ledger.resolve("a", "approved"),
      ledger.reserve(reserveRequest("b", "y")),
    ]);
    expect(answers).toMatchObject([
      { status: "fulfilled", value: { seq: 0 } },
      { status: "rejected", reason: { code: "INV-018" } },
      { status: "rejected", reason: { code: "INV-013" } },
      { status: "rejected", reason: { code: "INV-019" } },
      { status: "fulfilled", value: { outcome: "reserved" } },
    ]);
    expect(await ledger.entries()).toHaveLength(1);
    await ledger.close();
  });

  it("splits what would keep the event loop too long", async () => {
    const { driver, ledger } = openTapped();
    await Promise.all(ids(2_500).map((id) => ledger.reserve(reserveRequest(id, id))));
    expect(driver.count("COMMIT")).toBe(3);
    await ledger.close();
  });

  it("refuses what does not fit into the queue, and loses nothing of what did", async () => {
    const { ledger } = openTapped({ maxQueue: 3 });
    const answers = await Promise.allSettled(ids(5).map((id) => ledger.reserve(reserveRequest(id, id))));
    expect(answers.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    expect(answers[4]).toMatchObject({ reason: { code: "SYS-002" } });
    expect(await ledger.find("id-3")).toBeUndefined();
    expect(await ledger.reserve(reserveRequest("id-3", "id-3"))).toMatchObject({ outcome: "reserved" });
    await ledger.close();
  });

  it("answers what is waiting when it is closed, and nothing after", async () => {
    const { path, ledger } = openTapped();
    const waiting = ledger.reserve(reserveRequest("a", "x"));
    const closed = ledger.close();
    await expect(ledger.reserve(reserveRequest("b", "y"))).rejects.toEqual(refusal("SYS-007"));
    expect(await waiting).toMatchObject({ outcome: "reserved" });
    await closed;
    await ledger.close();
    await expect(ledger.entries()).rejects.toEqual(refusal("SYS-007"));
    const reopened = openLedger(path);
    expect(await reopened.find("a")).toMatchObject({ state: "reserved" });
    await reopened.close();
  });
});

describe("an unexpected error poisons the ledger until it is reopened (threat 50)", () => {
  it.each([
    { what: "a write", statement: "INSERT INTO attestations", errcode: 10 },
    { what: "the commit", statement: "COMMIT", errcode: 1034 },
    { what: "the lock", statement: "BEGIN IMMEDIATE", errcode: 11 },
  ])(
    "when $what fails, nobody of the batch is answered with success and nothing is stored",
    async ({ statement, errcode }) => {
      const { path, driver, ledger } = openTapped();
      const held = reservationOf(await ledger.reserve(reserveRequest("a", "x")));
      driver.before = (sql) => {
        if (sql.startsWith(statement)) throw sqliteError(errcode, "disk I/O error");
      };
      const answers = await Promise.allSettled([
        ledger.reserve(reserveRequest("b", "y")),
        ledger.appendAndConfirm(held, attestedRecord(held)),
      ]);
      expect(answers).toMatchObject([{ reason: { code: "SYS-004" } }, { reason: { code: "SYS-004" } }]);
      driver.before = () => undefined;
      await expect(ledger.reserve(reserveRequest("c", "z"))).rejects.toEqual(refusal("SYS-004"));
      await expect(ledger.find("a")).rejects.toEqual(refusal("SYS-004"));
      await ledger.close();

      const reopened = openLedger(path);
      expect(await reopened.entries()).toEqual([]);
      expect(await reopened.find("b")).toBeUndefined();
      await reopened.appendAndConfirm(held, attestedRecord(held));
      await reopened.close();
    },
  );

  it("also those that wait for the next batch, and those that only read", async () => {
    const { driver, ledger } = openTapped();
    driver.before = () => {
      throw sqliteError(10, "disk I/O error");
    };
    const answers = await Promise.allSettled(ids(1_500).map((id) => ledger.reserve(reserveRequest(id, id))));
    expect(answers).toMatchObject(answers.map(() => ({ status: "rejected", reason: { code: "SYS-004" } })));
    await ledger.close();
    const other = openTapped();
    other.driver.before = () => {
      throw sqliteError(11, "database disk image is malformed");
    };
    await expect(other.ledger.find("a")).rejects.toEqual(refusal("SYS-004"));
    await expect(other.ledger.reserve(reserveRequest("a", "x"))).rejects.toEqual(refusal("SYS-004"));
    await other.ledger.close();
  });

  it("also when the rollback fails", async () => {
    const { driver, ledger } = openTapped();
    driver.before = (sql) => {
      if (sql === "COMMIT" || sql === "ROLLBACK") throw sqliteError(10, "disk I/O error");
    };
    await expect(ledger.reserve(reserveRequest("a", "x"))).rejects.toEqual(refusal("SYS-004"));
    await ledger.close();
  });
});

describe("a lock held by another connection", () => {
  it("is waited for while the event loop turns, then refused without poison", async () => {
    const { path, ledger } = openTapped({ busyTimeoutMs: 150 });
    const other = selectDriver().open(path);
    other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    await expect(ledger.reserve(reserveRequest("a", "x"))).rejects.toEqual(refusal("SYS-001"));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(2);
    expect(await ledger.find("a")).toBeUndefined();
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-001"));
    other.exec("ROLLBACK");
    other.close();
    await ledger.requireWritable();
    expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({ outcome: "reserved" });
    await ledger.close();
  });

  it("is outwaited", async () => {
    const { path, ledger } = openTapped();
    const other = selectDriver().open(path);
    other.exec("BEGIN IMMEDIATE");
    const waiting = Promise.all(ids(20).map((id) => ledger.reserve(reserveRequest(id, id))));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const closed = ledger.close();
    other.exec("ROLLBACK");
    other.close();
    expect((await waiting).map(({ outcome }) => outcome)).toEqual(ids(20).map(() => "reserved"));
    await closed;
  });
});

describe("a clock that fails", () => {
  it.each([Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])(
    "at %s stores nothing and poisons nothing",
    async (instant) => {
      const clock = fixedClock();
      let now = () => clock.now();
      const { ledger } = openTapped({ clock: { now: () => now() } });
      now = () => instant;
      await expect(ledger.reserve(reserveRequest("a", "x"))).rejects.toEqual(refusal("SYS-019"));
      now = () => clock.now();
      expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({ outcome: "reserved" });
      await ledger.close();
    },
  );
});
