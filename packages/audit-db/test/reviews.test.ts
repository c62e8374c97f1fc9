import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalize } from "@parmanasystems/canonical";
import { reviewsConformance } from "@parmanasystems/testkit/conformance";
import { afterAll, describe, expect, it } from "vitest";
import { openLedger } from "../src/index.js";
import { vote } from "./records.js";
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

describe("votes at positions that are no number of JavaScript, in an SQLite ledger", () => {
  it("are read in their order, and keep nobody from voting", async () => {
    const path = join(directory, "positions.db");
    const ledger = openLedger(path);
    const task = {
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      createdAt: "2026-11-20T12:00:00.000Z",
    };
    await ledger.reviewTasks.add({ ...task, executionId: "a" });
    const sealed = (approver: string) => ({ vote: vote(approver), seal: `of ${approver}` });
    const written = new Map([
      ["first", "-9223372036854775808"],
      ["last", "9223372036854775807"],
      ["before", "9223372036854775806"],
    ]);
    for (const [approver, position] of written) {
      const row = `'a', ${position}, '${approver}', '${canonicalize(vote(approver))}', 'of ${approver}'`;
      shell(path, (database) => {
        database.exec(
          `INSERT INTO review_votes (execution_id, position, approver, body, seal) VALUES (${row})`,
        );
      });
    }
    const votes = ["first", "ada", "before", "last"].map(sealed);
    expect(await ledger.reviewTasks.vote("a", sealed("ada"))).toMatchObject({ state: "pending" });
    expect(await ledger.reviewTasks.find("a")).toMatchObject({ votes });
    await ledger.close();
  });
});
