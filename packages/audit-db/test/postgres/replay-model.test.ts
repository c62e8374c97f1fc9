import { describe, it } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { behavesAsModel } from "../replay-model.js";
import { advance, postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("model");

describe.skipIf(!postgresAnswers)("the PostgreSQL ledger and the memory store are one state machine", () => {
  it("whatever happens, in whatever order", async () => {
    await behavesAsModel(
      async () => {
        const schema = newSchema();
        const ledger = await openPostgresLedger(postgresUrl, { schema });
        return { ledger, advance: (ms) => advance(schema, ms) };
      },
      { runs: 25, scale: 1_000, ignored: ["leaseExpiresAt", "retryAfterMs"] },
    );
  });
});
