import { parseTimestamp } from "@parmanasystems/canonical";
import type { ExecutionIdentity } from "@parmanasystems/execution-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PostgresLedger, SqliteLedger } from "../src/index.js";
import type { AuditHarness } from "./audit-behaviour.js";
import { rawHash } from "../src/row.js";
import { forgedEnd } from "./forged-log.js";
import { attestedRecord, eventRecord, facts, resolvedRecord } from "./records.js";
import { refusal, reservationOf, reserveRequest } from "./support.js";

/** What such a person achieves: the log decides, and shows it. */
export function tamperBehaviour(harness: AuditHarness): void {
  describe("somebody who may write every table and has no key", () => {
    let ledger: SqliteLedger | PostgresLedger;

    beforeEach(async () => {
      ledger = await harness.create();
    });
    afterEach(() => ledger.close());

    const identity = (name: string): ExecutionIdentity => ({
      executionId: name,
      fingerprint: facts(name),
      identity: "fingerprint",
    });

    async function executed(name: string, decision: "approved" | "pending_override" = "approved") {
      const held = reservationOf(await ledger.reserve(reserveRequest(name, name)));
      await ledger.appendAndConfirm(held, attestedRecord(held, decision));
      return held;
    }

    /** Enough entries that what came before is beyond the quick check of an opening. */
    async function grow(count = 70) {
      const records = Array.from({ length: count }, (_, nth) =>
        eventRecord("failed", identity(`f${String(nth)}`)),
      );
      await Promise.all(records.map((record) => ledger.append(record)));
    }

    async function reopened() {
      await ledger.close();
      ledger = await harness.open();
    }

    async function expectNotOpened(details: object = {}) {
      await ledger.close();
      await expect(harness.open()).rejects.toEqual(
        expect.objectContaining({ code: "SYS-013", details: expect.objectContaining(details) }),
      );
      ledger = await harness.create();
    }

    const damaged = (details: object) => ({ verdict: "damaged", problem: { code: "SYS-013", ...details } });

    describe("a ledger that was tampered with at its end does not open", () => {
      it.each([
        ["facts were freed", "UPDATE %log SET attested_fingerprint = NULL WHERE seq = 1", 1],
        ["evidence was deleted", "DELETE FROM %evidence WHERE seq = 1", 1],
        ["evidence was erased by nobody", "UPDATE %evidence SET body = NULL, erased_by = 9 WHERE seq = 1", 1],
        ["an erasure was forgotten", "DELETE FROM %evidence WHERE seq = 0", 0],
      ])("%s", async (_, statement, seq) => {
        await executed("a");
        await executed("b");
        await ledger.audit.eraseEvidence({ executionId: "a" });
        await harness.tamper(statement);
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq }));
        await expectNotOpened({ seq });
      });

      it.each([
        ["catalogue", "SELECT 99, time, event, 'x', NULL, NULL, NULL, NULL FROM %catalogue WHERE seq = 1"],
        ["attestations", "SELECT 99, 0, 0, body FROM %attestations WHERE seq = 0"],
        ["evidence", "SELECT 99, body, NULL FROM %evidence WHERE seq = 0"],
        ["evidence", "SELECT -1, body, NULL FROM %evidence WHERE seq = 0"],
        ["resolutions", "SELECT leaf_hash, 99, NULL, NULL FROM %log WHERE seq = 0"],
      ])("%s has a row of an entry that does not exist: %s", async (table, rows) => {
        await executed("a");
        await ledger.append(eventRecord("failed", identity("b")));
        await harness.tamper(`INSERT INTO %${table} ${rows.replace("event, 'x'", "'failed', 'x'")}`);
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: rows.includes("-1") ? -1 : 99 }));
        await expectNotOpened({ table });
      });
    });

    describe("evidence", () => {
      it("that was erased cannot come back: the entry that says so is held against it", async () => {
        await executed("a");
        await harness.tamper("CREATE TABLE %kept AS SELECT seq, body FROM %evidence");
        await ledger.audit.eraseEvidence({ executionId: "a" });
        await grow();
        await harness.tamper(
          "UPDATE %evidence SET body = (SELECT body FROM %kept), erased_by = NULL WHERE seq = 0",
          "DROP TABLE %kept",
        );
        await reopened();
        expect(Buffer.from((await ledger.evidence("a")) ?? []).toString()).toContain("claim_amount");
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 1 }));
      });

      it("that is gone without a record is not answered as erased", async () => {
        await executed("a");
        await grow();
        await harness.tamper("DELETE FROM %evidence WHERE seq = 0");
        await reopened();
        await expect(ledger.evidence("a")).rejects.toEqual(refusal("SYS-013"));
      });

      it("is erased once, however many ask", async () => {
        await executed("a");
        const asked = Array.from({ length: 5 }, () => ledger.audit.eraseEvidence({ executionId: "a" }));
        expect((await Promise.all(asked)).toSorted()).toEqual([0, 0, 0, 0, 1]);
        expect(await ledger.entries()).toHaveLength(2);
        expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
      });

      it("is not what was attested where another origin is put to the same signals", async () => {
        await executed("a");
        await harness.tamper(
          `UPDATE %evidence SET body = ${harness.bytes(
            '{"execution_id":"a","signalProvenance":{"risk_score":{"source":"nobody"}},"signals":{"claim_amount":42000,"risk_score":12,"vip_customer":false},"type":"parmana/evidence/v1"}',
          )} WHERE seq = 0`,
        );
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 0 }));
      });
    });

    describe("the replay table does not overrule the log", () => {
      it.each(["resolved_approved", "resolved_rejected", "confirmed", "failed", "reserved"])(
        "when it says that a pending execution is %s",
        async (state) => {
          await executed("a", "pending_override");
          const before = await ledger.find("a");
          await harness.tamper(
            `UPDATE %replay SET state = '${state}', identity = 'execution', fingerprint = attestation_hash, lease_expires_at = 0`,
          );
          expect(await ledger.find("a")).toMatchObject({ ...before, leaseExpiresAt: expect.any(Number) });
          expect(await ledger.reserve(reserveRequest("a", "a"))).toMatchObject({
            outcome: "replay",
            record: { state: "pending_override", attestationHash: before?.attestationHash },
          });
          expect(await ledger.reserve(reserveRequest("b", "a"))).toMatchObject({ outcome: "replay" });
          await expect(
            ledger.resolveAndAppend("a", "approved", resolvedRecord(identity("a"))),
          ).rejects.toEqual(refusal("INV-019"));
        },
      );

      it("when it lets an override wait that has ended", async () => {
        await executed("a", "pending_override");
        await ledger.resolveAndAppend("a", "rejected", eventRecord("override_resolved", identity("a")));
        await harness.tamper("UPDATE %replay SET state = 'pending_override'");
        expect(await ledger.find("a")).toMatchObject({ state: "resolved_rejected" });
        expect(await ledger.reserve(reserveRequest("b", "a"))).toMatchObject({
          outcome: "replay",
          record: { state: "resolved_rejected" },
        });
        await expect(ledger.resolveAndAppend("a", "approved", resolvedRecord(identity("a")))).rejects.toEqual(
          refusal("INV-019"),
        );
      });

      it("when it lets an override wait of what was decided, or of nothing", async () => {
        await executed("a");
        const row = (name: string) =>
          `INSERT INTO %replay SELECT fencing + 1, ${name}, '${name === "attested_execution" ? "a" : "n"}', leaf_hash, 'execution', 'pending_override', 0, leaf_hash
FROM %log JOIN %counters ON true WHERE seq = 0`;
        await harness.tamper("UPDATE %counters SET fencing = 9", row("attested_execution"));
        await expect(ledger.resolveAndAppend("a", "approved", resolvedRecord(identity("a")))).rejects.toEqual(
          refusal("INV-019"),
        );
        expect(await ledger.find("a")).toMatchObject({ state: "confirmed" });
        expect(await ledger.entries()).toHaveLength(1);
      });
    });

    describe("an execution id that was burnt", () => {
      it("stays burnt where the replay table forgot that it failed, and its facts stay free", async () => {
        const held = reservationOf(await ledger.reserve(reserveRequest("a", "x")));
        await ledger.failAndAppend(held, eventRecord("failed", held, "SYS-008"));
        await harness.tamper("DELETE FROM %replay");
        const replay = { outcome: "replay", record: { executionId: "a", state: "failed" } };
        expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject(replay);
        expect(await ledger.reserve(reserveRequest("a", "y"))).toMatchObject({ outcome: "conflict" });
        expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({ outcome: "reserved" });
      });

      it("stays burnt where its lease ran out and others took its facts", async () => {
        reservationOf(await ledger.reserve(reserveRequest("a", "x")));
        await harness.tamper("UPDATE %replay SET lease_expires_at = 0");
        expect(await ledger.reserve(reserveRequest("b", "x"))).toMatchObject({
          outcome: "reserved",
          abandoned: { executionId: "a" },
        });
        await harness.tamper("DELETE FROM %replay WHERE execution_id = 'a'");
        expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({
          outcome: "replay",
          record: { state: "failed" },
        });
      });

      it("is free again only where the catalogue was changed too, and verifying names the entry", async () => {
        const held = reservationOf(await ledger.reserve(reserveRequest("a", "x")));
        await ledger.failAndAppend(held, eventRecord("failed", held, "SYS-008"));
        await harness.tamper("DELETE FROM %replay", "UPDATE %catalogue SET execution_id = 'b' WHERE seq = 0");
        expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({ outcome: "reserved" });
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 0 }));
      });
    });

    describe("the end of an override", () => {
      it("that somebody signed is not taken for one that nobody did", async () => {
        await executed("a", "pending_override");
        await ledger.resolveAndAppend("a", "approved", resolvedRecord(identity("a")));
        expect(await ledger.resolution("a")).toMatchObject({ resolution: "approved" });
        await grow();
        await harness.tamper("UPDATE %resolutions SET body = NULL, evidence = NULL");
        await reopened();
        await expect(ledger.resolution("a")).rejects.toEqual(refusal("SYS-013"));
      });

      /** What somebody without a key appends, with everything beside it in order. */
      async function forgeEnd(executionId: string) {
        const entries = await ledger.entries();
        const leaves = entries.map(({ leafHash }) => rawHash(leafHash));
        const time = parseTimestamp(entries.at(-1)?.entry.time ?? "");
        await harness.tamper(...forgedEnd({ leaves, executionId, time }, harness.hex));
      }

      it("is none where nothing was pending: verifying names it", async () => {
        await executed("a");
        await executed("p", "pending_override");
        await forgeEnd("p");
        expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
        await forgeEnd("a");
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 3 }));
        await expectNotOpened({ seq: 3 });
      });

      it("is none of what was never attested", async () => {
        await executed("a");
        await forgeEnd("b");
        await grow();
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 1 }));
      });

      it("is none where another attestation was signed off than the one that was pending", async () => {
        await executed("a", "pending_override");
        const record = resolvedRecord(identity("a"));
        const attestation = { ...record.attestation, attestationHash: facts("another") };
        await ledger.resolveAndAppend("a", "approved", { ...record, attestation });
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 1 }));
      });

      it("is appended for nothing that the log does not have as pending", async () => {
        await executed("a");
        for (const name of ["a", "b"])
          await expect(ledger.append(eventRecord("override_resolved", identity(name)))).rejects.toEqual(
            refusal("INV-019"),
          );
        expect(await ledger.entries()).toHaveLength(1);
      });
    });

    describe("versions that were seen", () => {
      const seen = async (version: number) =>
        ledger.versions.remember("policy-index", { version, hash: facts(`index ${String(version)}`) });

      it.each([
        ["forgotten", "DELETE FROM %seen_versions"],
        ["set back", "UPDATE %seen_versions SET version = 2 WHERE subject = 'policy-index'"],
        ["set forth", "UPDATE %seen_versions SET version = 9 WHERE subject = 'policy-index'"],
        [
          "exchanged for another of the same number",
          "UPDATE %seen_versions SET hash = (SELECT leaf_hash FROM %log WHERE seq = 0)",
        ],
      ])("are not %s: the log has them", async (_, statement) => {
        await seen(1);
        await seen(3);
        await grow();
        await harness.tamper(statement);
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 1 }));
        await expect(ledger.versions.highest("policy-index")).rejects.toEqual(refusal("SYS-013"));
        await expectNotOpened({ seq: 1, subject: "policy-index" });
      });

      it("are held against the log before an older one is remembered", async () => {
        await seen(3);
        await harness.tamper("DELETE FROM %seen_versions");
        // An SQLite ledger is poisoned by what it read.
        await expect(seen(2)).rejects.toEqual(
          expect.objectContaining({ code: expect.stringMatching(/^SYS-0(04|13)$/) }),
        );
        await expectNotOpened({ subject: "policy-index" });
      });

      it("are known to nobody whose entries do not say so", async () => {
        await seen(1);
        await harness.run(
          "INSERT INTO %seen_versions SELECT 'policy-index/2', version, hash FROM %seen_versions",
        );
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: null }));
      });

      it("stay known where every other table was made to forget them", async () => {
        await seen(3);
        await executed("a");
        await harness.tamper(
          "CREATE TABLE %kept AS SELECT * FROM %catalogue WHERE seq = 0",
          "DELETE FROM %catalogue WHERE seq = 0",
          "DELETE FROM %seen_versions",
        );
        await seen(2);
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 0 }));
        await harness.tamper("INSERT INTO %catalogue SELECT * FROM %kept", "DROP TABLE %kept");
        expect(await ledger.audit.verify()).toMatchObject(damaged({ seq: 2 }));
      });
    });
  });
}
