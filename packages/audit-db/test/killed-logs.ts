import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNoteSigner, parseNote } from "@parmanasystems/signing";
import { parseCheckpoint } from "@parmanasystems/verifier";
import { expect } from "vitest";
import { headFile, type PostgresLedger, type SqliteLedger } from "../src/index.js";
import { expectWhole } from "./audit-model.js";
import { type LedgerChild, pause, told } from "./child-process.js";

const CHILDREN = 2;
const PAUSES_MS = [0, 3, 1, 7];

/** Children append and sign checkpoints side by side, and are killed in the middle of it, time after time. */
export async function survivesKills(
  startChild: (...values: readonly string[]) => LedgerChild,
  place: string,
  open: () => Promise<SqliteLedger | PostgresLedger>,
): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = String(privateKey.export({ type: "pkcs8", format: "pem" }));
  const directory = mkdtempSync(join(tmpdir(), "parmana-heads-"));
  const headPath = join(directory, "audit", "checkpoint");
  const notes: string[] = [];
  const acknowledged = new Map<string, number>();
  for (const [kill, pauseMs] of PAUSES_MS.entries()) {
    const children = Array.from({ length: CHILDREN }, (_, nth) =>
      startChild("append-and-sign", place, `run${String(kill)}-${String(nth)}`, "1000000", key, headPath),
    );
    for (const child of children)
      await told(child, (lines) => count(lines, "ack") > 20 && count(lines, "checkpoint") > 2);
    await pause(pauseMs);
    for (const { process: running } of children) running.kill("SIGKILL");
    for (const { ended } of children) expect(await ended).toBe("SIGKILL");
    for (const [kind, value = "", executionId = ""] of children.flatMap(({ lines }) =>
      lines.map((line) => line.split(" ")),
    )) {
      if (kind === "ack") acknowledged.set(executionId, Number(value));
      else notes.push(Buffer.from(value, "base64").toString());
    }
  }
  const ledger = await open();
  try {
    await expectWhole(ledger, notes);
    // Whatever was shown is remembered, or followed by what is; and the next one goes on from there.
    const heads = headFile(headPath);
    const remembered = (await heads.latest()) ?? "";
    await ledger.audit.requireContinuation(remembered);
    expect(Math.max(...notes.map(sizeOf))).toBeLessThanOrEqual(sizeOf(remembered));
    const signer = createNoteSigner({ name: "log.example.com/killed", privateKey: key });
    expect(sizeOf(await ledger.audit.checkpoint(signer, { heads }))).toBe(await ledger.audit.size());
    const stored = new Map<number, string>();
    for (
      let page = await ledger.entries();
      page.length > 0;
      page = await ledger.entries({ from: stored.size })
    )
      for (const { seq, entry } of page) stored.set(seq, entry.execution_id);
    for (const [executionId, seq] of acknowledged) expect(stored.get(seq)).toBe(executionId);
    expect(acknowledged.size).toBeGreaterThan(PAUSES_MS.length * CHILDREN * 20);
  } finally {
    await ledger.close();
    rmSync(directory, { recursive: true });
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}

function count(lines: readonly string[], kind: string): number {
  return lines.filter((line) => line.startsWith(`${kind} `)).length;
}
