import { formatTimestamp } from "@parmanasystems/canonical";
import { executionKey } from "../src/execution-key.js";
import { encodeEntry, entryHead } from "../src/log-entry.js";
import { Frontier } from "../src/tree/frontier.js";
import type { StoredNode } from "../src/tree/stored-nodes.js";
import { facts } from "./records.js";

/** How the database spells bytes, given in hexadecimal. */
type Spelling = (hex: string) => string;

/** Statements that fill an empty log as somebody would who can write the database and has no key: all of it fits together. */
export function forgedLog(times: readonly number[], spelled: Spelling, name = "forged"): readonly string[] {
  const entries = times.map((time, seq) => {
    const executionId = `${name}-${String(seq)}`;
    const head = entryHead({
      event: "failed",
      execution_id: executionId,
      execution_fingerprint: facts(executionId),
      attestationHash: null,
      decision: null,
      replayIdentity: null,
      code: "SYS-008",
    });
    return { seq, time, executionId, ...encodeEntry(head, seq, formatTimestamp(time)) };
  });
  const nodes: StoredNode[] = [];
  const leaves = entries.map(({ leafHash }) => leafHash);
  const frontier = new Frontier(0, []).append(leaves, nodes);
  const bytes = (content: Uint8Array) => spelled(Buffer.from(content).toString("hex"));
  return [
    ...entries.flatMap(({ seq, time, executionId, bytes: entry, leafHash }) => [
      `INSERT INTO %log (seq, entry, leaf_hash) VALUES (${String(seq)}, ${bytes(entry)}, ${bytes(leafHash)})`,
      `INSERT INTO %catalogue (seq, time, event, execution_id, code) VALUES (${String(seq)}, ${String(time)}, 'failed', '${executionId}', 'SYS-008')`,
    ]),
    ...nodes.map(
      ({ level, position, hash }) =>
        `INSERT INTO %tree (level, position, hash) VALUES (${String(level)}, ${String(position)}, ${bytes(hash)})`,
    ),
    `UPDATE %counters SET entries = ${String(entries.length)}, frontier = ${bytes(frontier.bytes())}`,
  ];
}

/** Statements that append the unsigned end of an override to a short log, as the same person would. */
export function forgedEnd(
  { leaves, executionId, time }: { leaves: readonly Uint8Array[]; executionId: string; time: number },
  spelled: Spelling,
): readonly string[] {
  const seq = leaves.length;
  const head = entryHead({
    event: "override_resolved",
    execution_id: executionId,
    execution_fingerprint: facts(executionId),
    attestationHash: null,
    decision: null,
    replayIdentity: null,
    code: null,
  });
  const { bytes: entry, leafHash } = encodeEntry(head, seq, formatTimestamp(time));
  const frontier = new Frontier(0, []).append([...leaves, leafHash], []);
  const bytes = (content: Uint8Array) => spelled(Buffer.from(content).toString("hex"));
  return [
    `INSERT INTO %log (seq, entry, leaf_hash) VALUES (${String(seq)}, ${bytes(entry)}, ${bytes(leafHash)})`,
    `INSERT INTO %catalogue (seq, time, event, execution_id) VALUES (${String(seq)}, ${String(time)}, 'override_resolved', '${executionId}')`,
    `INSERT INTO %resolutions (execution_key, seq) VALUES (${bytes(executionKey(executionId))}, ${String(seq)})`,
    `UPDATE %counters SET entries = ${String(seq + 1)}, frontier = ${bytes(frontier.bytes())}`,
  ];
}
