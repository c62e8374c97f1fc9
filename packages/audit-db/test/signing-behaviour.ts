import {
  generatePrivateKey,
  createCosigner,
  createNoteSigner,
  formatNote,
  parseNote,
  verifyNote,
} from "@parmanasystems/signing";
import { startWitness } from "@parmanasystems/testkit";
import { parseCheckpoint } from "@parmanasystems/verifier";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeadMemory } from "../src/index.js";
import { Frontier } from "../src/tree/frontier.js";
import { nodeHash } from "../src/tree/tree-hash.js";
import type { AnyLedger, AuditHarness } from "./audit-behaviour.js";
import { forgedLog } from "./forged-log.js";
import { eventRecord, facts } from "./records.js";
import { headsInMemory, refusal, reserveRequest } from "./support.js";

const ORIGIN = "log.example.com/claims";
const MINUTE = 60_000;

/** What a ledger signs, and what somebody who can write it cannot make the log's key sign. */
export function signingBehaviour(harness: AuditHarness): void {
  const privateKey = generatePrivateKey();
  const signer = createNoteSigner({ name: ORIGIN, privateKey });
  let ledger: AnyLedger;
  let heads: HeadMemory;
  beforeEach(async () => {
    ledger = await harness.create();
    heads = headsInMemory();
  });
  afterEach(() => ledger.close());

  const fill = (count: number, name = "e") =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        const executionId = `${name}-${String(index)}`;
        const fingerprint = facts(executionId);
        return ledger.append(
          eventRecord("failed", { executionId, fingerprint, identity: "execution" }, "SYS-008"),
        );
      }),
    );
  const sizeOf = (note: string | undefined) => parseCheckpoint(parseNote(note ?? "").text).size;
  const changed = async (...statements: readonly string[]) => {
    await ledger.close();
    await harness.tamper(...statements);
    ledger = await harness.open();
  };

  describe("the head that the signer remembers", () => {
    it("keeps a second root for one size from being signed, whatever the ledger says was signed (threat 43)", async () => {
      await fill(20);
      const note = await ledger.audit.checkpoint(signer, { heads });
      expect(await heads.latest()).toBe(note);
      for (const count of [19, 20, 21]) {
        // Another history, which fits together and says that nothing was ever signed.
        await ledger.close();
        ledger = await harness.create();
        await fill(count, "other");
        await expect(ledger.audit.checkpoint(signer, { heads })).rejects.toEqual(refusal("SYS-037"));
        expect(await ledger.audit.latestCheckpoint()).toBeUndefined();
      }
      expect(await heads.latest()).toBe(note);
      // This is what is unsafe without.
      const second = await ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
      expect(sizeOf(second)).toBe(21);
    });

    it("is enough when the ledger lost its checkpoints, and goes on from there", async () => {
      await fill(20);
      const note = await ledger.audit.checkpoint(signer, { heads });
      await changed("DELETE FROM %checkpoints");
      expect(await ledger.audit.checkpoint(signer, { heads })).toBe(note);
      await changed("DELETE FROM %checkpoints");
      await fill(3, "more");
      expect(sizeOf(await ledger.audit.checkpoint(signer, { heads }))).toBe(23);
    });

    it("must be given, or be done without in so many words (SYS-016)", async () => {
      for (const options of [{}, { unsafeWithoutHeads: false }, { heads, unsafeWithoutHeads: true }])
        await expect(ledger.audit.checkpoint(signer, options as never)).rejects.toEqual(refusal("SYS-016"));
    });

    it("is remembered before anybody sees the signature, and a crash in between mends itself (threat 37)", async () => {
      const witness = await startWitness({ name: "witness.example.com/w", log: signer.verifierKey });
      const witnesses = {
        witnesses: [{ url: witness.url, verifierKey: witness.verifierKey, operator: "w" }],
        threshold: 1,
      };
      await fill(5);
      const order: string[] = [];
      const crashing = (when: "before" | "after"): HeadMemory => ({
        latest: () => heads.latest(),
        replace: async (previous, note) => {
          order.push(`stored ${String((await ledger.audit.latestCheckpoint()) !== undefined)}`);
          if (when === "after") await heads.replace(previous, note);
          throw new Error("killed");
        },
      });
      for (const when of ["before", "after"] as const)
        await expect(ledger.audit.checkpoint(signer, { heads: crashing(when), witnesses })).rejects.toThrow(
          "killed",
        );
      expect(order).toEqual(["stored false", "stored false"]);
      expect(await ledger.audit.latestCheckpoint()).toBeUndefined();
      const left = (await heads.latest()) ?? "";
      // The same head is signed again, to the same bytes; or the log has grown, and continues it.
      const note = await ledger.audit.checkpoint(signer, { heads, witnesses });
      expect(note.startsWith(left)).toBe(true);
      expect(await heads.latest()).toBe(note);
      await fill(2, "more");
      await ledger.audit.checkpoint(signer, { heads: crashing("after") }).catch(() => undefined);
      await fill(2, "most");
      expect(sizeOf(await ledger.audit.checkpoint(signer, { heads, witnesses }))).toBe(9);
      await witness.close();
    });

    it("is given up where others change it time after time (SYS-046)", async () => {
      const contended: HeadMemory = { ...heads, replace: () => Promise.resolve(false) };
      await expect(ledger.audit.checkpoint(signer, { heads: contended })).rejects.toEqual(refusal("SYS-046"));
      expect(await ledger.audit.latestCheckpoint()).toBeUndefined();
    });

    it("must be of this log (SYS-037)", async () => {
      const other = createNoteSigner({ name: "other.example.com/log", privateKey });
      await ledger.audit.checkpoint(other, { heads });
      await expect(ledger.audit.checkpoint(signer, { heads })).rejects.toEqual(refusal("SYS-037"));
    });
  });

  describe("before it signs, the ledger hashes what is new again, and refuses when", () => {
    // Far from the end, where an opening does not look.
    const SIGNED = 20;
    const TOTAL = 100;
    const prepared = async () => {
      await fill(SIGNED);
      await ledger.audit.checkpoint(signer, { heads });
      await fill(TOTAL - SIGNED, "new");
    };
    const refused = async (seq: number, memory = heads) => {
      await expect(ledger.audit.checkpoint(signer, { heads: memory })).rejects.toMatchObject({
        code: "SYS-013",
        details: { seq },
      });
      expect(sizeOf(await ledger.audit.latestCheckpoint())).toBe(SIGNED);
      expect(sizeOf(await heads.latest())).toBe(SIGNED);
    };

    it("an entry was changed, and its hash left alone (threat 42)", async () => {
      await prepared();
      await ledger.close();
      await harness.tamper(`UPDATE %log SET entry = ${harness.bytes("{}")} WHERE seq = 25`);
      ledger = await harness.open();
      await expect(ledger.audit.checkpoint(signer, { heads })).rejects.toEqual(refusal("SYS-013"));
      expect(sizeOf(await heads.latest())).toBe(SIGNED);
    });

    it("an entry is missing", async () => {
      await prepared();
      await harness.tamper("DELETE FROM %log WHERE seq = 30");
      await refused(30);
    });

    it("a node of the tree was forged, and the right edge of the tree with it", async () => {
      await prepared();
      const leaves = (await ledger.entries()).map(({ leafHash }) => Buffer.from(leafHash.slice(7), "hex"));
      const level4 = [0, 1, 2, 3].map((position) => rootOf(leaves.slice(position * 16, position * 16 + 16)));
      const [first = new Uint8Array(), , third = new Uint8Array(), fourth = new Uint8Array()] = level4;
      const forged = Buffer.alloc(32, 7);
      const top = nodeHash(nodeHash(first, forged), nodeHash(third, fourth));
      const edge = new Frontier(0, []).append(leaves, []).bytes();
      const frontier = Buffer.concat([top, edge.subarray(32)]);
      await changed(
        `UPDATE %tree SET hash = ${harness.hex(forged.toString("hex"))} WHERE level = 4 AND position = 1`,
        `UPDATE %counters SET frontier = ${harness.hex(frontier.toString("hex"))}`,
      );
      await refused(16);
    });

    it("entries are dated before those that precede them", async () => {
      const now = Date.now() - MINUTE;
      const times = Array.from({ length: TOTAL }, (_, seq) => now + (seq === 12 ? -1 : seq));
      await changed(...forgedLog(times, harness.hex));
      await expect(ledger.audit.checkpoint(signer, { heads })).rejects.toMatchObject({
        code: "SYS-013",
        details: { seq: 12 },
      });
      expect(await ledger.audit.verify()).toMatchObject({
        verdict: "damaged",
        to: 12,
        problem: { code: "SYS-013", seq: 12 },
      });
      expect(await heads.latest()).toBeUndefined();
    });

    it("entries are dated after the clock of whoever verifies, by more than clocks differ", async () => {
      const now = Date.UTC(2026, 5, 1);
      const times = Array.from({ length: TOTAL }, (_, seq) => now + (seq < 90 ? seq : 6 * MINUTE));
      await changed(...forgedLog(times, harness.hex));
      const verify = (clock: number) => ledger.audit.verify({ clock: { now: () => clock } });
      expect(await verify(now)).toMatchObject({
        verdict: "damaged",
        to: TOTAL,
        problem: { code: "SYS-047", seq: 90 },
      });
      expect(await verify(now + MINUTE - 1)).toMatchObject({ problem: { code: "SYS-047", seq: 90 } });
      expect(await verify(now + MINUTE)).toMatchObject({ verdict: "intact" });
      await expect(verify(Number.NaN)).rejects.toEqual(refusal("SYS-016"));
    });

    it("entries are dated in the future, and the clock is that of the machine", async () => {
      const now = Date.now();
      await changed(...forgedLog([now, now + 24 * 60 * MINUTE], harness.hex));
      expect(await ledger.audit.verify()).toMatchObject({ problem: { code: "SYS-047", seq: 1 } });
      await expect(ledger.audit.checkpoint(signer, { heads })).rejects.toEqual(refusal("SYS-044"));
    });

    it("while entries that came since are signed", async () => {
      await prepared();
      expect(sizeOf(await ledger.audit.checkpoint(signer, { heads }))).toBe(TOTAL);
      expect(sizeOf(await ledger.audit.checkpoint(signer, { heads: headsInMemory() }))).toBe(TOTAL);
    });
  });

  describe("the times of entries never decrease (threat 23)", () => {
    const now = () => Date.now();
    const lastTime = async () => Date.parse((await ledger.entries()).at(-1)?.entry.time ?? "");

    it("an opening refuses a log where they do", async () => {
      await ledger.close();
      await harness.tamper(...forgedLog([now() - 5, now() - 10], harness.hex));
      await expect(harness.open()).rejects.toMatchObject({ code: "SYS-013", details: { seq: 1 } });
      ledger = await harness.create();
    });

    it("a clock that is a little behind the last entry writes the time of that entry", async () => {
      const ahead = now() + 2 * MINUTE;
      await changed(...forgedLog([ahead], harness.hex));
      await fill(3);
      expect(await lastTime()).toBe(ahead);
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", to: 4 });
    });

    it("a clock that is far behind it writes nothing, not even a reservation (SYS-044)", async () => {
      await changed(...forgedLog([now() + 10 * 365 * 24 * 60 * MINUTE], harness.hex));
      await expect(ledger.reserve(reserveRequest("a", "a"))).rejects.toEqual(refusal("SYS-044"));
      await expect(fill(1)).rejects.toEqual(refusal("SYS-044"));
      // Nothing is in doubt: the ledger still answers.
      expect(await ledger.entries()).toHaveLength(1);
      expect(await ledger.find("a")).toBeUndefined();
    });
  });

  describe("a log that has not grown", () => {
    it("has its checkpoint cosigned afterwards: the note gains signatures, the root stays", async () => {
      const witnesses = await Promise.all(
        ["ann", "bob", "carol"].map(async (operator) => ({
          operator,
          ...(await startWitness({ name: `witness.example.com/${operator}`, log: signer.verifierKey })),
        })),
      );
      await fill(5);
      const first = await ledger.audit.checkpoint(signer, { heads });
      const two = { witnesses: witnesses.slice(0, 2), threshold: 2 };
      const second = await ledger.audit.checkpoint(signer, { heads, witnesses: two });
      expect(second.startsWith(first)).toBe(true);
      expect(parseNote(second).signatures).toHaveLength(3);
      // Those who cosigned it are not asked again; one who did not is.
      expect(await ledger.audit.checkpoint(signer, { heads, witnesses: two })).toBe(second);
      const third = await ledger.audit.checkpoint(signer, { heads, witnesses: { witnesses, threshold: 3 } });
      expect(third.startsWith(second)).toBe(true);
      const keys = [signer.verifierKey, ...witnesses.map(({ verifierKey }) => verifierKey)];
      expect(verifyNote(parseNote(third), keys)).toHaveLength(4);
      expect(await heads.latest()).toBe(third);
      await ledger.close();
      ledger = await harness.open();
      expect(await ledger.audit.latestCheckpoint()).toBe(third);
      expect(await ledger.audit.verify({ remembered: [first, third] })).toMatchObject({ verdict: "intact" });
      await Promise.all(witnesses.map((witness) => witness.close()));
    });

    it("has it signed by the next key as well", async () => {
      await fill(5);
      const first = await ledger.audit.checkpoint(signer, { heads });
      const next = createNoteSigner({ name: ORIGIN, privateKey: generatePrivateKey() });
      const both = await ledger.audit.checkpoint(next, { heads });
      expect(both.startsWith(first)).toBe(true);
      expect(verifyNote(parseNote(both), [signer.verifierKey, next.verifierKey])).toHaveLength(2);
      expect(await ledger.audit.latestCheckpoint()).toBe(both);
    });

    it("believes no stored cosignature that does not hold (SYS-013)", async () => {
      await fill(5);
      const note = await ledger.audit.checkpoint(signer, { heads });
      const witness = createCosigner({ name: "witness.example.com/w", privateKey: generatePrivateKey() });
      const { text, signatures } = parseNote(note);
      const planted = { name: witness.name, keyId: witness.keyId, signature: new Uint8Array(72) };
      const forged = formatNote({ text, signatures: [...signatures, planted] });
      await changed(`UPDATE %checkpoints SET note = '${forged}'`);
      const witnesses = {
        witnesses: [{ url: "http://127.0.0.1:9", verifierKey: witness.verifierKey, operator: "w" }],
        threshold: 0,
      };
      await expect(ledger.audit.checkpoint(signer, { heads, witnesses })).rejects.toEqual(refusal("SYS-013"));
      expect(await heads.latest()).toBe(note);
    });

    it("loses no signature in the database (threat 41)", async () => {
      await fill(5);
      await ledger.audit.checkpoint(signer, { heads });
      for (const change of ["note = 'other'", "note = substr(note, 1, 10)", "size = size + 1"])
        await expect(harness.run(`UPDATE %checkpoints SET ${change}`), change).rejects.toThrow(
          "checkpoints only gain signatures",
        );
      await expect(harness.run("DELETE FROM %checkpoints")).rejects.toThrow("checkpoints are append-only");
    });
  });
}

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  return new Frontier(0, []).append(leaves, []).root();
}
