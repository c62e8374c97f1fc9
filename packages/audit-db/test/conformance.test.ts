import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replayStoreConformance, replayTableConformance } from "@parmanasystems/testkit/conformance";
import { afterAll } from "vitest";
import type { FixedClock } from "@parmanasystems/testkit";
import { openLedger } from "../src/index.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-ledger-"));
let opened = 0;

afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function open(clock: FixedClock) {
  opened += 1;
  return openLedger(join(directory, `${String(opened)}.db`), { clock });
}

replayStoreConformance("SqliteLedger", open);
replayTableConformance("SqliteLedger", open);
