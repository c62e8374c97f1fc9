import { replayStoreConformance } from "@parmanasystems/testkit/conformance";
import { describe } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { advance, postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("conformance");

describe.skipIf(!postgresAnswers)("on a real server", () => {
  replayStoreConformance("PostgresLedger", async () => {
    const schema = newSchema();
    const store = await openPostgresLedger(postgresUrl, { schema });
    return { store, advance: (ms) => advance(schema, ms) };
  });
});
