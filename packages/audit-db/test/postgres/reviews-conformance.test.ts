import { reviewsConformance } from "@parmanasystems/testkit/conformance";
import { describe } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("review_life");

describe.skipIf(!postgresAnswers)("on a real server", () => {
  reviewsConformance("PostgreSQL ledger", async () => {
    const schema = newSchema();
    const ledger = await openPostgresLedger(postgresUrl, { schema });
    return {
      replayStore: ledger,
      reviewTasks: ledger.reviewTasks,
      log: ledger,
      insertVote: async ({ executionId, position, approver, body, seal }) => {
        const texts = [executionId, approver, body, seal].map((text) => `'${text.replaceAll("'", "''")}'`);
        await sql(
          `INSERT INTO ${schema}.review_votes (position, execution_id, approver, body, seal) VALUES (${String(position)}, ${texts.join(", ")})`,
        );
      },
    };
  });
});
