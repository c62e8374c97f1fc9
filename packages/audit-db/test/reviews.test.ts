import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewsConformance } from "@parmanasystems/testkit/conformance";
import { afterAll } from "vitest";
import { openLedger } from "../src/index.js";
import { shell } from "./support.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-ledger-reviews-"));
let ledgers = 0;
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

reviewsConformance("SQLite ledger", async (clock) => {
  ledgers += 1;
  const path = join(directory, `ledger-${String(ledgers)}.db`);
  const ledger = openLedger(path, { clock });
  return {
    replayStore: ledger,
    reviewTasks: ledger.reviewTasks,
    log: ledger,
    insertVote: async ({ executionId, position, approver, body, seal }) => {
      shell(path, (database) => {
        const columns = "execution_id, position, approver, body, seal";
        database
          .prepare(`INSERT INTO review_votes (${columns}) VALUES (?, ?, ?, ?, ?)`)
          .run(executionId, position, approver, body, seal);
      });
    },
  };
});
