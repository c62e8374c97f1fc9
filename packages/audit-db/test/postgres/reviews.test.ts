import { canonicalBytes, sha256 } from "@parmanasystems/canonical";
import type { SealedVote } from "@parmanasystems/execution";
import type { Reservation, ResolvedRecord } from "@parmanasystems/execution-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPostgresLedger, type PostgresLedger } from "../../src/index.js";
import { attestedRecord, eventRecord, resolvedRecord, vote } from "../records.js";
import { refusal, reservationOf, reserveRequest } from "../support.js";
import { postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("reviews");
let schema: string;
let ledger: PostgresLedger;

/** Stores keep a seal, and do not judge it. */
const sealed = (...words: Parameters<typeof vote>): SealedVote => ({
  vote: vote(...words),
  seal: `of ${words.join(" ")}`,
});

const task = (executionId: string) => ({
  executionId,
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  createdAt: "2026-11-20T12:00:00.000Z",
});

describe.skipIf(!postgresAnswers)("reviews in a PostgreSQL ledger", () => {
  beforeEach(async () => {
    schema = newSchema();
    ledger = await openPostgresLedger(postgresUrl, { schema });
  });
  afterEach(() => ledger.close());

  async function pending(id: string): Promise<Reservation> {
    const reservation = reservationOf(await ledger.reserve(reserveRequest(id, id)));
    await ledger.appendAndConfirm(reservation, attestedRecord(reservation, "pending_override"), task(id));
    return reservation;
  }

  it("keep the votes in the order in which they were cast, one for each approver", async () => {
    await pending("a");
    const other = await openPostgresLedger(postgresUrl, { schema });
    await ledger.reviewTasks.vote("a", sealed("ada"));
    await other.reviewTasks.vote("a", sealed("bob", "rejected"));
    const votes = [sealed("ada"), sealed("bob", "rejected")];
    expect(await ledger.reviewTasks.vote("a", sealed("ada"))).toMatchObject({ votes });
    await expect(ledger.reviewTasks.vote("a", sealed("bob"))).rejects.toEqual(refusal("INV-094"));
    expect(await other.reviewTasks.find("a")).toEqual({
      task: task("a"),
      state: "pending",
      claim: null,
      votes,
    });
    expect(await other.reviewTasks.find("nobody")).toBeUndefined();
    await other.close();
  });

  it("count each of many votes that are cast at once, and one of two that contradict each other", async () => {
    await pending("a");
    const other = await openPostgresLedger(postgresUrl, { schema });
    const approvers = Array.from({ length: 20 }, (_, index) => `approver-${String(index)}`);
    await Promise.all(
      approvers.map((approver, index) =>
        (index % 2 === 0 ? ledger : other).reviewTasks.vote("a", sealed(approver)),
      ),
    );
    const ends = await Promise.allSettled([
      ledger.reviewTasks.vote("a", sealed("ada")),
      other.reviewTasks.vote("a", sealed("ada", "rejected")),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { votes = [] } = (await ledger.reviewTasks.find("a")) ?? {};
    expect(votes.map(({ vote: { approver } }) => approver).sort()).toEqual([...approvers, "ada"].sort());
    await other.close();
  });

  it("count a person once, who votes under two names at once", async () => {
    await pending("a");
    const other = await openPostgresLedger(postgresUrl, { schema });
    const one = (name: string) => name.startsWith("ada:");
    const ends = await Promise.allSettled([
      ledger.reviewTasks.vote("a", sealed("ada:key"), [], one),
      other.reviewTasks.vote("a", sealed("ada:token"), [], one),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ends).toContainEqual({ status: "rejected", reason: refusal("INV-094") });
    expect((await ledger.reviewTasks.find("a"))?.votes).toHaveLength(1);
    await other.close();
  });

  it("are claimed by one, until the claim runs out", async () => {
    await pending("a");
    const until = "2026-11-20T12:15:00.000Z";
    const now = Date.parse("2026-11-20T12:10:00.000Z");
    const claim = { by: "ada", until };
    expect(await ledger.reviewTasks.claim("a", claim, now)).toMatchObject({ claim });
    await expect(ledger.reviewTasks.claim("a", { by: "bob", until }, now)).rejects.toEqual(
      refusal("INV-096"),
    );
    await ledger.reviewTasks.claim("a", claim, now);
    await ledger.reviewTasks.claim("a", { by: "bob", until }, Date.parse(until));
    expect(await ledger.reviewTasks.find("a")).toMatchObject({ claim: { by: "bob" } });
  });

  it("take no vote and no claim once they ended, and stay as they were when added again", async () => {
    const reservation = await pending("a");
    await ledger.reviewTasks.vote("a", sealed("ada"));
    await ledger.reviewTasks.add({ ...task("a"), policyId: "other" });
    await ledger.resolveAndAppend("a", "expired", eventRecord("override_resolved", reservation, "INV-095"));
    expect(await ledger.reviewTasks.find("a")).toMatchObject({
      task: task("a"),
      state: "expired",
      votes: [sealed("ada")],
    });
    await ledger.reviewTasks.settle("a", "resolved");
    expect(await ledger.reviewTasks.find("a")).toMatchObject({ state: "expired" });
    for (const id of ["a", "nobody"]) {
      await expect(ledger.reviewTasks.vote(id, sealed("bob"))).rejects.toEqual(refusal("INV-019"));
      await expect(
        ledger.reviewTasks.claim(id, { by: "bob", until: "2026-11-20T12:15:00.000Z" }, 0),
      ).rejects.toEqual(refusal("INV-019"));
    }
  });

  it("end once, with an attestation that is kept beside the first", async () => {
    const reservation = await pending("a");
    const record = resolvedRecord(reservation);
    expect(await ledger.findResolved("a")).toBeUndefined();
    const ends = await Promise.allSettled([
      ledger.resolveAndAppend("a", "approved", record),
      ledger.resolveAndAppend("a", "rejected", eventRecord("override_resolved", reservation)),
      ledger.append(record),
    ]);
    expect(ends).toMatchObject([
      { value: { seq: 1 } },
      { reason: { code: "INV-019" } },
      { reason: { code: "INV-019" } },
    ]);
    await expect(ledger.append(record)).rejects.toEqual(refusal("INV-019"));
    expect(await ledger.findResolved("a")).toEqual({
      seq: 1,
      executionId: "a",
      attestationHash: sha256(canonicalBytes(record.attestation)),
      decision: "approved",
      code: null,
    });
    expect(await ledger.resolution("a")).toEqual(record.attestation);
    expect(Buffer.from((await ledger.resolutionEvidence("a")) ?? [])).toEqual(
      Buffer.from(canonicalBytes(record.evidence)),
    );
    expect(await ledger.attestation("a")).toMatchObject({ decision: "pending_override" });
  });

  it.each<[string, (record: ResolvedRecord) => unknown]>([
    ["decision", (record) => ({ ...record, decision: "rejected" })],
    ["code", (record) => ({ ...record, code: "no code" })],
    [
      "attestation.execution_id",
      (record) => ({ ...record, attestation: { ...record.attestation, execution_id: "b" } }),
    ],
    [
      "attestation.execution_fingerprint",
      (record) => ({
        ...record,
        attestation: { ...record.attestation, execution_fingerprint: sha256("other facts") },
      }),
    ],
    [
      "evidence.execution_id",
      (record) => ({ ...record, evidence: { ...record.evidence, execution_id: "b" } }),
    ],
  ])("do not end by a record whose %s contradicts itself (SYS-017)", async (member, change) => {
    const record = resolvedRecord(await pending("a"));
    await expect(ledger.resolveAndAppend("a", "approved", change(record) as never)).rejects.toMatchObject({
      code: "SYS-017",
      details: { member },
    });
    await expect(ledger.reviewTasks.settle("a", "pending" as never)).rejects.toEqual(refusal("SYS-016"));
    expect(await ledger.find("a")).toMatchObject({ state: "pending_override" });
  });

  it("may end without an attestation, and then there is none", async () => {
    const reservation = await pending("a");
    await ledger.resolveAndAppend("a", "rejected", eventRecord("override_resolved", reservation));
    expect(await ledger.findResolved("a")).toMatchObject({ seq: 1, attestationHash: null, decision: null });
    expect(await ledger.resolution("a")).toBeUndefined();
    expect(await ledger.resolutionEvidence("a")).toBeUndefined();
  });
});
