import { describe } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { ledgerBehaviour } from "../ledger-behaviour.js";
import { advance, postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("behaviour");
let schema: string;

describe.skipIf(!postgresAnswers)("the PostgreSQL ledger", () => {
  const open = () => openPostgresLedger(postgresUrl, { schema });
  ledgerBehaviour({
    create: () => {
      schema = newSchema();
      return open();
    },
    open,
    advance: (ms) => advance(schema, ms),
  });
});
