import { replayStoreConformance, replayTableConformance } from "@parmanasystems/testkit/conformance";
import { describe } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { advance, postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("conformance");

async function open() {
  const schema = newSchema();
  const store = await openPostgresLedger(postgresUrl, { schema });
  return { store, advance: (ms: number) => advance(schema, ms) };
}

describe.skipIf(!postgresAnswers)("on a real server", () => {
  replayStoreConformance("PostgresLedger", open);
  replayTableConformance("PostgresLedger", open);
});
