import {
  encodeBase64,
  noteAlgorithms,
  type NoteSignature,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
  verifyNote,
} from "@parmanasystems/signing";
import { requireWitnesses } from "@parmanasystems/verifier";
import { ParmanaError } from "@parmanasystems/canonical";
import { LedgerError } from "../errors.js";
import { refuse } from "../ledger-arguments.js";
import type { TreeHead } from "./issue-checkpoint.js";
import { isAmong, withSignatures } from "./signed-note.js";
import type { TreeReader } from "./tree-reader.js";

/** Somebody else who remembers how far the log was (C2SP tlog-witness). */
export interface Witness {
  /** The submission prefix: `/add-checkpoint` is added to it. */
  readonly url: string;
  /** As the witness publishes it: name, key id and key of type 4. */
  readonly verifierKey: VerifierKey | string;
  /** Who runs it: two witnesses of one operator count once. */
  readonly operator: string;
}

export interface WitnessTerms {
  readonly witnesses: readonly Witness[];
  /** How many operators must have cosigned. */
  readonly threshold: number;
  /** For each witness. Default 10,000. */
  readonly timeoutMs?: number;
}

const MAX_ANSWER_BYTES = 65_536;

/**
 * The note with the cosignatures of all witnesses that gave one; those whose cosignature it has already are not asked.
 * @throws LedgerError SYS-038 when they are of fewer operators than the threshold, SYS-016
 */
export async function collectCosignatures(
  note: string,
  head: TreeHead,
  { witnesses, threshold, timeoutMs = 10_000 }: WitnessTerms,
  tree: TreeReader,
): Promise<string> {
  const operators = new Set(witnesses.map(({ operator }) => operator));
  if (!Number.isSafeInteger(threshold) || threshold < 0 || threshold > operators.size)
    refuse(
      "witnesses.threshold",
      `a whole number from 0 to ${String(operators.size)}, the number of operators`,
    );
  const keyed = witnesses.map((witness) => {
    const verifierKey = witnessKey(witness);
    return { ...witness, name: verifierKey.name, verifierKey };
  });
  const { signatures } = parseNote(note);
  const asked = await Promise.allSettled(
    keyed
      .filter(({ verifierKey }) => !isAmong(signatures, verifierKey))
      .map((witness) => askWitness(witness, { note, head, tree, timeoutMs })),
  );
  const given = asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const cosigned = withSignatures(note, given);
  try {
    requireWitnesses(parseNote(cosigned), { threshold, witnesses: keyed }, Infinity);
    return cosigned;
  } catch (cause) {
    if (!ParmanaError.isInstance(cause) || cause.code !== "INV-089") throw cause;
    const refusals = asked.flatMap((answer) =>
      answer.status === "rejected" ? [reasonOf(answer.reason)] : [],
    );
    throw new LedgerError(
      "SYS-038",
      `Too few witnesses cosigned the checkpoint; ${String(threshold)} of independent operators must: ${refusals.join("; ")}.`,
      { details: { threshold, refusals }, cause },
    );
  }
}

/** @throws LedgerError SYS-016 */
export function witnessKey({ verifierKey }: Witness): VerifierKey {
  const key = typeof verifierKey === "string" ? readKey(verifierKey) : verifierKey;
  if (key.algorithm !== noteAlgorithms.cosignatureV1)
    refuse("witnesses.verifierKey", "the key of a witness, of type 4 (cosignature/v1)");
  return key;
}

function readKey(text: string): VerifierKey {
  try {
    return parseVerifierKey(text);
  } catch {
    return refuse("witnesses.verifierKey", "a name, key id and key with plus signs between them");
  }
}

interface Question {
  readonly note: string;
  readonly head: TreeHead;
  readonly tree: TreeReader;
  readonly timeoutMs: number;
}

/** Once with what the witness is thought to know, and once more with what it says that it knows. */
async function askWitness(
  { url, verifierKey }: { readonly url: string; readonly verifierKey: VerifierKey },
  question: Question,
): Promise<NoteSignature> {
  const { note, head } = question;
  let answer = await submit(url, question, 0);
  const known = answer.status === 409 ? Number(/^(0|[1-9]\d{0,15})\n$/.exec(answer.body)?.[1]) : NaN;
  if (Number.isSafeInteger(known) && known <= head.size) answer = await submit(url, question, known);
  if (answer.status === 200) return requireCosignature(note, answer.body, verifierKey);
  throw new Error(`witness ${verifierKey.name} answered ${String(answer.status)}`);
}

async function submit(url: string, { note, head, tree, timeoutMs }: Question, oldSize: number) {
  const proof = oldSize === 0 || oldSize === head.size ? [] : await tree.consistencyProof(oldSize, head.size);
  const lines = [`old ${String(oldSize)}`, ...proof.map((hash) => encodeBase64(hash)), "", note];
  return post(`${url.replace(/\/$/, "")}/add-checkpoint`, lines.join("\n"), timeoutMs);
}

function requireCosignature(note: string, lines: string, key: VerifierKey): NoteSignature {
  const { text } = parseNote(note);
  const answered = parseNote(`${text}\n${lines}`);
  verifyNote(answered, [key]);
  const found = answered.signatures.find(({ name, keyId }) => name === key.name && keyId === key.keyId);
  if (found === undefined) throw new Error(`witness ${key.name} answered without its cosignature`);
  return found;
}

async function post(
  url: string,
  body: string,
  timeoutMs: number,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "text/plain; charset=utf-8" },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, body: await limitedText(response, url) };
}

async function limitedText(response: Response, url: string): Promise<string> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length;
    if (length > MAX_ANSWER_BYTES) {
      await reader?.cancel();
      throw new Error(`${url} answered with more than ${String(MAX_ANSWER_BYTES)} bytes`);
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : "no reason given";
}
