import { canonicalBytes, sha256 } from "@parmanasystems/canonical";
import { attestationHash } from "@parmanasystems/execution";
import { RuntimeError } from "@parmanasystems/execution-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leafHash, type PostgresLedger, type SqliteLedger } from "../src/index.js";
import { attestation, attestedRecord, eventRecord, facts } from "./records.js";
import { refusal, reservationOf, reserveRequest } from "./support.js";

/** A place for a ledger, and its clock. */
export interface LedgerHarness {
  /** A ledger in a new place. */
  create(): Promise<SqliteLedger | PostgresLedger>;
  /** Another one in the same place. */
  open(): Promise<SqliteLedger | PostgresLedger>;
  advance(ms: number): void | Promise<void>;
}

/** What every ledger does, wherever it keeps its tables. */
export function ledgerBehaviour(harness: LedgerHarness): void {
  let ledger: SqliteLedger | PostgresLedger;

  beforeEach(async () => {
    ledger = await harness.create();
  });
  afterEach(() => ledger.close());

  it("is writable until it is closed, and as it was before", async () => {
    const held = reservationOf(await ledger.reserve(reserveRequest("a", "a")));
    await ledger.appendAndConfirm(held, attestedRecord(held));
    const before = await ledger.entries();
    await Promise.all([ledger.requireWritable(), ledger.requireWritable()]);
    expect(await ledger.entries()).toEqual(before);
    expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", to: 1 });
    await ledger.close();
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-007"));
  });

  async function reopen(): Promise<void> {
    await ledger.close();
    ledger = await harness.open();
  }

  async function reserved(executionId: string, name: string) {
    return reservationOf(await ledger.reserve(reserveRequest(executionId, name)));
  }

  async function executed(executionId: string, name: string) {
    const reservation = await reserved(executionId, name);
    return ledger.appendAndConfirm(reservation, attestedRecord(reservation));
  }

  const task = (executionId: string, createdAt = "2026-11-20T12:00:00.000Z") => ({
    executionId,
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    reason: "needs a claims manager",
    createdAt,
  });

  it("tells how many changes wait", async () => {
    expect(ledger.waiting).toBe(0);
    const asked = ["a", "b", "c"].map((id) => ledger.reserve(reserveRequest(id, id)));
    expect(ledger.waiting).toBe(3);
    await Promise.all(asked);
    await ledger.find("a");
    expect(ledger.waiting).toBe(0);
  });

  describe("appendAndConfirm is one step", () => {
    it("leaves entry, attestation, evidence and a consumed identity, and a restart keeps them", async () => {
      const receipt = await executed("a", "x");
      const record = attestedRecord({ executionId: "a", fingerprint: facts("x"), identity: "fingerprint" });
      for (const restarted of [false, true]) {
        if (restarted) await reopen();
        const [stored, ...others] = await ledger.entries();
        expect(others).toEqual([]);
        expect(stored?.entry).toEqual({
          type: "parmana/log-entry/v1",
          seq: 0,
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          event: "attested",
          execution_id: "a",
          execution_fingerprint: facts("x"),
          attestationHash: attestationHash(record.attestation),
          decision: "approved",
          code: null,
          replayIdentity: "fingerprint",
        });
        expect(Buffer.from(stored?.bytes ?? [])).toEqual(Buffer.from(canonicalBytes(stored?.entry)));
        expect(stored?.leafHash).toBe(receipt.leafHash);
        expect(leafHash(stored?.bytes ?? new Uint8Array())).toBe(receipt.leafHash);
        expect(await ledger.attestation("a")).toEqual(record.attestation);
        expect(Buffer.from((await ledger.evidence("a")) ?? [])).toEqual(
          Buffer.from(canonicalBytes(record.evidence)),
        );
        expect(await ledger.find("a")).toMatchObject({
          state: "confirmed",
          fencing: 1,
          identity: "fingerprint",
        });
        expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({
          outcome: "replay",
          record: { executionId: "a", attestationHash: attestationHash(record.attestation) },
        });
      }
    });

    it("numbers entries from 0 without gaps, refused operations included", async () => {
      const first = await executed("a", "x");
      await expect(
        ledger.append(attestedRecord({ executionId: "a", fingerprint: facts("z"), identity: "execution" })),
      ).rejects.toEqual(refusal("INV-013"));
      const second = await executed("b", "y");
      expect([first.seq, second.seq]).toEqual([0, 1]);
    });

    it("writes nothing for a reservation that was taken over (threat 37)", async () => {
      const slow = await reserved("a", "x");
      await harness.advance(1_000);
      const next = await reserved("a", "x");
      await expect(ledger.appendAndConfirm(slow, attestedRecord(slow))).rejects.toEqual(refusal("INV-018"));
      await expect(ledger.failAndAppend(slow, eventRecord("failed", slow, "SYS-008"))).rejects.toEqual(
        refusal("INV-018"),
      );
      expect(await ledger.entries()).toEqual([]);
      expect(await ledger.findAttested({ executionId: "a" })).toBeUndefined();
      await ledger.appendAndConfirm(next, attestedRecord(next));
      await expect(ledger.appendAndConfirm(next, attestedRecord(next))).rejects.toEqual(refusal("INV-018"));
      expect(await ledger.entries()).toHaveLength(1);
    });

    it("refuses a fencing number that was given to someone else", async () => {
      const [a, b] = [await reserved("a", "x"), await reserved("b", "y")];
      const forged = { ...a, fencing: b.fencing };
      await expect(ledger.appendAndConfirm(forged, attestedRecord(a))).rejects.toEqual(refusal("INV-018"));
      await expect(
        ledger.confirm({ ...a, fencing: Number.NaN }, { state: "confirmed", attestationHash: facts("h") }),
      ).rejects.toEqual(refusal("INV-018"));
    });

    it("keeps what the record was when the call was made (threat 9)", async () => {
      const reservation = await reserved("a", "x");
      const record = attestedRecord(reservation);
      const changing = { ...record, attestation: { ...record.attestation } };
      const appended = ledger.appendAndConfirm(reservation, changing);
      changing.attestation.reason = "changed after the call";
      await appended;
      expect(await ledger.attestation("a")).toEqual(record.attestation);
    });

    it.each([
      ["executionId", { executionId: "b" }],
      ["fingerprint", { fingerprint: facts("y") }],
      ["identity", { identity: "execution" as const }],
      ["attestation", { attestation: null }],
      ["attestation.execution_id", { attestation: attestation("b", facts("x"), "approved") }],
      ["attestation.execution_fingerprint", { attestation: attestation("a", facts("y"), "approved") }],
      ["attestation.decision", { attestation: attestation("a", facts("x"), "rejected") }],
      ["evidence", { evidence: null }],
      ["decision", { decision: null }],
      ["code", { code: "SYS-001" }],
    ])("refuses a record whose %s contradicts the reservation or the attestation", async (member, change) => {
      const reservation = await reserved("a", "x");
      const record = { ...attestedRecord(reservation), ...change } as never;
      await expect(ledger.appendAndConfirm(reservation, record)).rejects.toEqual(
        expect.objectContaining({ code: "SYS-017", details: { member } }),
      );
      expect(await ledger.entries()).toEqual([]);
    });
  });

  describe("the log is the final arbiter", () => {
    it("attests an execution id once, and facts once unless they may recur", async () => {
      await ledger.append(
        attestedRecord({ executionId: "a", fingerprint: facts("x"), identity: "fingerprint" }),
      );
      const again = (executionId: string, name: string, identity: "fingerprint" | "execution") =>
        ledger.append(attestedRecord({ executionId, fingerprint: facts(name), identity }));
      await expect(again("a", "other", "fingerprint")).rejects.toEqual(refusal("INV-013"));
      await expect(again("b", "x", "fingerprint")).rejects.toBeInstanceOf(RuntimeError);
      await again("c", "x", "execution");
      await again("d", "x", "execution");
      expect(await ledger.entries()).toHaveLength(3);
    });

    it("finds the attesting entry by id and by replay key", async () => {
      const { seq } = await ledger.append(
        attestedRecord({ executionId: "a", fingerprint: facts("x"), identity: "fingerprint" }),
      );
      await ledger.append(
        attestedRecord({ executionId: "b", fingerprint: facts("y"), identity: "execution" }, "rejected"),
      );
      const found = { seq, executionId: "a", decision: "approved" };
      expect(await ledger.findAttested({ executionId: "a" })).toMatchObject(found);
      expect(await ledger.findAttested({ executionId: "zzz", fingerprint: facts("x") })).toMatchObject(found);
      expect(await ledger.findAttested({ executionId: "zzz", fingerprint: facts("y") })).toBeUndefined();
      expect(await ledger.findAttested({ executionId: "b" })).toMatchObject({ decision: "rejected" });
    });

    it("refuses a reservation of what was attested by other means", async () => {
      await ledger.append(
        attestedRecord({ executionId: "a", fingerprint: facts("x"), identity: "fingerprint" }),
      );
      expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({
        outcome: "replay",
        record: { fencing: 0 },
      });
      expect(await ledger.reserve(reserveRequest("a", "y"))).toMatchObject({ outcome: "conflict" });
      expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({
        outcome: "replay",
        record: { executionId: "a" },
      });
    });

    it("never hands out an expired reservation whose identity was attested meanwhile (threat 37)", async () => {
      const orphan = await reserved("a", "x");
      await ledger.append(attestedRecord(orphan));
      await harness.advance(1_000);
      expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({
        outcome: "replay",
        record: { state: "confirmed" },
      });
      expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({
        outcome: "replay",
        record: { executionId: "a" },
      });
      await expect(ledger.appendAndConfirm(orphan, attestedRecord(orphan))).rejects.toEqual(
        refusal("INV-013"),
      );
    });
  });

  describe("reservations that end without an attestation", () => {
    it("burns the id, frees the facts and says why", async () => {
      const reservation = await reserved("a", "x");
      await ledger.failAndAppend(reservation, eventRecord("failed", reservation, "SYS-008"));
      expect(await ledger.find("a")).toMatchObject({ state: "failed", attestationHash: null });
      expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({ outcome: "reserved" });
      const [stored] = await ledger.entries();
      expect(stored?.entry).toMatchObject({
        event: "failed",
        code: "SYS-008",
        decision: null,
        attestationHash: null,
      });
      expect(await ledger.attestation("a")).toBeUndefined();
      expect(await ledger.evidence("a")).toBeUndefined();
    });

    it("records an abandoned reservation in the transaction that gives its facts away", async () => {
      await reserved("a", "x");
      await harness.advance(1_000);
      expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({
        outcome: "reserved",
        abandoned: { executionId: "a" },
      });
      const [stored, ...others] = await ledger.entries();
      expect(others).toEqual([]);
      expect(stored?.entry).toMatchObject({
        event: "abandoned",
        execution_id: "a",
        execution_fingerprint: facts("x"),
      });
    });

    it("lets several abandoned ids share facts", async () => {
      for (const id of ["a", "b", "c"]) {
        await reserved(id, "x");
        await harness.advance(1_000);
      }
      expect((await ledger.entries()).map(({ entry }) => entry.execution_id)).toEqual(["a", "b"]);
    });
  });

  describe("a pending override", () => {
    async function pending(executionId: string, name: string) {
      const reservation = await reserved(executionId, name);
      await ledger.appendAndConfirm(
        reservation,
        attestedRecord(reservation, "pending_override"),
        task(executionId),
      );
      return reservation;
    }

    it("is attested, parked and listed in one step, and ended once in another (threat 40)", async () => {
      const reservation = await pending("a", "x");
      expect(await ledger.reviewTasks.list()).toEqual([task("a")]);
      await reopen();
      expect(await ledger.find("a")).toMatchObject({
        state: "pending_override",
        fencing: reservation.fencing,
      });
      const ends = await Promise.allSettled(
        (["rejected", "rejected", "rejected"] as const).map((end) =>
          ledger.resolveAndAppend("a", end, eventRecord("override_resolved", reservation)),
        ),
      );
      expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
      expect(ends[1]).toMatchObject({ reason: { code: "INV-019" } });
      expect(await ledger.find("a")).toMatchObject({
        state: "resolved_rejected",
        attestationHash: sha256(canonicalBytes(await ledger.attestation("a"))),
      });
      expect(await ledger.reviewTasks.list()).toEqual([]);
      expect((await ledger.entries()).map(({ entry }) => entry.event)).toEqual([
        "attested",
        "override_resolved",
      ]);
      expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({
        outcome: "replay",
        record: { state: "resolved_rejected" },
      });
      expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({ outcome: "replay" });
    });

    it("cannot be resolved by a record of something else", async () => {
      const reservation = await pending("a", "x");
      await expect(
        ledger.resolveAndAppend("a", "approved", eventRecord("failed", reservation)),
      ).rejects.toEqual(refusal("SYS-017"));
      await expect(
        ledger.resolveAndAppend("b", "approved", eventRecord("override_resolved", reservation)),
      ).rejects.toEqual(refusal("SYS-017"));
      // What nobody signed is a refusal, and one that ran out says so.
      for (const [end, code] of [
        ["approved", null],
        ["expired", null],
        ["rejected", "INV-095"],
      ] as const)
        await expect(
          ledger.resolveAndAppend("a", end, eventRecord("override_resolved", reservation, code)),
        ).rejects.toEqual(refusal("SYS-017"));
      await expect(ledger.resolve("a", "maybe" as never)).rejects.toEqual(refusal("INV-017"));
      expect(await ledger.find("a")).toMatchObject({ state: "pending_override" });
    });
  });

  describe("review tasks", () => {
    it("are listed oldest first until they are settled", async () => {
      await ledger.reviewTasks.add(task("late", "2026-11-20T13:00:00.000Z"));
      await ledger.reviewTasks.add(task("early", "2026-11-20T11:00:00.000Z"));
      const { reason, ...plain } = task("plain", "2026-11-20T14:00:00.000Z");
      await ledger.reviewTasks.add(plain);
      await reopen();
      expect((await ledger.reviewTasks.list()).map(({ executionId }) => executionId)).toEqual([
        "early",
        "late",
        "plain",
      ]);
      expect((await ledger.reviewTasks.list())[2]).toEqual(plain);
      expect(reason).toBe("needs a claims manager");
      await ledger.reviewTasks.settle("early", "resolved");
      await ledger.reviewTasks.settle("nobody", "expired");
      expect(await ledger.reviewTasks.list()).toHaveLength(2);
    });

    it.each([
      { executionId: "no spaces" },
      { policyId: 7 },
      { policyVersion: null },
      { reason: 1 },
      { createdAt: "yesterday" },
    ])("refuse %j", async (change) => {
      await expect(ledger.reviewTasks.add({ ...task("a"), ...change } as never)).rejects.toEqual(
        refusal("SYS-017"),
      );
    });
  });

  describe("the version memory", () => {
    it("is raised and never lowered", async () => {
      expect(await ledger.versions.highest("trust-root")).toBeUndefined();
      await ledger.versions.remember("trust-root", { version: 3, hash: facts("three") });
      await ledger.versions.remember("trust-root", { version: 2, hash: facts("two") });
      await ledger.versions.remember("trust-root", { version: 3, hash: facts("other three") });
      await ledger.versions.remember("policy-index", { version: 1, hash: facts("index") });
      await reopen();
      expect(await ledger.versions.highest("trust-root")).toEqual({ version: 3, hash: facts("three") });
      expect(await ledger.versions.highest("policy-index")).toEqual({ version: 1, hash: facts("index") });
      await ledger.versions.remember("trust-root", { version: 4, hash: facts("four") });
      expect(await ledger.versions.highest("trust-root")).toEqual({ version: 4, hash: facts("four") });
    });

    it("leaves an entry for the first version and for each newer one, once", async () => {
      await ledger.versions.remember("policy-index", { version: 1, hash: facts("one") });
      await Promise.all(
        [2, 2, 1, 3].map((version) =>
          ledger.versions.remember("policy-index", { version, hash: facts(String(version)) }),
        ),
      );
      await ledger.versions.remember("trust-root", { version: 8, hash: facts("root") });
      await ledger.versions.remember("trust-root", { version: 9, hash: facts("new root") });
      const entries = (await ledger.entries()).map(({ entry }) => entry);
      expect(
        entries.map(({ event, execution_id, execution_fingerprint }) => [
          event,
          execution_id,
          execution_fingerprint,
        ]),
      ).toEqual([
        ["policy_index_changed", "policy-index:1", facts("one")],
        ["policy_index_changed", "policy-index:2", facts("2")],
        ["policy_index_changed", "policy-index:3", facts("3")],
        ["trust_root_changed", "trust-root:8", facts("root")],
        ["trust_root_changed", "trust-root:9", facts("new root")],
      ]);
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact", to: 5 });
    });

    it("refuses what is no version", async () => {
      const { versions } = ledger;
      await expect(versions.remember("trust-root", { version: -1, hash: facts("x") })).rejects.toEqual(
        refusal("SYS-016"),
      );
      await expect(versions.remember("trust-root", { version: 1, hash: "sha256:no" })).rejects.toEqual(
        refusal("SYS-016"),
      );
      await expect(versions.remember("other" as never, { version: 1, hash: facts("x") })).rejects.toEqual(
        refusal("SYS-016"),
      );
    });
  });

  describe("the ledger answers with data nobody can change", () => {
    it("freezes what it hands out", async () => {
      const answer = await ledger.reserve(reserveRequest("a", "x"));
      const reservation = reservationOf(answer);
      const receipt = await ledger.appendAndConfirm(
        reservation,
        attestedRecord(reservation, "pending_override"),
        task("a"),
      );
      const [stored] = await ledger.entries();
      const handedOut = [
        answer,
        reservation,
        receipt,
        stored,
        stored?.entry,
        await ledger.find("a"),
        await ledger.reviewTasks.list(),
      ];
      expect(handedOut.map((value) => Object.isFrozen(value))).toEqual(handedOut.map(() => true));
    });

    it("pages through entries", async () => {
      await Promise.all(["a", "b", "c", "d"].map((id) => executed(id, id)));
      expect((await ledger.entries({ from: 1, limit: 2 })).map(({ seq }) => seq)).toEqual([1, 2]);
      expect(await ledger.entries({ from: 4 })).toEqual([]);
      for (const query of [{ from: -1 }, { from: 0.5 }, { limit: 0 }, { limit: 10_001 }]) {
        await expect(ledger.entries(query)).rejects.toEqual(refusal("SYS-016"));
      }
    });
  });

  describe("arguments a ledger cannot keep", () => {
    it.each(["", "has space", "x".repeat(129), "ü"])("are refused: execution id %j", async (executionId) => {
      await expect(ledger.reserve(reserveRequest(executionId, "x"))).rejects.toEqual(refusal("INV-016"));
      await expect(ledger.resolve(executionId, "approved")).rejects.toEqual(refusal("INV-019"));
      expect(await ledger.find(executionId)).toBeUndefined();
    });

    it("are refused: an identity, an end or a code of another kind", async () => {
      await expect(ledger.reserve(reserveRequest("a", "x", { identity: "nobody" as never }))).rejects.toEqual(
        refusal("INV-017"),
      );
      const reservation = await reserved("a", "x");
      const end = { state: "failed", attestationHash: facts("h") } as never;
      await expect(ledger.confirm(reservation, end)).rejects.toEqual(refusal("INV-017"));
      await expect(ledger.append(eventRecord("failed", reservation, 'no "code"'))).rejects.toEqual(
        refusal("SYS-017"),
      );
      const event = { ...eventRecord("failed", reservation), event: "invented" } as never;
      await expect(ledger.append(event)).rejects.toEqual(refusal("SYS-017"));
      // What the ledger records itself, together with what it is about.
      for (const own of ["evidence_erased", "trust_root_changed", "policy_index_changed"] as const)
        await expect(ledger.append(eventRecord(own, reservation))).rejects.toEqual(refusal("SYS-017"));
    });
  });
}
