import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFileSafely } from "../../src/node/index.js";
import { refused, temporaryDirectory } from "./environment-fixtures.js";

const directory = temporaryDirectory();
const limit = { maxBytes: 16 };

function fileOf(name: string, content: string | Uint8Array, mode = 0o644): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("A file that has to be trusted", () => {
  it.each([0, 1, 16])("is read whole, %d bytes", async (size) => {
    const content = new Uint8Array(size).fill(7);
    const bytes = await readFileSafely(fileOf("file", content), limit);
    expect(bytes).toEqual(content);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  });

  it("is refused above its limit", async () => {
    await expect(readFileSafely(fileOf("large", new Uint8Array(17)), limit)).rejects.toThrow(
      refused("TRUST-005"),
    );
  });

  it("is refused when it or its path is missing (threat 27)", async () => {
    for (const path of ["", join(directory, "absent"), join(directory, "file", "below")]) {
      await expect(readFileSafely(path, limit)).rejects.toThrow(refused("TRUST-001"));
    }
    const unset = undefined as unknown as string;
    await expect(readFileSafely(unset, { ...limit, noun: "The trust root" })).rejects.toThrow(
      "The trust root has no path.",
    );
  });

  it("is refused when it cannot be opened (threat 27)", async () => {
    for (const path of [join(directory, "x".repeat(300)), join(directory, "nul\u0000")]) {
      await expect(readFileSafely(path, limit)).rejects.toThrow(refused("TRUST-002"));
    }
  });

  it("is refused when it is a link, even to a sound file (threat 24)", async () => {
    symlinkSync(fileOf("target", "x"), join(directory, "link"));
    symlinkSync(join(directory, "link"), join(directory, "loop"));
    for (const name of ["link", "loop"]) {
      await expect(readFileSafely(join(directory, name), limit)).rejects.toThrow(refused("TRUST-003"));
    }
  });

  it("is refused when it is a directory, a pipe, a socket or a device, without waiting (threat 24)", async () => {
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", [pipe]);
    const socket = join(directory, "socket");
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once("listening", resolve));
    for (const path of [directory, pipe, socket, "/dev/zero"]) {
      await expect(readFileSafely(path, limit)).rejects.toThrow(refused("TRUST-003"));
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it("is refused when everybody may write it or its directory (threat 24)", async () => {
    await expect(readFileSafely(fileOf("open", "x", 0o646), limit)).rejects.toThrow(refused("TRUST-004"));
    const shared = join(directory, "shared");
    mkdirSync(shared);
    writeFileSync(join(shared, "file"), "x", { mode: 0o644 });
    chmodSync(shared, 0o777);
    await expect(readFileSafely(join(shared, "file"), limit)).rejects.toThrow(refused("TRUST-004"));
    // With the sticky bit, as in /tmp, others cannot replace it.
    chmodSync(shared, 0o1777);
    await expect(readFileSafely(join(shared, "file"), limit)).resolves.toEqual(new TextEncoder().encode("x"));
    symlinkSync(shared, join(directory, "elsewhere"));
    chmodSync(shared, 0o777);
    await expect(readFileSafely(join(directory, "elsewhere", "file"), limit)).rejects.toThrow(
      refused("TRUST-004"),
    );
  });

  it.each([0o640, 0o604, 0o610])("is refused as a private key with mode %o", async (mode) => {
    await expect(readFileSafely(fileOf("key", "x", mode), { ...limit, secret: true })).rejects.toThrow(
      refused("TRUST-004"),
    );
    await expect(readFileSafely(fileOf("key", "x", 0o600), { ...limit, secret: true })).resolves.toHaveLength(
      1,
    );
  });

  it("is refused when it turns out longer than it said", async () => {
    // Files of /proc say that they are empty.
    await expect(readFileSafely("/proc/self/status", { maxBytes: 65536 })).rejects.toThrow(
      refused("TRUST-006"),
    );
  });
});
