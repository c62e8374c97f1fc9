import { generateKeyPairSync } from "node:crypto";
import { createNoteSigner } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import type { AuditStorage } from "../src/audit/audit-storage.js";
import { signHead } from "../src/audit/issue-checkpoint.js";
import { TreeReader } from "../src/audit/tree-reader.js";
import { verifyStoredLog } from "../src/audit/verify-log.js";
import { selectDriver } from "../src/driver.js";
import { GroupCommit } from "../src/group-commit.js";
import { openLedger } from "../src/index.js";
import { LogTable } from "../src/log-table.js";
import { sqliteAuditStorage } from "../src/sqlite-audit-storage.js";
import { eventRecord, facts } from "./records.js";
import { temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
const { privateKey } = generateKeyPairSync("ed25519");
const signer = createNoteSigner({
  name: "log.example.com/claims",
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }),
});

/** A log of five entries, and what reads it; the checkpoint lies elsewhere. */
async function logOf(name: string): Promise<{
  readonly path: string;
  readonly storage: AuditStorage;
  readonly remembered: string;
}> {
  const path = inDirectory(`${name}.db`);
  const ledger = openLedger(path);
  for (let index = 0; index < 5; index += 1) {
    const executionId = `${name}-${String(index)}`;
    await ledger.append(
      eventRecord("failed", { executionId, fingerprint: facts(executionId), identity: "execution" }),
    );
  }
  const { size, rootHash } = await ledger.audit.head(3);
  await ledger.close();
  const database = selectDriver().open(path);
  const nobody = { begin: never, commit: never, rollback: never };
  const options = { clock: { now: () => 0 }, maxQueue: 1, busyTimeoutMs: 0 };
  return {
    path,
    storage: sqliteAuditStorage({
      database,
      commit: new GroupCommit(nobody, options),
      log: new LogTable(database),
      read: (question) => question(),
    }),
    remembered: await signHead({ size, rootHash }, signer),
  };
}

function never(): never {
  throw new Error("nothing is written here");
}

describe("a log that grows and is signed while it is verified", () => {
  it("was not cut: the checkpoint covers what came after", async () => {
    const { storage, path } = await logOf("growing");
    const before = [await storage.counters()];
    const ledger = openLedger(path);
    await ledger.append(
      eventRecord("failed", { executionId: "late", fingerprint: facts("late"), identity: "execution" }),
    );
    await ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
    await ledger.close();
    const growing = { ...storage, counters: async () => before.shift() ?? storage.counters() };
    expect(await verifyStoredLog(growing, new TreeReader(storage), {})).toMatchObject({
      verdict: "intact",
      to: 5,
    });
  });
});

describe("a remembered checkpoint", () => {
  it("is compared with what was read again, and not only with the nodes that were stored", async () => {
    const honest = await logOf("honest");
    const other = await logOf("other");
    const verify = (storage: AuditStorage) =>
      verifyStoredLog(storage, new TreeReader(honest.storage), { remembered: honest.remembered });
    expect(await verify(honest.storage)).toMatchObject({ verdict: "intact", to: 5 });
    // The nodes of the one log before the entries of another, and everything beside those fits them.
    expect(await verify({ ...other.storage, hashes: (runs) => honest.storage.hashes(runs) })).toMatchObject({
      verdict: "damaged",
      to: 3,
      problem: { code: "SYS-037" },
    });
  });
});
