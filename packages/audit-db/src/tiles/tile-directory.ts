import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LedgerError } from "../errors.js";

const CHECKPOINT = "checkpoint";
const MAX_CHECKPOINT_BYTES = 65_536;

/**
 * A directory that any web server may serve. A file appears under its name when it is whole and on the disk, and is never
 * written again; the checkpoint alone is replaced, after everything under it.
 */
export class TileDirectory {
  written = 0;
  kept = 0;
  readonly #directory: string;
  readonly #changed = new Set<string>();

  constructor(directory: string) {
    this.#directory = resolve(directory);
  }

  /** What an export before this one ended with. @throws LedgerError SYS-039; what the file system throws */
  async checkpoint(): Promise<string | undefined> {
    const size = await this.#sizeOf(CHECKPOINT);
    if (size === undefined) return undefined;
    if (size > MAX_CHECKPOINT_BYTES) this.#differs(CHECKPOINT);
    return readFile(join(this.#directory, CHECKPOINT), "utf8");
  }

  /** Leaves a file that has these very bytes as it is. @throws LedgerError SYS-039 when it has others */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    if (await this.#holds(name, bytes)) {
      this.kept += 1;
      return;
    }
    await this.#place(name, bytes, async (temporary, path) => {
      try {
        // Unlike a rename, a link never takes the place of a file that came in between.
        await link(temporary, path);
      } catch (error) {
        if (!isCode(error, "EEXIST")) throw error;
        if (!(await this.#holds(name, bytes))) this.#differs(name);
      } finally {
        await unlink(temporary);
      }
    });
    this.written += 1;
  }

  /** Everything else is on the disk before the checkpoint that promises it. */
  async finish(note: string): Promise<void> {
    await this.#syncDirectories();
    await this.#place(CHECKPOINT, Buffer.from(note), rename);
    await this.#syncDirectories();
  }

  async #place(
    name: string,
    bytes: Uint8Array,
    put: (temporary: string, path: string) => Promise<void>,
  ): Promise<void> {
    const path = join(this.#directory, name);
    await this.#makeFolder(dirname(path));
    const temporary = `${path}.${randomUUID()}.tmp`;
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(temporary, path);
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#changed.has(folder)) return;
    await mkdir(folder, { recursive: true });
    let above = folder;
    for (; above !== this.#directory; above = dirname(above)) this.#changed.add(above);
    this.#changed.add(above);
  }

  async #syncDirectories(): Promise<void> {
    for (const path of this.#changed) {
      const folder = await open(path, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    }
    this.#changed.clear();
  }

  /** @throws LedgerError SYS-039 */
  async #holds(name: string, bytes: Uint8Array): Promise<boolean> {
    const size = await this.#sizeOf(name);
    if (size === undefined) return false;
    if (size === bytes.length && (await readFile(join(this.#directory, name))).equals(bytes)) return true;
    return this.#differs(name);
  }

  async #sizeOf(name: string): Promise<number | undefined> {
    try {
      const found = await stat(join(this.#directory, name));
      return found.isFile() ? found.size : this.#differs(name);
    } catch (error) {
      if (isCode(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  #differs(name: string): never {
    throw new LedgerError(
      "SYS-039",
      `The file ${join(this.#directory, name)} is not what the log says that it must be; it was left as it is.`,
      { details: { path: join(this.#directory, name) } },
    );
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
