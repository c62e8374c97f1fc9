import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const WIDTH = 256;

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** A client of a tiled log, from the text of C2SP tlog-tiles and RFC 6962 alone. Nothing of the ledger is used here. */
export class TileLog {
  readonly #directory: string;
  readonly #tiles = new Map<string, Buffer>();
  /** What the checkpoint says. */
  readonly size: number;
  readonly origin: string;
  readonly rootHash: Buffer;

  constructor(directory: string) {
    this.#directory = directory;
    const [origin = "", size, root = ""] = readFileSync(join(directory, "checkpoint"), "utf8").split("\n");
    this.origin = origin;
    this.size = Number(size);
    this.rootHash = Buffer.from(root, "base64");
  }

  rootFromTiles(size = this.size): Buffer {
    return size === 0 ? sha256() : this.#range(0, size);
  }

  rootFromEntries(): Buffer {
    const stack: { width: number; hash: Buffer }[] = [];
    for (const entry of this.entries()) {
      stack.push({ width: 1, hash: sha256(Buffer.of(0), entry) });
      for (;;) {
        const [left, right] = stack.slice(-2);
        if (left === undefined || right === undefined || left.width !== right.width) break;
        stack.splice(-2, 2, { width: 2 * left.width, hash: sha256(Buffer.of(1), left.hash, right.hash) });
      }
    }
    const hashes = stack.map(({ hash }) => hash);
    if (hashes.length === 0) return sha256();
    return hashes.reduceRight((right, left) => sha256(Buffer.of(1), left, right));
  }

  *entries(): Generator<Buffer> {
    for (let index = 0; index * WIDTH < this.size; index += 1) {
      const width = Math.min(WIDTH, this.size - index * WIDTH);
      const bundle = this.#read(`tile/entries/${spelled(index, width)}`);
      let at = 0;
      for (let nth = 0; nth < width; nth += 1) {
        const length = bundle.readUInt16BE(at);
        yield bundle.subarray(at + 2, at + 2 + length);
        at += 2 + length;
      }
      if (at !== bundle.length) throw new Error("a bundle has more bytes than entries");
    }
  }

  /** RFC 6962 section 2.1.1: PATH(index, D[0:size]). */
  inclusionProof(index: number, size = this.size): Buffer[] {
    const path = (begin: number, end: number): Buffer[] => {
      if (end - begin === 1) return [];
      const middle = begin + split(end - begin);
      return index < middle
        ? [...path(begin, middle), this.#range(middle, end)]
        : [...path(middle, end), this.#range(begin, middle)];
    };
    return path(0, size);
  }

  /** RFC 6962 section 2.1.2: PROOF(oldSize, D[0:size]). */
  consistencyProof(oldSize: number, size = this.size): Buffer[] {
    const subproof = (begin: number, end: number, known: boolean): Buffer[] => {
      if (oldSize === end) return known ? [] : [this.#range(begin, end)];
      const middle = begin + split(end - begin);
      return oldSize <= middle
        ? [...subproof(begin, middle, known), this.#range(middle, end)]
        : [...subproof(middle, end, false), this.#range(begin, middle)];
    };
    return subproof(0, size, true);
  }

  /** The resources that a log of this size must have, by section "Partial Tiles" of the specification. */
  static resources(size: number): string[] {
    const paths = ["checkpoint"];
    for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / WIDTH)) {
      for (let index = 0; index * WIDTH < hashes; index += 1) {
        const tile = spelled(index, Math.min(WIDTH, hashes - index * WIDTH));
        paths.push(`tile/${String(level)}/${tile}`);
        if (level === 0) paths.push(`tile/entries/${tile}`);
      }
    }
    return paths.sort();
  }

  /** MTH(D[begin:end]). */
  #range(begin: number, end: number): Buffer {
    const count = end - begin;
    const height = Math.log2(count);
    if (Number.isInteger(height) && begin % count === 0) return this.#node(height, begin / count);
    const middle = begin + split(count);
    return sha256(Buffer.of(1), this.#range(begin, middle), this.#range(middle, end));
  }

  #node(height: number, position: number): Buffer {
    if (height % 8 !== 0)
      return sha256(
        Buffer.of(1),
        this.#node(height - 1, 2 * position),
        this.#node(height - 1, 2 * position + 1),
      );
    const level = height / 8;
    const index = Math.floor(position / WIDTH);
    const width = Math.min(WIDTH, Math.floor(this.size / WIDTH ** level) - index * WIDTH);
    const tile = this.#read(`tile/${String(level)}/${spelled(index, width)}`);
    if (tile.length !== width * 32) throw new Error("a tile has another width than its name says");
    const at = (position % WIDTH) * 32;
    return tile.subarray(at, at + 32);
  }

  /** A partial tile may be gone once the full one is there. */
  #read(path: string): Buffer {
    const known = this.#tiles.get(path);
    if (known !== undefined) return known;
    const bytes = readFileSync(join(this.#directory, path));
    if (this.#tiles.size < 2_000) this.#tiles.set(path, bytes);
    return bytes;
  }
}

/** Every file below the directory. */
export function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name).slice(directory.length + 1))
    .sort();
}

function spelled(index: number, width: number): string {
  let rest = index;
  let path = String(rest % 1_000).padStart(3, "0");
  while (rest >= 1_000) {
    rest = Math.floor(rest / 1_000);
    path = `x${String(rest % 1_000).padStart(3, "0")}/${path}`;
  }
  return width < WIDTH ? `${path}.p/${String(width)}` : path;
}

function split(count: number): number {
  let power = 1;
  while (2 * power < count) power *= 2;
  return power;
}
