import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withDirectoryLock } from "../../src/node/directory-lock.js";
import { refused, temporaryDirectory } from "./environment-fixtures.js";

/** The id of a process that has ended. */
function goneProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

describe("The lock of a directory", () => {
  it("lets one worker in at a time and is gone afterwards", async () => {
    const directory = temporaryDirectory();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(2);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withDirectoryLock(directory, work)));
    expect(most).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is released when the work fails", async () => {
    const directory = temporaryDirectory();
    const failing = withDirectoryLock(directory, () => Promise.reject(new Error("disk full")));
    await expect(failing).rejects.toThrow("disk full");
    expect(await withDirectoryLock(directory, () => Promise.resolve(7))).toBe(7);
  });

  it("is broken when its holder no longer runs, by one of many that wait", async () => {
    const directory = temporaryDirectory();
    symlinkSync(`${hostname()}:${goneProcess()}:token`, join(directory, ".parmana.lock"));
    let inside = 0;
    const work = async (): Promise<number> => {
      inside += 1;
      await sleep(1);
      return inside--;
    };
    expect(await Promise.all(Array.from({ length: 8 }, () => withDirectoryLock(directory, work)))).toEqual(
      new Array(8).fill(1),
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is waited for when its holder runs, or may run elsewhere", async () => {
    for (const owner of [
      `${hostname()}:${process.pid}:token`,
      `another-host:${goneProcess()}:token`,
      "nonsense",
    ]) {
      const directory = temporaryDirectory();
      const lock = join(directory, ".parmana.lock");
      symlinkSync(owner, lock);
      let entered = false;
      const waiting = withDirectoryLock(directory, () => Promise.resolve((entered = true)));
      await sleep(100);
      expect(entered).toBe(false);
      rmSync(lock);
      await waiting;
      expect(entered).toBe(true);
    }
  });

  it("is given up after a while", async () => {
    const directory = temporaryDirectory();
    symlinkSync("another-host:1:token", join(directory, ".parmana.lock"));
    await expect(withDirectoryLock(directory, () => Promise.resolve(), 50)).rejects.toThrow(
      refused("TRUST-053"),
    );
  });

  it("cannot be taken where there is no directory", async () => {
    const absent = join(temporaryDirectory(), "absent");
    await expect(withDirectoryLock(absent, () => Promise.resolve())).rejects.toThrow(refused("TRUST-052"));
  });
});
