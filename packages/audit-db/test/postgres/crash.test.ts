import { describe, it } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { ledgerChildren } from "../child-process.js";
import { survivesKills } from "../killed-logs.js";
import { postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("killed");
const startChild = ledgerChildren();

describe.skipIf(!postgresAnswers)("kill -9 of nodes that sign checkpoints", () => {
  it("leaves a whole log, one root for each size, and all that was acknowledged", async () => {
    const schema = newSchema();
    const open = () => openPostgresLedger(postgresUrl, { schema });
    await (await open()).close();
    await survivesKills(startChild, `${postgresUrl}#${schema}`, open);
  });
});
