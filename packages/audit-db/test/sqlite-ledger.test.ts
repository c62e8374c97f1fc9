import { fixedClock } from "@parmanasystems/testkit";
import { describe } from "vitest";
import { openLedger } from "../src/index.js";
import { ledgerBehaviour } from "./ledger-behaviour.js";
import { temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
let made = 0;
let clock = fixedClock();
let path = "";

describe("the SQLite ledger", () => {
  const open = () => Promise.resolve(openLedger(path, { clock }));
  ledgerBehaviour({
    create: () => {
      made += 1;
      clock = fixedClock();
      path = inDirectory(`${String(made)}.db`);
      return open();
    },
    open,
    advance: (ms) => {
      clock.advance(ms);
    },
  });
});
