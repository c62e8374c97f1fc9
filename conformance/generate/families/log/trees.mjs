import { malformed, refused, verified } from "../../kit.mjs";
import {
  ORIGIN,
  checkpointOf,
  consistencyOf,
  noteLine,
  pathOf,
  proofFile,
  proofOf,
  rootOf,
} from "../../log.mjs";
import { newKey } from "../../new-key.mjs";
import { encodeBase64, leafHash, nodeHash } from "../../packages.mjs";
import { text } from "../../sign.mjs";
import { notIncluded } from "./entries.mjs";

/** Against a checkpoint that was kept (threats 41 and 43). */
export function consistency({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
  const { log: key } = world.keys;
  const file = evidenceBundle({ ...execution, logProof: proofOf(place, leaves, key) });
  const spell = (hashes) => text(hashes.map((hash) => `${encodeBase64(hash)}\n`).join(""));
  const other = [...leaves.slice(0, 2), leaves[0], ...leaves.slice(3)];
  const lost = (code) => refused({ "log.consistency": code });
  const proof = (size) => spell(consistencyOf(size, leaves));
  const remembered = (kept) => text(checkpointOf(kept, key));
  const elsewhere = text(checkpointOf(leaves.slice(0, 4), key, { origin: "parmana.example.com/other" }));
  const cases = {
    ...Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((size) => [
        `grew-from-${size}`,
        [remembered(leaves.slice(0, size)), proof(size), verified()],
      ]),
    ),
    "remembered-by-a-stranger": [text(checkpointOf(leaves.slice(0, 4), newKey())), proof(4), verified()],
    "same-checkpoint": [remembered(leaves), undefined, verified()],
    "from-the-empty-log": [remembered([]), undefined, verified()],
    "no-proof": [remembered(leaves.slice(0, 4)), undefined, lost("INV-088")],
    "proof-of-another-size": [remembered(leaves.slice(0, 3)), proof(5), lost("INV-088")],
    "proof-with-a-hash-more": [
      remembered(leaves.slice(0, 4)),
      spell([...consistencyOf(4, leaves), leafHash(leaves[0])]),
      lost("INV-088"),
    ],
    "proof-with-a-hash-missing": [
      remembered(leaves.slice(0, 3)),
      spell(consistencyOf(3, leaves).slice(1)),
      lost("INV-088"),
    ],
    "proof-of-65-hashes": [
      remembered(leaves.slice(0, 3)),
      spell(Array.from({ length: 65 }, () => leafHash(leaves[0]))),
      lost("INV-088"),
    ],
    "an-entry-changed-before": [remembered(other.slice(0, 4)), proof(4), lost("INV-088")],
    "two-roots-for-one-size": [remembered(other), undefined, lost("INV-088")],
    "shorter-with-the-same-root": [
      text(signedHead(key, leaves.length + 1, rootOf(leaves))),
      text(""),
      lost("INV-088"),
    ],
    "shorter-than-it-was": [remembered([...leaves, leaves[0]]), proof(4), lost("INV-088")],
    "of-another-log": [elsewhere, proof(4), lost("INV-085")],
    "proof-that-is-no-base64": [remembered(leaves.slice(0, 3)), text("no base64\n"), malformed],
    "proof-of-hashes-of-31-bytes": [
      remembered(leaves.slice(0, 3)),
      spell([Buffer.alloc(31), Buffer.alloc(31)]),
      lost("INV-088"),
    ],
    "remembered-is-no-note": [text("no note"), undefined, lost("SIG-017")],
    "remembered-is-no-checkpoint": [text(`hello\n\n${noteLine(key, "hello\n")}`), undefined, lost("INV-084")],
  };
  for (const [name, [kept, hashes, expect]] of Object.entries(cases)) {
    kit.add("log", `consistency-${name}`, {
      why: `Held against a checkpoint that was kept: ${name.replaceAll("-", " ")}.`,
      threats: [41, 43],
      arguments: [
        ...bundled,
        "--remembered",
        kept,
        ...(hashes === undefined ? [] : ["--consistency", hashes]),
      ],
      inputs: [{ file, expect }],
    });
  }
}

/** A checkpoint of any size and root, which whoever holds the log's key can sign. */
function signedHead(key, size, root) {
  const head = `${ORIGIN}\n${String(size)}\n${encodeBase64(root)}\n`;
  return `${head}\n${noteLine(key, head)}`;
}

/** Roots that a path leads to which is longer or shorter than the tree of that size has (threats 43 to 45). */
export function forgedTrees({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
  const { log: key } = world.keys;
  const above = leafHash(leaves[0]);
  const hashes = pathOf(place, leaves);
  const leaf = leafHash(execution.leaf);
  const forged = (extra, index, path, checkpoint) =>
    evidenceBundle({ ...execution, logProof: proofFile({ extra, index, hashes: path, checkpoint }) });
  const at3 = (size, root, path) => forged(leaves[place], place, path, signedHead(key, size, root));
  const alone = (root) => forged(execution.leaf, 0, [above], signedHead(key, 1, root));
  const cases = {
    "a tree of one entry with a node above it": alone(nodeHash(above, leaf)),
    "a tree of one entry with a node above it, on the other side": alone(nodeHash(leaf, above)),
    "a node above the root": at3(7, nodeHash(above, rootOf(leaves)), [...hashes, above]),
    "a node above the root, on the other side": at3(7, nodeHash(rootOf(leaves), above), [...hashes, above]),
    "the root of four entries as that of seven": at3(7, rootOf(leaves.slice(0, 4)), hashes.slice(0, 2)),
    "the root of seven entries as that of nine": at3(9, rootOf(leaves), hashes),
    "the root of seven entries as that of four": at3(4, rootOf(leaves), hashes),
    "the entry itself as the root": at3(7, leafHash(leaves[place]), []),
  };
  kit.add("log", "forged-trees", {
    why: "A path is as long as the tree of that size is high, also where another one leads to a root that the log signed.",
    threats: [43, 44, 45],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, file]) => ({ name, file, expect: notIncluded })),
  });
  const neither = refused({ "log.inclusion": "INV-087", "log.consistency": "INV-088" });
  const grown = leaves.slice(0, 4);
  const proof = consistencyOf(3, grown);
  const growths = {
    "a-node-above-both-roots": [
      signedHead(key, 3, nodeHash(above, rootOf(leaves.slice(0, 3)))),
      at3(4, nodeHash(above, rootOf(grown)), [...pathOf(place, grown), above]),
      [...proof, above],
    ],
    "the-root-of-a-smaller-tree": [
      signedHead(key, 3, rootOf(leaves.slice(0, 3))),
      at3(8, rootOf(grown), pathOf(place, grown)),
      proof,
    ],
  };
  for (const [name, [remembered, file, path]] of Object.entries(growths)) {
    kit.add("log", `consistency-${name}`, {
      why: "A proof is as long as both trees demand, also where another one leads to both roots.",
      threats: [41, 43],
      arguments: [
        ...bundled,
        "--remembered",
        text(remembered),
        "--consistency",
        text(path.map((hash) => `${encodeBase64(hash)}\n`).join("")),
      ],
      inputs: [{ file, expect: neither }],
    });
  }
}
