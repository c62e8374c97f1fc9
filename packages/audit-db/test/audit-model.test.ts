import { describe, it } from "vitest";
import { openLedger } from "../src/index.js";
import { staysWhole } from "./audit-model.js";
import { temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
const SEED = 20261121;

describe("the log of an SQLite ledger", () => {
  it(`stays whole, whatever two ledgers on one file are asked, seed ${String(SEED)}`, async () => {
    let made = 0;
    const createPlace = () => {
      made += 1;
      const path = inDirectory(`${String(made)}.db`);
      return () => Promise.resolve(openLedger(path));
    };
    await staysWhole(createPlace, { runs: 25, seed: SEED });
  });
});
