import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { headFile } from "../src/index.js";
import { refusal, temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();

describe("the file that remembers heads", () => {
  it("holds the last note as it is, and makes its directory", async () => {
    const directory = inDirectory("home/audit");
    const heads = headFile(join(directory, "checkpoint"));
    expect(await heads.latest()).toBeUndefined();
    expect(await heads.replace(undefined, "first\n")).toBe(true);
    expect(await heads.replace("first\n", "second \u2014\n")).toBe(true);
    expect(await headFile(join(directory, "checkpoint")).latest()).toBe("second \u2014\n");
    expect(readFileSync(join(directory, "checkpoint"), "utf8")).toBe("second \u2014\n");
    expect(readdirSync(directory)).toEqual(["checkpoint"]);
  });

  it("is never set back: of several at once, one takes the place of what each of them saw", async () => {
    const path = inDirectory("contended");
    const replaced = await Promise.all(
      Array.from({ length: 8 }, (_, nth) => headFile(path).replace(undefined, `note ${String(nth)}\n`)),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
    expect(await headFile(path).latest()).toBe(`note ${String(replaced.indexOf(true))}\n`);
    expect(await headFile(path).replace("something else", "late\n")).toBe(false);
  });

  it("is left alone by a writer that was killed before it was done", async () => {
    const path = inDirectory("killed");
    writeFileSync(path, "old\n");
    writeFileSync(inDirectory(".killed.1234.tmp"), "ne");
    symlinkSync("elsewhere:1:token", inDirectory(".unrelated.lock"));
    const heads = headFile(path);
    expect(await heads.latest()).toBe("old\n");
    expect(await heads.replace("old\n", "new\n")).toBe(true);
  });

  it("is not believed where anybody may write it, nor as a link", async () => {
    const path = inDirectory("open");
    writeFileSync(path, "note\n");
    chmodSync(path, 0o666);
    await expect(headFile(path).latest()).rejects.toEqual(refusal("TRUST-004"));
    const link = inDirectory("link");
    symlinkSync(path, link);
    await expect(headFile(link).latest()).rejects.toEqual(refusal("TRUST-003"));
    const directory = inDirectory("directory");
    mkdirSync(directory);
    await expect(headFile(directory).replace(undefined, "note\n")).rejects.toEqual(refusal("TRUST-003"));
  });

  it("needs a path (SYS-016)", () => {
    expect(() => headFile("")).toThrow(refusal("SYS-016"));
  });
});
