import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewsConformance } from "@parmanasystems/testkit/conformance";
import { afterAll } from "vitest";
import { openLedger } from "../src/index.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-ledger-reviews-"));
let ledgers = 0;
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

reviewsConformance("SQLite ledger", async (clock) => {
  ledgers += 1;
  const ledger = openLedger(join(directory, `ledger-${String(ledgers)}.db`), { clock });
  return { replayStore: ledger, reviewTasks: ledger.reviewTasks, log: ledger };
});
