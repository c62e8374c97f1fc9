import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replayStoreConformance } from "@parmanasystems/testkit/conformance";
import { afterAll } from "vitest";
import { openLedger } from "../src/index.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-ledger-"));
let opened = 0;

afterAll(() => {
  rmSync(directory, { recursive: true });
});

replayStoreConformance("SqliteLedger", (clock) => {
  opened += 1;
  return Promise.resolve(openLedger(join(directory, `${String(opened)}.db`), { clock }));
});
