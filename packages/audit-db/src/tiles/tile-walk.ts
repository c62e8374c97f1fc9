import type { AuditStorage, StoredCheckpoint } from "../audit/audit-storage.js";
import { requireSameRoot } from "../audit/issue-checkpoint.js";
import { damaged, type StoredEntry } from "../stored-entry.js";
import { rawHash } from "../row.js";
import { Frontier } from "../tree/frontier.js";
import { brokenNode, hashOfRun } from "../tree/stored-nodes.js";
import { subtreesOf } from "../tree/subtrees.js";
import type { TileDirectory } from "./tile-directory.js";
import { bundlePath, TILE_WIDTH, tilePath } from "./tile-path.js";

/** Levels of the tree in a tile. */
const HEIGHT = 8;
const TILES_AT_ONCE = 8;
const CHECKPOINTS_AT_ONCE = 512;

export interface TileWalkParts {
  readonly storage: AuditStorage;
  readonly directory: TileDirectory;
  readonly checkpoint: StoredCheckpoint;
  /** Entries that were exported before, with the tiles that they fill. */
  readonly from: number;
  readonly onProgress: ((exported: number, total: number) => void) | undefined;
}

/** Where a tile is; partial ones have less than 256 hashes, full ones have their hash in the tile above. */
interface Place {
  readonly level: number;
  readonly index: number;
}

interface PartialPlace extends Place {
  readonly width: number;
}

/** From the root of a checkpoint down to its entries: no tile is written before the hash above it holds. */
export class TileWalk {
  readonly #parts: TileWalkParts;
  #exported = 0;

  constructor(parts: TileWalkParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { storage, checkpoint } = this.#parts;
    const edge = partialTiles(checkpoint.size);
    const hashes =
      edge.length === 0
        ? []
        : await storage.hashes(
            edge.map(({ level, index, width }) => ({
              level: level * HEIGHT,
              first: index * TILE_WIDTH,
              count: width,
            })),
          );
    const tiles = edge.map((place, number) => ({ ...place, hashes: hashes[number] ?? [] }));
    requireSameRoot(new Frontier(checkpoint.size, tiles.flatMap(subtreesWithin)), checkpoint);
    const earlier = await this.#earlierWidths(edge);
    for (const tile of tiles) {
      for (const width of earlier.get(tile.level) ?? [])
        await this.#write(tile, tile.hashes.slice(0, width), 0);
      await this.#write(tile, tile.hashes, tile.level === 0 ? tile.width : 0);
      if (tile.level > 0) await this.#below(tile, tile.hashes);
    }
  }

  /** The full tiles under a tile. Those of entries, which are nearly all, several at a time. */
  async #below({ level, index }: Place, hashes: readonly Uint8Array[]): Promise<void> {
    const places = hashes.map((hash, nth) => ({ level: level - 1, index: index * TILE_WIDTH + nth, hash }));
    const span = TILE_WIDTH ** level;
    const fresh = places.filter((place) => (place.index + 1) * span > this.#parts.from);
    const atOnce = level === 1 ? TILES_AT_ONCE : 1;
    for (let first = 0; first < fresh.length; first += atOnce) {
      const group = fresh.slice(first, first + atOnce);
      const ends = await Promise.allSettled(group.map((place) => this.#full(place, place.hash)));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    }
  }

  async #full(place: Place, hash: Uint8Array): Promise<void> {
    const { level, index } = place;
    const run = { level: level * HEIGHT, first: index * TILE_WIDTH, count: TILE_WIDTH };
    const [hashes = []] = await this.#parts.storage.hashes([run]);
    if (!Buffer.from(hash).equals(hashOfRun(run, hashes)))
      brokenNode({ level: run.level + HEIGHT, position: index });
    await this.#write(place, hashes, level === 0 ? TILE_WIDTH : 0);
    if (level > 0) await this.#below(place, hashes);
  }

  /** A tile and, at the lowest level, its entries. */
  async #write({ level, index }: Place, hashes: readonly Uint8Array[], counted: number): Promise<void> {
    const { storage, directory, checkpoint, from, onProgress } = this.#parts;
    if (level === 0) {
      const entries = await storage.entries(index * TILE_WIDTH, hashes.length);
      await directory.write(bundlePath(index, hashes.length), bundle(index * TILE_WIDTH, entries, hashes));
    }
    await directory.write(tilePath(level, index, hashes.length), Buffer.concat(hashes));
    if (counted === 0) return;
    this.#exported += counted;
    const begin = from - (from % TILE_WIDTH);
    onProgress?.(this.#exported, checkpoint.size - begin);
  }

  /** Partial tiles that earlier checkpoints need, and no full one replaces: by level, how wide they are. */
  async #earlierWidths(edge: readonly PartialPlace[]): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
    const { storage, checkpoint, from } = this.#parts;
    const widths = new Map<number, Set<number>>();
    let next = from + 1;
    for (;;) {
      const page = await storage.checkpoints(next, CHECKPOINTS_AT_ONCE);
      const earlier = page.filter(({ size }) => size < checkpoint.size);
      for (const { size } of earlier) {
        for (const { level, index, width } of partialTiles(size)) {
          const tile = edge.find((known) => known.level === level && known.index === index);
          if (tile === undefined || tile.width === width) continue;
          widths.set(level, (widths.get(level) ?? new Set()).add(width));
        }
      }
      next = (earlier.at(-1)?.size ?? 0) + 1;
      if (earlier.length < CHECKPOINTS_AT_ONCE) return widths;
    }
  }
}

/** The right edge of a tree of this size, from the top. */
function partialTiles(size: number): readonly PartialPlace[] {
  const tiles: PartialPlace[] = [];
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH)) {
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.unshift({ level, index: Math.floor(hashes / TILE_WIDTH), width });
  }
  return tiles;
}

/** The complete subtrees over the hashes of a partial tile, largest first. */
function subtreesWithin(tile: PartialPlace & { readonly hashes: readonly Uint8Array[] }): Uint8Array[] {
  return subtreesOf({ begin: 0, end: tile.width }).map(({ level, position }) => {
    const count = 2 ** level;
    const first = position * count;
    const run = { level: tile.level * HEIGHT, first: tile.index * TILE_WIDTH + first, count };
    return hashOfRun(run, tile.hashes.slice(first, first + count));
  });
}

/** Each entry after its length, 16 bits with the high byte first. */
function bundle(begin: number, entries: readonly StoredEntry[], hashes: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    hashes.flatMap((hash, nth) => {
      const entry = entries[nth];
      if (entry?.seq !== begin + nth) damaged(begin + nth, "the entry is missing");
      if (!Buffer.from(hash).equals(rawHash(entry.leafHash)))
        damaged(begin + nth, "the entry is not the one under the checkpoint");
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.bytes.length);
      return [length, entry.bytes];
    }),
  );
}
