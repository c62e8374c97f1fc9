import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../src/node/index.js";
import { makeDirectory, writeNewFile } from "../../src/node/write-file-atomically.js";
import { times } from "../policy-arbitrary.js";
import { refused, temporaryDirectory } from "./environment-fixtures.js";

const bytes = new TextEncoder().encode("new");

describe("Writing a file atomically", () => {
  it("creates and replaces, with the mode, and leaves nothing else", async () => {
    const directory = temporaryDirectory();
    const path = join(directory, "file");
    await writeFileAtomically(path, new TextEncoder().encode("old"), { mode: 0o644 });
    await writeFileAtomically(path, bytes, { mode: 0o600 });
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["file"]);
  });

  it("replaces a link, not what it points to", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "target"), "old");
    symlinkSync(join(directory, "target"), join(directory, "link"));
    await writeFileAtomically(join(directory, "link"), bytes, { mode: 0o644 });
    expect(readFileSync(join(directory, "target"), "utf8")).toBe("old");
    expect(readFileSync(join(directory, "link"), "utf8")).toBe("new");
  });

  it("fails with a code and leaves the old file and no other", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "taken"));
    for (const path of [join(directory, "taken"), join(directory, "absent", "file")]) {
      await expect(writeFileAtomically(path, bytes, { mode: 0o644 })).rejects.toThrow(refused("TRUST-052"));
    }
    expect(readdirSync(directory)).toEqual(["taken"]);
  });

  it("serves many writers: the file is always one of theirs", async () => {
    const path = join(temporaryDirectory(), "file");
    const contents = times(20, (index) => `${index}`.repeat(10_000));
    await Promise.all(
      contents.map((text) => writeFileAtomically(path, new TextEncoder().encode(text), { mode: 0o644 })),
    );
    expect(contents).toContain(readFileSync(path, "utf8"));
  });
});

describe("Writing a new file", () => {
  it("never overwrites, and follows no link", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "taken"), "old");
    symlinkSync(join(directory, "absent"), join(directory, "link"));
    for (const name of ["taken", "link"]) {
      await expect(writeNewFile(join(directory, name), bytes, { mode: 0o600 })).rejects.toThrow(
        refused("TRUST-051"),
      );
    }
    expect(readdirSync(directory).sort()).toEqual(["link", "taken"]);
    await expect(writeNewFile(join(directory, "x", "y"), bytes, { mode: 0o600 })).rejects.toThrow(
      refused("TRUST-052"),
    );
    await expect(makeDirectory(join(directory, "taken", "x"), 0o755)).rejects.toThrow(refused("TRUST-052"));
  });
});
