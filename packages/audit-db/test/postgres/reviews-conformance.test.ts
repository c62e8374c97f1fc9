import { reviewsConformance } from "@parmanasystems/testkit/conformance";
import { describe } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("review_life");

describe.skipIf(!postgresAnswers)("on a real server", () => {
  reviewsConformance("PostgreSQL ledger", async () => {
    const ledger = await openPostgresLedger(postgresUrl, { schema: newSchema() });
    return { replayStore: ledger, reviewTasks: ledger.reviewTasks, log: ledger };
  });
});
