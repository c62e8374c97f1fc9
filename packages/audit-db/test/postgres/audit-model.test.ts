import { describe, it } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { staysWhole } from "../audit-model.js";
import { postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("whole");
const SEED = 20261121;

describe.skipIf(!postgresAnswers)("the log of a PostgreSQL ledger", () => {
  it(`stays whole, whatever two ledgers on one schema are asked, seed ${String(SEED)}`, async () => {
    const createPlace = () => {
      const schema = newSchema();
      return () => openPostgresLedger(postgresUrl, { schema });
    };
    await staysWhole(createPlace, { runs: 8, seed: SEED });
  });
});
