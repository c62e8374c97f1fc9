import { copyFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openLedger } from "../src/index.js";
import { openLedgerWith } from "../src/open-ledger.js";
import type { SqliteLedger } from "../src/sqlite-ledger.js";
import { facts } from "./records.js";
import { shell, TappedDriver, temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
const [older, newer] = [inDirectory("older.db"), inDirectory("newer.db")];

/** What another process does when it remembers a newer version, in one transaction. */
function remember(path: string): void {
  shell(path, (database) => {
    database.exec(`ATTACH '${newer}' AS newer; BEGIN IMMEDIATE;
INSERT INTO log SELECT * FROM newer.log WHERE seq = 1;
INSERT INTO catalogue SELECT * FROM newer.catalogue WHERE seq = 1;
UPDATE seen_versions SET (version, hash) = (SELECT version, hash FROM newer.seen_versions);
UPDATE counters SET (entries, frontier) = (SELECT entries, frontier FROM newer.counters);
COMMIT`);
  });
}

describe("a version that is remembered between two statements of another process", () => {
  beforeAll(async () => {
    for (const [path, version] of [
      [older, 1],
      [newer, 2],
    ] as const) {
      if (path === newer) copyFileSync(older, newer);
      const ledger = openLedger(path);
      await ledger.versions.remember("policy-index", { version, hash: facts(`index ${String(version)}`) });
      await ledger.close();
    }
  });

  it.each<[string, (ledger: SqliteLedger) => Promise<unknown>, object]>([
    ["the log is verified", (ledger) => ledger.audit.verify(), { verdict: "intact" }],
    [
      "is asked for",
      async (ledger) => ({ seen: await ledger.versions.highest("policy-index") }),
      { seen: {} },
    ],
  ])("is no damage of the ledger (SYS-013) when %s", async (name, ask, answer) => {
    let remembered = true;
    for (let after = 0; remembered; after += 1) {
      const path = inDirectory(`${name}-${String(after)}.db`);
      copyFileSync(older, path);
      const driver = new TappedDriver();
      const ledger = openLedgerWith(driver, path);
      const opened = driver.ran.length;
      remembered = false;
      driver.before = () => {
        if (driver.ran.length !== opened + after + 1) return;
        remembered = true;
        remember(path);
      };
      expect(await ask(ledger)).toMatchObject(answer);
      expect(driver.ran.length).toBeGreaterThan(opened);
      await ledger.close();
    }
  });
});
