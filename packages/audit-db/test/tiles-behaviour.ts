import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNoteSigner } from "@parmanasystems/signing";
import { leafHash, verifyConsistency, verifyInclusion } from "@parmanasystems/verifier";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditHarness } from "./audit-behaviour.js";
import { eventRecord, facts } from "./records.js";
import { refusal } from "./support.js";
import { filesBelow, TileLog } from "./tiles/tile-log.js";

type AnyLedger = Awaited<ReturnType<AuditHarness["create"]>>;

const IN_FLIGHT = 5_000;
const { privateKey } = generateKeyPairSync("ed25519");
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" });
const signer = createNoteSigner({ name: "log.example.com/tiles", privateKey: privatePem });

/** The tiles that every ledger exports, read by a client that knows nothing but the specification. */
export function tilesBehaviour(harness: AuditHarness): void {
  describe("exported tiles", () => {
    let ledger: AnyLedger;
    let directory: string;
    let parent: string;
    beforeEach(async () => {
      ledger = await harness.create();
      parent = mkdtempSync(join(tmpdir(), "parmana-tiles-"));
      directory = join(parent, "log");
    });
    afterEach(async () => {
      await ledger.close();
      rmSync(parent, { recursive: true, force: true });
    });

    const grow = async (size: number) => {
      for (let next = await ledger.audit.size(); next < size; next += IN_FLIGHT) {
        const count = Math.min(IN_FLIGHT, size - next);
        await Promise.all(
          Array.from({ length: count }, (_, nth) => {
            const executionId = `e${String(next + nth)}`;
            const identity = { executionId, fingerprint: facts("tiles"), identity: "execution" } as const;
            return ledger.append(eventRecord("failed", identity, "INV-013"));
          }),
        );
      }
      return ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
    };

    /** Roots from tiles and from entries, and proofs from tiles, at chosen places. */
    const readByStranger = async (path: string, size: number) => {
      const log = new TileLog(path);
      const { rootHash: root } = await ledger.audit.head(size);
      expect({ size: log.size, origin: log.origin }).toEqual({ size, origin: signer.name });
      expect(log.rootHash.equals(root)).toBe(true);
      expect(log.rootFromTiles().equals(root)).toBe(true);
      expect(log.rootFromEntries().equals(root)).toBe(true);
      const entries = [...log.entries()];
      expect(entries).toHaveLength(size);
      const places = [0, 1, 254, 255, 256, 257, 511, 512, 65_535, 65_536, size - 2, size - 1];
      for (const index of places.filter((place) => place >= 0 && place < size)) {
        const entry = entries[index] ?? Buffer.alloc(0);
        const proof = log.inclusionProof(index);
        expect(verifyInclusion({ index, size, leafHash: leafHash(entry), proof, root })).toBe(true);
        expect(hex(await ledger.audit.inclusionProof(index, size))).toEqual(hex(proof));
        const oldSize = index + 1;
        const old = log.rootFromTiles(oldSize);
        const consistency = log.consistencyProof(oldSize);
        expect(
          verifyConsistency({ oldSize, newSize: size, oldRoot: old, newRoot: root, proof: consistency }),
        ).toBe(true);
        expect(hex(await ledger.audit.consistencyProof(oldSize, size))).toEqual(hex(consistency));
      }
    };

    const stamps = (names: readonly string[]) =>
      names.map((name) => {
        const { ino, mtimeMs } = statSync(join(directory, name));
        return [name, ino, mtimeMs];
      });

    it("are a log that a stranger reads, at every size, and grow with it", async () => {
      const seen = new Set<string>();
      for (const size of [0, 1, 255, 256, 257, 513]) {
        const note = await grow(size);
        const before = filesBelow(directory).filter((name) => name !== "checkpoint");
        const stamped = stamps(before);
        const progress: [number, number][] = [];
        const report = await ledger.audit.exportTiles(directory, {
          onProgress: (...step) => progress.push(step),
        });
        expect(report.size).toBe(size);
        expect(progress.at(-1)).toEqual(size === 0 ? undefined : [size, size]);
        expect(readFileSync(join(directory, "checkpoint"), "utf8")).toBe(note);
        await readByStranger(directory, size);
        for (const name of TileLog.resources(size)) seen.add(name);
        expect(filesBelow(directory)).toEqual([...seen].sort());
        expect(stamps(before)).toEqual(stamped);
      }
      const again = await ledger.audit.exportTiles(directory);
      expect(again).toMatchObject({ size: 513, written: 0 });
      // What a new directory gets includes the partial tiles of earlier checkpoints that no full tile replaces.
      const late = join(parent, "late");
      await ledger.audit.exportTiles(late);
      expect(filesBelow(late)).toEqual([...TileLog.resources(513), "tile/1/000.p/1"].sort());
      await readByStranger(late, 513);
    });

    it("go on after the checkpoint of the export before, when that is wanted", async () => {
      await grow(300);
      await ledger.audit.exportTiles(directory);
      await grow(520);
      await ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
      await grow(600);
      const progress: [number, number][] = [];
      const report = await ledger.audit.exportTiles(directory, {
        incremental: true,
        onProgress: (...step) => progress.push(step),
      });
      // Bundles and tiles 1 and 2 and partial ones of 520, and two widths at level 1.
      expect(report).toMatchObject({ size: 600, written: 7, kept: 0 });
      expect(progress.at(-1)).toEqual([344, 344]);
      await readByStranger(directory, 600);
      expect(await ledger.audit.exportTiles(directory, { incremental: true })).toMatchObject({ written: 0 });
    });

    it("of 70,000 entries have the tiles that the specification counts", async () => {
      await grow(70_000);
      const { written } = await ledger.audit.exportTiles(directory);
      const files = filesBelow(directory);
      expect(files).toEqual(TileLog.resources(70_000));
      expect(written).toBe(files.length - 1);
      expect(files.filter((name) => /^tile\/0\/\d{3}$/.test(name))).toHaveLength(273);
      expect(files).toContain("tile/0/273.p/112");
      expect(files).toContain("tile/1/000");
      expect(files).toContain("tile/1/001.p/17");
      expect(files).toContain("tile/2/000.p/1");
      await readByStranger(directory, 70_000);
    });

    it("by several at once are the same", async () => {
      await grow(600);
      await Promise.all(Array.from({ length: 3 }, () => ledger.audit.exportTiles(directory)));
      expect(filesBelow(directory)).toEqual(TileLog.resources(600));
      await readByStranger(directory, 600);
    });

    it("never take the place of a file with other bytes (SYS-039)", async () => {
      await grow(300);
      await ledger.audit.exportTiles(directory);
      await grow(600);
      for (const name of ["tile/0/000", "tile/entries/000", "tile/1/000.p/2", "tile/entries/001"]) {
        const path = join(directory, name);
        const bytes = filesBelow(directory).includes(name) ? readFileSync(path) : Buffer.alloc(64);
        const changed = Buffer.from(bytes);
        changed[40] = (changed[40] ?? 0) ^ 1;
        for (const other of [changed, bytes.subarray(1), Buffer.alloc(0)]) {
          writeFileSync(path, other);
          await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-039"));
          expect(readFileSync(path).equals(other)).toBe(true);
        }
        rmSync(path);
        expect(new TileLog(directory).size).toBe(300);
      }
      rmSync(join(directory, "tile/0/000"));
      mkdirSync(join(directory, "tile/0/000"));
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-039"));
      rmSync(join(directory, "tile/0/000"), { recursive: true });
      await ledger.audit.exportTiles(directory);
      await readByStranger(directory, 600);
    });

    it("are not mixed with those of another log, and need a checkpoint", async () => {
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-016"));
      await grow(3);
      await ledger.audit.exportTiles(directory);
      await ledger.close();
      ledger = await harness.create();
      await grow(2);
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-037"));
      await grow(9);
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-037"));
      const note = readFileSync(join(directory, "checkpoint"), "utf8");
      writeFileSync(join(directory, "checkpoint"), note.replace(signer.name, "other.example.com/log"));
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-037"));
      writeFileSync(join(directory, "checkpoint"), "no note");
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-036"));
      writeFileSync(join(directory, "checkpoint"), "a".repeat(70_000));
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-039"));
    });

    it("are not written of what does not lead to the checkpoint (SYS-013)", async () => {
      await grow(300);
      const last = (seq: number) => `DELETE FROM %log WHERE seq = ${String(seq)}`;
      await harness.tamper(last(70));
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-013"));
      expect(filesBelow(directory)).toEqual(["tile/1/000.p/1"]);
      await harness.tamper("DELETE FROM %tree WHERE level = 8");
      await expect(ledger.audit.exportTiles(directory)).rejects.toEqual(refusal("SYS-013"));
    });
  });
}

function hex(hashes: readonly Uint8Array[]): string[] {
  return hashes.map((hash) => Buffer.from(hash).toString("hex"));
}
