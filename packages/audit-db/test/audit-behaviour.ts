import { decodeUtf8, formatTimestamp } from "@parmanasystems/canonical";
import { MemoryVersions } from "@parmanasystems/execution-runtime";
import { createCosigner, createNoteSigner, parseNote, verifyNote } from "@parmanasystems/signing";
import { startWitness, type TestEnvironment } from "@parmanasystems/testkit";
import {
  leafHash,
  parseCheckpoint,
  parseLogProof,
  verifyAttestation,
  verifyConsistency,
  verifyInclusion,
  verifyResolution,
} from "@parmanasystems/verifier";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeadMemory, PostgresLedger, SqliteLedger } from "../src/index.js";
import { claim as claimOf, claimsEnvironment, createClaimsEnvironment, runtimeOn } from "./claims.js";
import { attestedRecord, facts } from "./records.js";
import { headsInMemory, refusal } from "./support.js";

export type AnyLedger = SqliteLedger | PostgresLedger;

export interface AuditHarness {
  create(): Promise<AnyLedger>;
  open(): Promise<AnyLedger>;
  /** Changes tables as somebody with every right would, and leaves all triggers as they were. `%` stands before names of tables. */
  tamper(...statements: readonly string[]): Promise<void>;
  /** How the database spells the text as bytes. */
  bytes(text: string): string;
  /** The same of bytes in hexadecimal. */
  readonly hex: (digits: string) => string;
  /** Runs a statement with everything that protects the tables in place. */
  readonly run: (statement: string) => Promise<void>;
}

const ORIGIN = "log.example.com/claims";
const COUNT = 20;

