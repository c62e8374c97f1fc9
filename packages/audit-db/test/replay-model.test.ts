import { describe, it } from "vitest";
import { openLedger } from "../src/index.js";
import { behavesAsModel } from "./replay-model.js";
import { temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();

describe("the ledger and the memory store are one state machine", () => {
  it("whatever happens, in whatever order", async () => {
    let run = 0;
    await behavesAsModel(
      (clock) => {
        run += 1;
        return Promise.resolve({ ledger: openLedger(inDirectory(`${String(run)}.db`), { clock }) });
      },
      { runs: 60 },
    );
  });
});
