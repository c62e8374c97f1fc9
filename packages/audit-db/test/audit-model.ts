import { generateKeyPairSync } from "node:crypto";
import { ParmanaError } from "@parmanasystems/canonical";
import type { Reservation } from "@parmanasystems/execution-runtime";
import { createNoteSigner, parseNote } from "@parmanasystems/signing";
import { leafHash, parseCheckpoint, verifyConsistency } from "@parmanasystems/verifier";
import fc from "fast-check";
import { expect } from "vitest";
import type { HeadMemory, PostgresLedger, SqliteLedger } from "../src/index.js";
import { attestedRecord, eventRecord, facts } from "./records.js";
import { headsInMemory, reserveRequest } from "./support.js";
import { naiveRoot } from "./tree/naive-tree.js";

type AnyLedger = SqliteLedger | PostgresLedger;

const { privateKey } = generateKeyPairSync("ed25519");
const signer = createNoteSigner({
  name: "log.example.com/model",
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }),
});

const kinds = ["reserve", "attest", "pend", "fail", "confirm", "resolve", "append", "crowd"] as const;
const steps = fc.record({
  kind: fc.oneof(fc.constantFrom(...kinds), fc.constantFrom("checkpoint", "erase", "reopen" as const)),
  /** Which of the two ledgers on one place. */
  on: fc.nat({ max: 1 }),
  id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  holder: fc.nat(),
});
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

interface Scene {
  readonly ledgers: AnyLedger[];
  readonly open: () => Promise<AnyLedger>;
  readonly held: Reservation[];
  readonly notes: string[];
  readonly heads: HeadMemory;
  crowds: number;
}

async function take({ kind, on, id, holder }: Step, scene: Scene): Promise<unknown> {
  const ledger = scene.ledgers[on];
  if (ledger === undefined) throw new RangeError("there are two ledgers");
  const reservation = scene.held[holder % Math.max(1, scene.held.length)];
  const identity = { executionId: id, fingerprint: facts(id), identity: "execution" } as const;
  switch (kind) {
    case "reserve": {
      const answer = await ledger.reserve(reserveRequest(id, id, { leaseMs: 60_000 }));
      if (answer.outcome === "reserved") scene.held.push(answer.reservation);
      return undefined;
    }
    case "attest":
      return reservation && ledger.appendAndConfirm(reservation, attestedRecord(reservation));
    case "pend":
      return (
        reservation && ledger.appendAndConfirm(reservation, attestedRecord(reservation, "pending_override"))
      );
    case "fail":
      return reservation && ledger.failAndAppend(reservation, eventRecord("failed", reservation, "SYS-008"));
    case "confirm":
      return reservation && ledger.fail(reservation);
    case "resolve":
      return ledger.resolveAndAppend(id, "rejected", eventRecord("override_resolved", identity));
    case "append":
      return ledger.append(attestedRecord({ ...identity, executionId: `${id}-direct` }));
    case "crowd": {
      // Both ledgers at once, and enough to complete nodes of the tree.
      scene.crowds += 1;
      const records = Array.from({ length: 7 }, (_, nth) =>
        eventRecord("failed", { ...identity, executionId: `crowd-${String(scene.crowds)}-${String(nth)}` }),
      );
      return Promise.all(records.map((record, nth) => (scene.ledgers[nth % 2] ?? ledger).append(record)));
    }
    case "checkpoint":
      return Promise.all(
        scene.ledgers.map(async (one) =>
          scene.notes.push(await one.audit.checkpoint(signer, { heads: scene.heads })),
        ),
      );
    case "erase":
      return ledger.audit.eraseEvidence(holder % 2 === 0 ? { executionId: id } : { before: Date.now() + 1 });
    case "reopen":
      await ledger.close();
      scene.ledgers[on] = await scene.open();
      return undefined;
  }
}

/** Whatever two ledgers on one place are asked, their log stays whole and continues each of its checkpoints. */
export async function staysWhole(
  createPlace: () => () => Promise<AnyLedger>,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 50 }), async (sequence) => {
      const open = createPlace();
      const ledgers = [await open(), await open()];
      const scene: Scene = { ledgers, open, held: [], notes: [], heads: headsInMemory(), crowds: 0 };
      try {
        for (const step of sequence) {
          await take(step, scene).catch((error: unknown) => {
            // A refusal is an answer. Damage is none.
            if (!ParmanaError.isInstance(error) || !/^INV-0(13|18|19)$/.test(error.code)) throw error;
          });
        }
        for (const ledger of scene.ledgers) await expectWhole(ledger, scene.notes);
      } finally {
        for (const ledger of scene.ledgers) await ledger.close();
      }
    }),
    { numRuns: runs, seed },
  );
}

/** Verified by the ledger, and by a tree that knows nothing of it; every checkpoint has one root and is continued. */
export async function expectWhole(ledger: AnyLedger, notes: readonly string[]): Promise<void> {
  expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
  const leaves: Uint8Array[] = [];
  for (
    let page = await ledger.entries();
    page.length > 0;
    page = await ledger.entries({ from: leaves.length })
  )
    leaves.push(...page.map(({ bytes }) => leafHash(bytes)));
  const newRoot = (await ledger.audit.head()).rootHash;
  const newSize = leaves.length;
  expect(Buffer.from(naiveRoot(leaves)).equals(newRoot)).toBe(true);
  const roots = new Map<number, Uint8Array>();
  for (const note of notes) {
    const { size, rootHash } = parseCheckpoint(parseNote(note).text);
    expect(hex(roots.get(size) ?? rootHash)).toBe(hex(rootHash));
    roots.set(size, rootHash);
  }
  for (const [oldSize, oldRoot] of roots) {
    if (oldSize === 0) continue;
    const proof = await ledger.audit.consistencyProof(oldSize);
    expect(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof })).toBe(true);
  }
  const last = notes.at(-1);
  if (last !== undefined)
    expect(await ledger.audit.verify({ remembered: last, incremental: true })).toMatchObject({
      verdict: "intact",
    });
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