/** What the audit log of every ledger does, wherever it keeps its tables. */
export function auditBehaviour(harness: AuditHarness): void {
  let environment: TestEnvironment;
  let ledger: AnyLedger;
  let heads: HeadMemory;
  const signer = () => createNoteSigner({ name: ORIGIN, privateKey: environment.keys.log });

  const given = claimsEnvironment(Date.now());
  beforeEach(async () => {
    environment = given();
    ledger = await harness.create();
    heads = headsInMemory();
  });
  afterEach(() => ledger.close());

  const reopen = async () => {
    await ledger.close();
    ledger = await harness.open();
  };

  const claim = (index: number, amount = 1_000 + index) =>
    claimOf(`e${String(index)}`, amount, index % 2 === 0 ? 10 : 90);

  /** Executions e0, e1, …, really signed. */
  const execute = async (count = COUNT, from = 0) => {
    // So that the positions are those of the executions.
    const runtime = runtimeOn(environment, ledger, new MemoryVersions());
    for (let index = from; index < from + count; index += 1) await runtime.execute(claim(index));
    return runtime;
  };

  describe("proofs", () => {
    it("of inclusion and consistency hold for a stranger, at every size that the log ever had", async () => {
      await execute(37);
      const { size, rootHash: root } = await ledger.audit.head();
      expect(size).toBe(37);
      const entries = await ledger.entries();
      for (const { seq, bytes } of entries) {
        const proof = await ledger.audit.inclusionProof(seq);
        expect(verifyInclusion({ index: seq, size, leafHash: leafHash(bytes), proof, root })).toBe(true);
        const old = await ledger.audit.head(seq + 1);
        const grown = {
          oldSize: seq + 1,
          newSize: size,
          oldRoot: old.rootHash,
          newRoot: root,
          proof: await ledger.audit.consistencyProof(seq + 1),
        };
        expect(verifyConsistency(grown)).toBe(true);
      }
    });

    it("survive a restart, and the log goes on growing", async () => {
      await execute(18);
      const before = await ledger.audit.head();
      await reopen();
      expect(await ledger.audit.head()).toEqual(before);
      await execute(20, 18);
      const after = await ledger.audit.head();
      const proof = await ledger.audit.consistencyProof(18);
      const [oldRoot, newRoot] = [before.rootHash, after.rootHash];
      expect(verifyConsistency({ oldSize: 18, newSize: 38, oldRoot, newRoot, proof })).toBe(true);
    });

    it("of what the log does not hold are refused (SYS-016)", async () => {
      await execute(3);
      const { audit } = ledger;
      const refused = [
        () => audit.inclusionProof(3),
        () => audit.inclusionProof(-1),
        () => audit.inclusionProof(0.5),
        () => audit.inclusionProof(2, 2),
        () => audit.inclusionProof(0, 4),
        () => audit.consistencyProof(0),
        () => audit.consistencyProof(4),
        () => audit.consistencyProof(3, 2),
        () => audit.head(4),
        () => audit.head(-1),
      ];
      for (const question of refused) await expect(question()).rejects.toEqual(refusal("SYS-016"));
    });
  });

  describe("checkpoints", () => {
    it("are notes that the log's key signed, one for each size", async () => {
      await execute(3);
      const note = await ledger.audit.checkpoint(signer(), { heads });
      expect(verifyNote(parseNote(note), [signer().verifierKey])).toHaveLength(1);
      const { origin, size, rootHash } = parseCheckpoint(parseNote(note).text);
      expect({ origin, size }).toEqual({ origin: ORIGIN, size: 3 });
      expect(Buffer.from(rootHash).equals((await ledger.audit.head()).rootHash)).toBe(true);
      expect(await ledger.audit.checkpoint(signer(), { heads })).toBe(note);
      await execute(1, 3);
      const next = await ledger.audit.checkpoint(signer(), { heads: headsInMemory(note) });
      expect(parseCheckpoint(parseNote(next).text).size).toBe(4);
      await reopen();
      expect(await ledger.audit.latestCheckpoint()).toBe(next);
      for (const kept of [note, next])
        await expect(ledger.audit.requireContinuation(kept)).resolves.toBeUndefined();
    });

    it("asked for at the same time end in one", async () => {
      await execute(5);
      const notes = await Promise.all(
        Array.from({ length: 5 }, () => ledger.audit.checkpoint(signer(), { heads })),
      );
      expect(new Set(notes).size).toBe(1);
    });

    it("are not made for another log, nor for one that lost what was remembered", async () => {
      await execute(3);
      const note = await ledger.audit.checkpoint(signer(), { heads });
      const other = createNoteSigner({ name: "other.example.com/log", privateKey: environment.keys.log });
      await expect(ledger.audit.checkpoint(other, { heads })).rejects.toEqual(refusal("SYS-037"));
      await expect(ledger.audit.checkpoint(signer(), { heads: headsInMemory("no note") })).rejects.toEqual(
        refusal("SYS-036"),
      );
      await expect(ledger.audit.requireContinuation("no note")).rejects.toEqual(refusal("SYS-036"));
      await ledger.close();
      ledger = await harness.create();
      await execute(2);
      await expect(ledger.audit.checkpoint(signer(), { heads: headsInMemory(note) })).rejects.toEqual(
        refusal("SYS-037"),
      );
      await expect(ledger.audit.requireContinuation(note)).rejects.toEqual(refusal("SYS-037"));
      await execute(3, 2);
      await expect(ledger.audit.checkpoint(signer(), { heads: headsInMemory(note) })).rejects.toEqual(
        refusal("SYS-037"),
      );
      expect(await ledger.audit.latestCheckpoint()).toBeUndefined();
    });

    it("of an empty log are possible", async () => {
      expect(parseCheckpoint(parseNote(await ledger.audit.checkpoint(signer(), { heads })).text).size).toBe(
        0,
      );
    });
  });

  describe("witnesses", () => {
    it("cosign what is consistent with all they saw, and a quorum of operators is demanded", async () => {
      const ann = await startWitness({ name: "witness.example.com/ann", log: signer().verifierKey });
      const bob = await startWitness({ name: "witness.example.com/bob", log: signer().verifierKey });
      const dead = { url: "http://127.0.0.1:9/", verifierKey: ann.verifierKey, operator: "carol" };
      const witnesses = [
        { url: ann.url, verifierKey: ann.verifierKey, operator: "ann" },
        { url: bob.url, verifierKey: bob.verifierKey, operator: "bob" },
      ];
      try {
        for (const from of [0, 5, 9]) {
          await execute(4, from * 10);
          const note = await ledger.audit.checkpoint(signer(), {
            heads,
            witnesses: { witnesses, threshold: 2 },
          });
          const keys = [signer().verifierKey, ann.verifierKey, bob.verifierKey];
          expect(verifyNote(parseNote(note), keys)).toHaveLength(3);
        }
        await execute(1, 99);
        const short = { witnesses: [...witnesses.slice(0, 1), dead], threshold: 2 };
        await expect(ledger.audit.checkpoint(signer(), { heads, witnesses: short })).rejects.toEqual(
          refusal("SYS-038"),
        );
        expect(parseCheckpoint(parseNote((await ledger.audit.latestCheckpoint()) ?? "").text).size).toBe(12);
        const twice = witnesses.map((witness) => ({ ...witness, operator: "ann" }));
        await expect(
          ledger.audit.checkpoint(signer(), { heads, witnesses: { witnesses: twice, threshold: 2 } }),
        ).rejects.toEqual(refusal("SYS-016"));
        for (const verifierKey of [signer().verifierKey, "no key"]) {
          const wrong = [{ url: ann.url, verifierKey, operator: "ann" }];
          await expect(
            ledger.audit.checkpoint(signer(), { heads, witnesses: { witnesses: wrong, threshold: 0 } }),
          ).rejects.toEqual(refusal("SYS-016"));
        }
        // Another log of the same name is not cosigned: both witnesses remember the first.
        await ledger.close();
        ledger = await harness.create();
        await execute(20, 500);
        await expect(
          ledger.audit.checkpoint(signer(), {
            heads: headsInMemory(),
            witnesses: { witnesses, threshold: 1 },
          }),
        ).rejects.toEqual(refusal("SYS-038"));
      } finally {
        await ann.close();
        await bob.close();
      }
    });

    it("that answer with another's cosignature count for nothing", async () => {
      await execute(2);
      const honest = await startWitness({ name: "witness.example.com/a", log: signer().verifierKey });
      const expected = createCosigner({ name: "witness.example.com/b", privateKey: environment.keys.root });
      const witnesses = [{ url: honest.url, verifierKey: expected.verifierKey, operator: "b" }];
      await expect(
        ledger.audit.checkpoint(signer(), { heads, witnesses: { witnesses, threshold: 1 } }),
      ).rejects.toEqual(refusal("SYS-038"));
      await honest.close();
    });
  });

  describe("the proof of an execution", () => {
    it("convinces a verifier that never saw the ledger, at level L3", async () => {
      await execute(7);
      expect(await ledger.audit.proof("e3")).toBeUndefined();
      await ledger.audit.checkpoint(signer(), { heads });
      const proof = await ledger.audit.proof("e3");
      expect(parseLogProof(proof ?? "")).toMatchObject({ index: 3 });
      expect(await ledger.audit.proof("nobody")).toBeUndefined();
      const { paths } = environment;
      const document = (path: string) => ({
        document: readFileSync(path),
        signature: readFileSync(path.replace(/\.json$/, ".sig")),
      });
      const report = (executionId: string) =>
        ledger.attestation(executionId).then((attestation) =>
          verifyAttestation(attestation ?? {}, {
            trustRoot: {
              ...document(paths.trustRootPath),
              pinnedKey: readFileSync(paths.trustPublicKeyPath, "utf8"),
            },
            logProof: Buffer.from(proof ?? ""),
            requiredLevel: "L1",
          }),
        );
      const status = async (executionId: string) =>
        (await report(executionId)).checks
          .filter(({ id }) => id.startsWith("log."))
          .map(({ id, status }) => `${id} ${status}`);
      expect(await status("e3")).toEqual(
        expect.arrayContaining(["log.inclusion pass", "log.checkpoint pass"]),
      );
      expect(await status("e4")).toEqual(expect.arrayContaining(["log.inclusion fail"]));
    });
  });

  describe("the proof of how an override ended", () => {
    it("convinces a verifier that never saw the ledger, at level L3", async () => {
      const runtime = await execute(3);
      await runtime.execute(claim(4, 900_000));
      await expect(ledger.audit.proof("e4", { of: "resolution" })).resolves.toBeUndefined();
      const vote = {
        approver: "ada",
        role: "claims-manager",
        decision: "approved",
        reason: "called",
      } as const;
      await runtime.reviews.vote({ executionId: "e4", ...vote });
      await ledger.audit.checkpoint(signer(), { heads });
      const proof = async (of?: "attestation" | "resolution") =>
        Buffer.from((await ledger.audit.proof("e4", of === undefined ? {} : { of })) ?? "");
      expect(parseLogProof((await proof()).toString())).toMatchObject({ index: 3 });
      expect(parseLogProof((await proof("resolution")).toString())).toMatchObject({ index: 4 });
      await expect(ledger.audit.proof("e4", { of: "vote" as never })).rejects.toEqual(refusal("SYS-016"));
      const { paths } = environment;
      const trustRoot = {
        document: readFileSync(paths.trustRootPath),
        signature: readFileSync(paths.trustRootPath.replace(/\.json$/, ".sig")),
        pinnedKey: readFileSync(paths.trustPublicKeyPath, "utf8"),
      };
      const inclusion = async (logProof: Uint8Array) =>
        verifyResolution((await ledger.resolution("e4")) ?? {}, { trustRoot, logProof }).checks.find(
          ({ id }) => id === "log.inclusion",
        )?.status;
      expect(await inclusion(await proof("resolution"))).toBe("pass");
      expect(await inclusion(await proof())).toBe("fail");
    });
  });

  describe("searches", () => {
    it("find entries by event, policy, decision, code and time, page by page, newest first", async () => {
      const runtime = await execute(10);
      await expect(runtime.execute(claim(3))).rejects.toEqual(refusal("INV-013"));
      const { audit } = ledger;
      const seqs = async (options: Parameters<typeof audit.search>[0]) =>
        (await audit.search(options)).entries.map(({ seq }) => seq);
      expect(await seqs({})).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      expect(await seqs({ decision: "rejected" })).toEqual([9, 7, 5, 3, 1]);
      expect(await seqs({ event: "replay_refused" })).toEqual([10]);
      expect(await seqs({ code: "INV-013" })).toEqual([10]);
      expect(
        await seqs({ policyId: "claims-approval", policyVersion: "1.0.0", decision: "approved" }),
      ).toEqual([8, 6, 4, 2, 0]);
      expect(await seqs({ policyId: "other" })).toEqual([]);
      expect(await seqs({ since: Date.now() + 60_000 })).toEqual([]);
      expect(await seqs({ until: Date.now() + 60_000, since: 0 })).toHaveLength(11);
      const first = await audit.search({ decision: "rejected", limit: 2 });
      expect(first.entries.map(({ seq }) => seq)).toEqual([9, 7]);
      const second = await audit.search({ decision: "rejected", limit: 2, cursor: first.cursor ?? -1 });
      expect(second.entries.map(({ seq }) => seq)).toEqual([5, 3]);
      const third = await audit.search({ decision: "rejected", limit: 2, cursor: second.cursor ?? -1 });
      expect(third).toMatchObject({ entries: [{ seq: 1 }], cursor: null });
      for (const wrong of [{ limit: 0 }, { limit: 1_001 }, { cursor: -1 }, { event: "none" as never }])
        await expect(audit.search(wrong)).rejects.toEqual(refusal("SYS-016"));
    });

    it("tell the life of one execution", async () => {
      const runtime = await execute(3);
      await expect(runtime.execute(claim(1))).rejects.toEqual(refusal("INV-013"));
      const timeline = await ledger.audit.timeline("e1");
      expect(timeline.map(({ seq, entry }) => [seq, entry.event])).toEqual([
        [1, "attested"],
        [3, "replay_refused"],
      ]);
      expect(await ledger.audit.timeline("nobody")).toEqual([]);
    });

    it("count what happened", async () => {
      expect(await ledger.audit.statistics()).toMatchObject({ entries: 0, first: null, counts: [] });
      await execute(5);
      await ledger.audit.checkpoint(signer(), { heads });
      expect(await ledger.audit.statistics()).toMatchObject({
        entries: 5,
        checkpointed: 5,
        evidence: 5,
        first: expect.stringMatching(/Z$/),
        counts: [
          { event: "attested", policyId: "claims-approval", decision: "approved", count: 3 },
          { event: "attested", policyId: "claims-approval", decision: "rejected", count: 2 },
        ],
      });
    });
  });

  describe("erased evidence", () => {
    it("is gone and recorded, and the log still verifies", async () => {
      await execute(4);
      expect(await ledger.audit.eraseEvidence({ executionId: "e1" })).toBe(1);
      expect(await ledger.audit.eraseEvidence({ executionId: "e1" })).toBe(0);
      expect(await ledger.audit.eraseEvidence({ executionId: "nobody" })).toBe(0);
      expect(await ledger.evidence("e1")).toBeUndefined();
      expect(decodeUtf8((await ledger.evidence("e2")) ?? new Uint8Array())).toContain("claim_amount");
      expect(await ledger.audit.eraseEvidence({ before: 0 })).toBe(0);
      expect(await ledger.audit.eraseEvidence({ before: Date.now() + 60_000 })).toBe(3);
      expect((await ledger.audit.search({ event: "evidence_erased" })).entries).toHaveLength(4);
      expect((await ledger.audit.timeline("e1")).map(({ entry }) => entry.event)).toEqual([
        "attested",
        "evidence_erased",
      ]);
      expect(await ledger.audit.verify({ trustRoot: environment.trustRoot })).toMatchObject({
        verdict: "intact",
        to: 8,
      });
    });
  });

  describe("verifying the log", () => {
    it("reads every entry, signature, node and checkpoint again", async () => {
      const progress: number[] = [];
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", to: 0 });
      await execute();
      await ledger.audit.checkpoint(signer(), { heads });
      await execute(3, COUNT);
      const remembered = await ledger.audit.checkpoint(signer(), { heads });
      await execute(2, COUNT + 3);
      const { trustRoot } = environment;
      expect(
        await ledger.audit.verify({ trustRoot, onProgress: (done) => progress.push(done) }),
      ).toMatchObject({
        verdict: "intact",
        from: 0,
        to: COUNT + 5,
        attestations: COUNT + 5,
        checkpoints: 2,
        signatures: "checked",
        rootHash: Buffer.from((await ledger.audit.head()).rootHash).toString("hex"),
      });
      expect(progress.at(-1)).toBe(COUNT + 5);
      expect(await ledger.audit.verify({ trustRoot, remembered, incremental: true })).toMatchObject({
        verdict: "intact",
        from: COUNT + 3,
        to: COUNT + 5,
      });
    });

    it("finds that another log was put in its place, or its end cut off (threats 41, 43)", async () => {
      await execute();
      const remembered = await ledger.audit.checkpoint(signer(), { heads });
      await ledger.close();
      for (const count of [COUNT - 1, COUNT + 5]) {
        ledger = await harness.create();
        await execute(count, 100);
        expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
        expect(await ledger.audit.verify({ remembered })).toMatchObject({
          verdict: "damaged",
          problem: { code: "SYS-037" },
        });
        if (count < COUNT) await ledger.close();
      }
    });

    it("takes several remembered checkpoints, and nothing that is none (SYS-036)", async () => {
      await execute(2);
      const first = await ledger.audit.checkpoint(signer(), { heads });
      await execute(2, 2);
      const second = await ledger.audit.checkpoint(signer(), { heads });
      await execute(1, 4);
      expect(await ledger.audit.verify({ remembered: [second, first], incremental: true })).toMatchObject({
        verdict: "intact",
        from: 2,
        to: 5,
      });
      await expect(ledger.audit.verify({ remembered: [first, "garbage"] })).rejects.toEqual(
        refusal("SYS-036"),
      );
    });

    it("names the first position that does not hold, be it for a signature or for a row", async () => {
      const { trustRoot } = environment;
      await execute(3);
      const executionId = "unsigned";
      const record = attestedRecord({ executionId, fingerprint: facts(executionId), identity: "execution" });
      const { keyId } = environment.keys.runtime.publicKey;
      const issuedAt = formatTimestamp(Date.now());
      await ledger.append({ ...record, attestation: { ...record.attestation, keyId, issuedAt } });
      await execute(3, 3);
      const unsigned = {
        verdict: "damaged",
        to: 3,
        attestations: 3,
        problem: { seq: 3, code: "SYS-013", detail: expect.stringContaining("signature") as string },
      };
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", to: 7 });
      expect(await ledger.audit.verify({ trustRoot })).toMatchObject(unsigned);
      await harness.tamper(`UPDATE %attestations SET body = ${harness.bytes("{}")} WHERE seq = 5`);
      expect(await ledger.audit.verify({ trustRoot })).toMatchObject(unsigned);
      await harness.tamper(`UPDATE %attestations SET body = ${harness.bytes("{}")} WHERE seq = 1`);
      expect(await ledger.audit.verify({ trustRoot })).toMatchObject({
        verdict: "damaged",
        to: 1,
        attestations: 1,
        problem: { seq: 1, code: "SYS-013", detail: expect.not.stringContaining("signature") as string },
      });
    });

    it("refuses a remembered checkpoint that the log's key did not sign", async () => {
      await execute(3);
      const forged = createNoteSigner({ name: ORIGIN, privateKey: environment.keys.policy });
      const remembered = await ledger.audit.checkpoint(forged, { heads });
      const { trustRoot } = environment;
      expect(await ledger.audit.verify({ trustRoot, remembered })).toMatchObject({
        verdict: "damaged",
        problem: { code: "SYS-037" },
      });
      expect(await ledger.audit.verify({ trustRoot })).toMatchObject({ verdict: "damaged" });
    });

    // Positions far from the end, which an opening does not look at: its quick check covers the last 64.
    const swap = (table: string, columns: string, one: number, other: number) => [
      `CREATE TABLE %swapped AS SELECT * FROM %${table} WHERE seq IN (${String(one)}, ${String(other)})`,
      `UPDATE %${table} SET (${columns}) = (SELECT ${columns} FROM %swapped WHERE seq = ${String(one)}) WHERE seq = ${String(other)}`,
      "DROP TABLE %swapped",
    ];

    it.each<{ what: string; seq: number | null; code?: string; statements: () => readonly string[] }>([
      {
        what: "an entry's value was changed, its hash left alone (threat 42)",
        seq: 7,
        statements: () => [`UPDATE %log SET entry = ${harness.bytes("{}")} WHERE seq = 7`],
      },
      {
        what: "an entry was exchanged for another with its hash",
        seq: 9,
        statements: () => swap("log", "entry, leaf_hash", 8, 9),
      },
      {
        what: "a leaf hash was changed",
        seq: 4,
        statements: () => [
          "UPDATE %log SET leaf_hash = (SELECT leaf_hash FROM %log AS other WHERE other.seq = 5) WHERE seq = 4",
        ],
      },
      {
        what: "an entry was deleted",
        seq: 6,
        statements: () => ["DELETE FROM %log WHERE seq = 6"],
      },
      {
        what: "an attestation was exchanged",
        seq: 2,
        statements: () => swap("attestations", "body", 1, 2),
      },
      {
        what: "an attestation was deleted",
        seq: 3,
        statements: () => ["DELETE FROM %attestations WHERE seq = 3"],
      },
      {
        what: "the evidence was exchanged",
        seq: 12,
        statements: () => swap("evidence", "body", 11, 12),
      },
      {
        what: "the unique key of an execution was removed",
        seq: 10,
        statements: () => ["UPDATE %log SET attested_execution = NULL WHERE seq = 10"],
      },
      {
        what: "the facts of an execution were freed",
        seq: 10,
        statements: () => ["UPDATE %log SET attested_fingerprint = NULL WHERE seq = 10"],
      },
      {
        what: "the evidence was deleted, and nothing says so",
        seq: 3,
        statements: () => ["DELETE FROM %evidence WHERE seq = 3"],
      },
      {
        what: "the evidence is said to be erased by an entry that does not exist",
        seq: 3,
        statements: () => ["UPDATE %evidence SET body = NULL, erased_by = 9999 WHERE seq = 3"],
      },
      {
        what: "the evidence is said to be erased by an entry that erased nothing",
        seq: 3,
        statements: () => ["UPDATE %evidence SET body = NULL, erased_by = 5 WHERE seq = 3"],
      },
      {
        what: "the evidence is said to be erased by the entry that erased another's",
        seq: 1,
        statements: () => [
          "UPDATE %evidence SET erased_by = 9999 WHERE seq = 2",
          "UPDATE %evidence SET body = NULL, erased_by = 17 WHERE seq = 1",
        ],
      },
      {
        what: "evidence was put beside an entry that attests nothing",
        seq: 17,
        statements: () => ["INSERT INTO %evidence SELECT 17, body, NULL FROM %evidence WHERE seq = 4"],
      },
      {
        what: "the catalogue was changed",
        seq: 5,
        statements: () => ["UPDATE %catalogue SET decision = 'approved' WHERE seq = 5"],
      },
      {
        what: "the catalogue forgot an entry",
        seq: 5,
        statements: () => ["DELETE FROM %catalogue WHERE seq = 5"],
      },
      {
        what: "a checkpoint's root was changed",
        seq: null,
        statements: () => [
          "UPDATE %checkpoints SET root = (SELECT leaf_hash FROM %log WHERE seq = 0) WHERE size = 15",
        ],
      },
      {
        what: "a checkpoint's note was changed",
        seq: null,
        code: "SYS-036",
        statements: () => ["UPDATE %checkpoints SET note = 'forged' WHERE size = 15"],
      },
      {
        what: "a checkpoint of another size was put in",
        seq: null,
        statements: () => ["UPDATE %checkpoints SET size = 14 WHERE size = 15"],
      },
    ])("names the place where $what", async ({ seq, code = "SYS-013", statements }) => {
      await execute(15);
      await ledger.audit.checkpoint(signer(), { heads });
      await execute(2, 15);
      await ledger.audit.checkpoint(signer(), { heads });
      expect(await ledger.audit.eraseEvidence({ executionId: "e2" })).toBe(1);
      await execute(65, 17);
      // While it is open: an SQLite ledger that lacks entries would not open again.
      await harness.tamper(...statements());
      const report = await ledger.audit.verify({ trustRoot: environment.trustRoot });
      expect(report).toMatchObject({ verdict: "damaged", problem: { code, seq } });
    });

    it("names the node of the tree that is not the hash of what is below it", async () => {
      await execute(257);
      await ledger.close();
      await harness.tamper(
        "UPDATE %tree SET hash = (SELECT leaf_hash FROM %log WHERE seq = 0) WHERE level = 4 AND position = 3",
      );
      ledger = await harness.open();
      expect(await ledger.audit.verify()).toMatchObject({
        verdict: "damaged",
        problem: { code: "SYS-013", seq: 48 },
      });
    });

    it("sees through a rewrite of everything that hashes can show: the checkpoint and the signatures remain", async () => {
      await execute();
      await ledger.audit.checkpoint(signer(), { heads });
      // An attacker with the database but no key: the same executions again, under keys of his own.
      const own = await createClaimsEnvironment(Date.now());
      const { trustRoot } = environment;
      environment = own;
      const remembered = (await ledger.audit.latestCheckpoint()) ?? "";
      await ledger.close();
      ledger = await harness.create();
      await execute();
      await ledger.audit.checkpoint(signer(), { unsafeWithoutHeads: true });
      own.remove();
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", signatures: "not_checked" });
      expect(await ledger.audit.verify({ trustRoot })).toMatchObject({
        verdict: "damaged",
        problem: { seq: 0 },
      });
      expect(await ledger.audit.verify({ remembered })).toMatchObject({ problem: { code: "SYS-037" } });
    });
  });

  describe("an opening", () => {
    it.each([
      [
        "the last checkpoint is not one of this log",
        "UPDATE %checkpoints SET root = (SELECT leaf_hash FROM %log WHERE seq = 0)",
      ],
      ["the last checkpoint is of more entries than there are", "UPDATE %checkpoints SET size = 99"],
      [
        "a node of the tree was changed",
        "UPDATE %tree SET hash = (SELECT leaf_hash FROM %log WHERE seq = 0)",
      ],
      [
        "the right edge of the tree was changed",
        "UPDATE %counters SET frontier = (SELECT leaf_hash FROM %log WHERE seq = 0)",
      ],
    ])("refuses a log where %s", async (_, statement) => {
      await execute(16);
      await ledger.audit.checkpoint(signer(), { heads });
      await ledger.close();
      await harness.tamper(statement);
      await expect(harness.open()).rejects.toEqual(refusal("SYS-013"));
      ledger = await harness.create();
    });

    it("refuses a log whose entries do not lead to its checkpoint (SYS-037)", async () => {
      await execute(16);
      await ledger.audit.checkpoint(signer(), { heads });
      await ledger.close();
      await harness.tamper(
        "UPDATE %tree SET hash = (SELECT leaf_hash FROM %log WHERE seq = 0) WHERE level = 4",
        "UPDATE %counters SET frontier = (SELECT leaf_hash FROM %log WHERE seq = 0)",
      );
      await expect(harness.open()).rejects.toEqual(refusal("SYS-037"));
      ledger = await harness.create();
    });
  });
}
