// Entries, trees, checkpoints and proofs of an audit log.
import {
  canonicalBytes,
  encodeBase64,
  formatCheckpoint,
  leafHash,
  nodeHash,
  noteKeyId,
  sha256Bytes,
} from "./packages.mjs";

export const ORIGIN = "parmana.example.com/log";

/** The entry of an attestation or a resolution. Only an attested one consumes an identity, the facts unless they say otherwise. */
export function entryOf(facts, { seq = 0, time }) {
  const replayIdentity = facts.event === "attested" ? "fingerprint" : null;
  return { type: "parmana/log-entry/v1", seq, time, replayIdentity, ...facts };
}

export const leafOf = (entry) => canonicalBytes(entry);

/** RFC 6962 section 2.1, as the RFC defines it. */
export function rootOf(leaves) {
  if (leaves.length === 0) return sha256Bytes(new Uint8Array());
  if (leaves.length === 1) return leafHash(leaves[0]);
  const half = splitOf(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

/** RFC 6962 section 2.1.1. */
export function pathOf(index, leaves) {
  if (leaves.length === 1) return [];
  const half = splitOf(leaves.length);
  return index < half
    ? [...pathOf(index, leaves.slice(0, half)), rootOf(leaves.slice(half))]
    : [...pathOf(index - half, leaves.slice(half)), rootOf(leaves.slice(0, half))];
}

/** RFC 6962 section 2.1.2. */
export function consistencyOf(oldSize, leaves, isWhole = true) {
  if (oldSize === leaves.length) return isWhole ? [] : [rootOf(leaves)];
  const half = splitOf(leaves.length);
  return oldSize <= half
    ? [...consistencyOf(oldSize, leaves.slice(0, half), isWhole), rootOf(leaves.slice(half))]
    : [...consistencyOf(oldSize - half, leaves.slice(half), false), rootOf(leaves.slice(0, half))];
}

function splitOf(count) {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

/** A signature line of a note; `key` signs as the log, or as a witness at a time in seconds. */
export function noteLine(key, text, { name = ORIGIN, seconds } = {}) {
  const message = seconds === undefined ? text : `cosignature/v1\ntime ${seconds}\n${text}`;
  const id = Buffer.from(noteKeyId(name, seconds === undefined ? 1 : 4, key.publicKey.raw), "hex");
  const time = Buffer.alloc(seconds === undefined ? 0 : 8);
  if (seconds !== undefined) time.writeBigUInt64BE(BigInt(seconds));
  const signed = key.sign(new TextEncoder().encode(message));
  return `— ${name} ${encodeBase64(Buffer.concat([id, time, signed]))}\n`;
}

export function checkpointText(leaves, { origin = ORIGIN } = {}) {
  return formatCheckpoint({ origin, size: leaves.length, rootHash: rootOf(leaves) });
}

export function checkpointOf(leaves, key, options = {}) {
  const { origin = ORIGIN } = options;
  const text = checkpointText(leaves, options);
  return `${text}\n${noteLine(key, text, { name: origin })}`;
}

export function proofFile({ extra, index, hashes, checkpoint }) {
  const lines = [
    "c2sp.org/tlog-proof@v1",
    `extra ${encodeBase64(extra)}`,
    `index ${index}`,
    ...hashes.map(encodeBase64),
  ];
  return new TextEncoder().encode(`${lines.join("\n")}\n\n${checkpoint}`);
}

/** The proof of one entry in a log of these leaves. */
export function proofOf(index, leaves, key, options = {}) {
  return proofFile({
    extra: leaves[index],
    index,
    hashes: pathOf(index, leaves),
    checkpoint: checkpointOf(leaves, key, options),
  });
}
