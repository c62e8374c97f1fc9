import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { auditHome, shell } from "./audit-home.js";

const { directory, ledger, checkpoint, run, execute } = auditHome();
const older = join(directory, "older.db");
const newest = join(directory, "newest.db");
const continues = { exitCode: 1, notes: expect.stringContaining("[SYS-037]") as unknown };

/** As somebody does who restores a ledger: the file, and none of the write-ahead log of another. */
function restore(from: string): void {
  for (const path of [ledger, `${ledger}-wal`, `${ledger}-shm`]) rmSync(path, { force: true });
  copyFileSync(from, ledger);
}

beforeAll(async () => {
  await execute("c-1", 1200);
  copyFileSync(ledger, older);
  await execute("c-2", 1201);
  expect(await run("audit", "checkpoint")).toMatchObject({ exitCode: 0 });
  copyFileSync(ledger, newest);
});

describe("the ledger of a home", () => {
  it("is refused when it is older than the checkpoint that the home remembers (SYS-037)", async () => {
    restore(older);
    expect(await execute("c-2", 1201)).toMatchObject(continues);
    for (const words of [
      ["review", "list"],
      ["audit", "list"],
      ["audit", "show", "c-1"],
      ["audit", "checkpoint"],
    ])
      expect(await run(...words)).toMatchObject(continues);
    expect(await run("policy", "renew")).toMatchObject(continues);
    const { exitCode, out } = await run("audit", "verify");
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^DAMAGED.*\n.*\[SYS-037\] A checkpoint says that the log has 4 entries, and it has 3/,
    );
  });

  it("is refused when it went on otherwise than the checkpoint says", async () => {
    const kept = join(directory, "kept");
    renameSync(checkpoint, kept);
    restore(older);
    await execute("c-3", 1202);
    await execute("c-4", 1203);
    renameSync(kept, checkpoint);
    expect(await execute("c-5", 1204)).toMatchObject(continues);
    expect((await run("audit", "verify", "--json")).out).toContain('"code": "SYS-037"');
  });

  it("is not made anew where it is missing", async () => {
    rmSync(ledger);
    for (const words of [
      ["review", "list"],
      ["audit", "list"],
      ["audit", "verify"],
    ])
      expect(await run(...words)).toMatchObject(continues);
    expect(await execute("c-1", 1200)).toMatchObject(continues);
    expect(existsSync(ledger)).toBe(false);
  });

  it("is refused when the remembered checkpoint is none (SYS-036)", async () => {
    restore(newest);
    const note = readFileSync(checkpoint);
    writeFileSync(checkpoint, "garbage");
    expect(await run("audit", "list")).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[SYS-036]") as unknown,
    });
    writeFileSync(checkpoint, note);
  });

  it("goes on when it was restored from a backup that continues the checkpoint", async () => {
    const backup = join(directory, "backup.db");
    shell(newest, `VACUUM INTO '${backup}'`);
    restore(backup);
    expect(await run("audit", "verify", "--remembered", checkpoint)).toMatchObject({ exitCode: 0 });
    expect(await execute("c-2", 1201)).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[INV-013]") as unknown,
    });
    expect(await execute("c-3", 1202)).toMatchObject({ exitCode: 0 });
  });
});
