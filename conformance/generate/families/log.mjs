import { encodeBase64, importPrivateKey, leafHash, nodeHash, noteKeyId } from "../packages.mjs";
import { malformed, refused, verified } from "../kit.mjs";
import {
  checkpointOf,
  checkpointText,
  consistencyOf,
  entryOf,
  leafOf,
  noteLine,
  ORIGIN,
  pathOf,
  proofFile,
  proofOf,
  rootOf,
} from "../log.mjs";
import { bytesNamed, newKey } from "../new-key.mjs";
import { large, small } from "../policies.mjs";
import { text, without } from "../sign.mjs";
import { at, DAY, factsOf, listedKey, LOGGED, NOW, signedTrustRoot } from "../world.mjs";

/** Proofs, checkpoints and notes of the audit log (threats 41 to 49). */
export function log(context) {
  const execution = context.world.execute(context.bundles.claims, small);
  const scene = { ...context, execution, leaves: leavesOf(execution, 7, 3), place: 3 };
  inclusion(scene);
  entries(scene);
  notes(scene);
  checkpoints(scene);
  files(scene);
  consistency(scene);
  forgedTrees(scene);
  origins(scene);
  logKeys(scene);
}

/** A log of so many entries, that of the execution at one place. */
function leavesOf({ attestation }, size, place, changes = {}) {
  const facts = factsOf(attestation);
  return Array.from({ length: size }, (_, seq) =>
    leafOf(
      entryOf(seq === place ? { ...facts, ...changes } : { ...facts, execution_id: `other-${seq}` }, {
        seq,
        time: LOGGED,
      }),
    ),
  );
}

const notIncluded = refused({ "log.inclusion": "INV-087" });

function inclusion({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
  const good = {
    extra: leaves[place],
    index: place,
    hashes: pathOf(place, leaves),
    checkpoint: checkpointOf(leaves, world.keys.log),
  };
  const [first, second, third] = good.hashes;
  const withProof = (changes) =>
    evidenceBundle({ ...execution, logProof: proofFile({ ...good, ...changes }) });
  const cases = {
    "the index of another": { index: 2 },
    "an index beyond the size": { index: 7 },
    "index 2^53 - 1": { index: 9007199254740991 },
    "a hash missing": { hashes: [first, second] },
    "no hashes": { hashes: [] },
    "a hash more": { hashes: [...good.hashes, first] },
    "hashes in another order": { hashes: [second, first, third] },
    "a hash changed": { hashes: [Buffer.from(first).fill(7, 0, 1), second, third] },
    "an entry changed after it was logged": {
      extra: Buffer.from(
        Buffer.from(leaves[place]).toString().replace(LOGGED, LOGGED.replace("01.000Z", "01.001Z")),
      ),
    },
    "the path of another leaf": { hashes: pathOf(2, leaves) },
    "64 hashes": { hashes: Array.from({ length: 64 }, () => first) },
    "the root of a smaller tree": { checkpoint: checkpointOf(leaves.slice(0, 4), world.keys.log) },
    "a tree whose entries stand otherwise": {
      checkpoint: checkpointOf([...leaves].reverse(), world.keys.log),
    },
  };
  kit.add("log", "inclusion", {
    why: "The path leads from exactly this leaf, at exactly this place, to the signed root.",
    threats: [42, 44],
    arguments: bundled,
    inputs: [
      { name: "the genuine one", file: withProof({}), expect: verified() },
      ...Object.entries(cases).map(([name, changes]) => ({
        name,
        file: withProof(changes),
        expect: notIncluded,
      })),
    ],
  });
  // A tree in which the entry is hashed without the leaf's prefix, or two hashes are taken for a leaf.
  const inner = Buffer.concat([leafHash(leaves[0]), leafHash(leaves[1])]);
  const node = nodeHash(leafHash(leaves[0]), leafHash(leaves[1]));
  const text1 = `${ORIGIN}\n1\n${encodeBase64(node)}\n`;
  const forged = proofFile({
    extra: execution.leaf,
    index: 0,
    hashes: [],
    checkpoint: `${text1}\n${noteLine(world.keys.log, text1)}`,
  });
  kit.add("log", "prefixes", {
    why: "Leaves and nodes are hashed with different prefixes, so that neither passes for the other.",
    threats: [45],
    arguments: bundled,
    inputs: [
      {
        name: "a root that is another node",
        file: evidenceBundle({ ...execution, logProof: forged }),
        expect: notIncluded,
      },
      {
        name: "two hashes as leaf data",
        file: evidenceBundle({ ...execution, logProof: proofOf(0, [inner], world.keys.log) }),
        expect: refused({ "log.form": "INV-028" }),
      },
      {
        name: "sorted pairs",
        file: evidenceBundle({ ...execution, logProof: sortedTree(world, execution) }),
        expect: notIncluded,
      },
    ],
  });
}

/** A tree that hashes children in the order of their bytes, where that is not their order. */
function sortedTree(world, execution) {
  const own = leafHash(execution.leaf);
  let other = own;
  for (let byte = 0; Buffer.compare(other, own) >= 0; byte += 1) other = leafHash(Uint8Array.of(byte));
  const text1 = `${ORIGIN}\n2\n${encodeBase64(nodeHash(other, own))}\n`;
  return proofFile({
    extra: execution.leaf,
    index: 0,
    hashes: [other],
    checkpoint: `${text1}\n${noteLine(world.keys.log, text1)}`,
  });
}

/** Entries that are in the log, and not those of this attestation. */
function entries({ kit, world, bundled, evidenceBundle, execution, bundles }) {
  const { attestation } = execution;
  const facts = factsOf(attestation);
  const other = world.execute(bundles.claims, large);
  const proof = (changes, time = LOGGED, seq = 0) =>
    proofOf(0, [leafOf(entryOf({ ...facts, ...changes }, { seq, time }))], world.keys.log);
  const foreign = refused({ "log.inclusion": "INV-086" });
  const cases = {
    "of another attestation": [proofOf(0, [other.leaf], world.keys.log), foreign],
    "another attestationHash": [
      proof({ attestationHash: factsOf(other.attestation).attestationHash }),
      foreign,
    ],
    "no attestationHash": [proof({ attestationHash: null }), foreign],
    "another execution": [proof({ execution_id: "claim-9999" }), foreign],
    "another fingerprint": [
      proof({ execution_fingerprint: factsOf(other.attestation).execution_fingerprint }),
      foreign,
    ],
    "another decision": [proof({ decision: "rejected" }), foreign],
    "no decision": [proof({ decision: null }), foreign],
    "a code": [proof({ code: "INV-013" }), foreign],
    "an execution that failed": [proof({ event: "failed", replayIdentity: null }), foreign],
    "a replay that was refused": [proof({ event: "replay_refused", replayIdentity: null }), foreign],
    "a resolution's": [proof({ event: "override_resolved", replayIdentity: null }), foreign],
    "another identity than the policy's": [proof({ replayIdentity: "execution" }), foreign],
    "written too long before the attestation": [proof({}, "2026-11-20T11:54:59.999Z"), foreign],
    "written five minutes before it": [proof({}, "2026-11-20T11:55:00.000Z"), verified()],
    "written after the verification": [proof({}, "2026-11-21T00:05:00.001Z"), foreign],
    "written five minutes after it": [proof({}, "2026-11-21T00:05:00.000Z"), verified()],
    "of another place": [proof({}, LOGGED, 1), notIncluded],
  };
  kit.add("log", "entries", {
    why: "The entry is in the log, and must be that of this very attestation.",
    threats: [46, 49],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, [logProof, expect]]) => ({
      name,
      file: evidenceBundle({ ...execution, logProof }),
      expect,
    })),
  });
}

/** Notes that are not one. */
function notes({ kit, world, bundled, evidenceBundle, execution }) {
  const leaves = [execution.leaf];
  const head = checkpointText(leaves);
  const line = noteLine(world.keys.log, head);
  const stranger = newKey();
  const foreign = noteLine(stranger, head, { name: "witness.example" });
  const note = (content) => proofFile({ extra: leaves[0], index: 0, hashes: [], checkpoint: content });
  const [dash, name, encoded] = line.trimEnd().split(" ");
  const spoilt = Buffer.from(encoded, "base64");
  spoilt[20] ^= 1;
  const many = Array.from({ length: 64 }, (_, count) =>
    noteLine(stranger, head, { name: `witness-${count}` }),
  );
  const form = (code) => refused({ "log.form": code });
  const cases = {
    CRLF: [`${head}\n${line}`.replaceAll("\n", "\r\n"), "SIG-017"],
    "a carriage return in the text": [`${head.replace("\n", "\r\n")}\n${line}`, "SIG-017"],
    "no empty line": [`${head}${line}`, "SIG-017"],
    "two empty lines": [`${head}\n\n${line}`, "SIG-017"],
    "no signature": [`${head}\n`, "SIG-017"],
    "no final newline": [`${head}\n${line.trimEnd()}`, "SIG-017"],
    "a hyphen for the dash": [`${head}\n${line.replace("—", "-")}`, "SIG-017"],
    "two spaces": [`${head}\n${line.replace(" ", "  ")}`, "SIG-017"],
    "a word more": [`${head}\n${line.trimEnd()} x\n`, "SIG-017"],
    "a signature without padding": [
      `${head}\n${line.replace(/=+\n$/, "\n")}`,
      line.includes("=") ? "SIG-001" : "SIG-017",
    ],
    "no name": [`${head}\n${dash}  ${encoded}\n`, "SIG-017"],
    "a character that base64 has not": [
      `${head}\n${dash} ${name} ${encoded.replace(/.=*$/, "!")}\n`,
      "SIG-017",
    ],
    "unused bits that are not zero": [`${head}\n${dash} ${name} ${withUnusedBits(encoded)}\n`, "SIG-001"],
    "a key id alone, of a name with a plus": [
      `${head}\n${dash} a+b ${encodeBase64(spoilt.subarray(0, 4))}\n`,
      "SIG-017",
    ],
    "a key id alone": [`${head}\n${dash} ${name} ${encodeBase64(spoilt.subarray(0, 4))}\n`, "SIG-017"],
    "one key twice": [`${head}\n${line}${line}`, "SIG-005"],
    "65 signatures": [`${head}\n${line}${many.join("")}`, "SIG-007"],
    "a name with a plus": [`${head}\n${line}${noteLineNamed(foreign, "a+b")}`, "SIG-018"],
    "a name of 256 characters": [`${head}\n${line}${noteLineNamed(foreign, "a".repeat(256))}`, "SIG-018"],
    "a name with a no-break space": [`${head}\n${line}${noteLineNamed(foreign, "a\u00a0b")}`, "SIG-018"],
    "a control character in a line": [`${head}extension\u0001\n\n${line}`, "SIG-017"],
    "a text like a DSSE message": [`DSSEv1 ${head}\n${line}`, "SIG-017"],
    "a text like a cosignature": [`cosignature/v1\n${head}\n${line}`, "SIG-017"],
    "invalid UTF-8": [
      Buffer.concat([Buffer.from(head), Buffer.from([0xc0, 0x80, 0x0a, 0x0a]), Buffer.from(line)]),
      "INV-084",
    ],
  };
  kit.add("log", "notes", {
    why: "A signed note has one form.",
    threats: [48],
    arguments: bundled,
    inputs: Object.entries(cases).map(([title, [content, code]]) => ({
      name: title,
      file: evidenceBundle({
        ...execution,
        logProof:
          content instanceof Uint8Array ? Buffer.concat([Buffer.from(note("")), content]) : note(content),
      }),
      expect: form(code),
    })),
  });
  const signed = {
    "64 signatures": [`${head}\n${line}${many.slice(0, 63).join("")}`, verified()],
    "a known key with a bad signature": [
      `${head}\n${dash} ${name} ${encodeBase64(spoilt)}\n`,
      refused({ "log.checkpoint": "SIG-008" }),
    ],
    "a text that was changed": [
      `${head.replace("\n1\n", "\n2\n")}\n${line}`,
      refused({ "log.checkpoint": "SIG-008" }),
    ],
    "an extension that was added": [`${head}extension\n\n${line}`, refused({ "log.checkpoint": "SIG-008" })],
    "nobody known": [`${head}\n${foreign}`, refused({ "log.checkpoint": "SIG-019" })],
  };
  kit.add("log", "note-signatures", {
    why: "Every signature of a known key must hold, and one must be there.",
    threats: [44, 48],
    arguments: bundled,
    inputs: Object.entries(signed).map(([title, [content, expect]]) => ({
      name: title,
      file: evidenceBundle({ ...execution, logProof: note(content) }),
      expect,
    })),
  });
}

/** The next letter before the padding, which only says so in bits that carry nothing. */
function withUnusedBits(encoded) {
  return encoded.replace(/(.)(=+)$/, (_, last, padding) => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return `${letters[letters.indexOf(last) + 1]}${padding}`;
  });
}

const noteLineNamed = (line, name) => line.replace("witness.example", name);

/** Texts that the log's own key signed, and that are no checkpoints. */
function checkpoints({ kit, world, bundled, evidenceBundle, execution }) {
  const root = encodeBase64(rootOf([execution.leaf]));
  const texts = {
    "a leading zero": `${ORIGIN}\n01\n${root}\n`,
    "a sign": `${ORIGIN}\n+1\n${root}\n`,
    hexadecimal: `${ORIGIN}\n0x1\n${root}\n`,
    "a space": `${ORIGIN}\n1 \n${root}\n`,
    "2^53": `${ORIGIN}\n9007199254740992\n${root}\n`,
    "17 digits": `${ORIGIN}\n10000000000000000\n${root}\n`,
    "no root": `${ORIGIN}\n1\n`,
    "a root of 31 bytes": `${ORIGIN}\n1\n${encodeBase64(Buffer.alloc(31))}\n`,
    "a root in base64url": `${ORIGIN}\n1\n${"-".repeat(43)}=\n`,
    "a root without padding": `${ORIGIN}\n1\n${root.replace("=", "")}\n`,
    "an empty origin": `\n1\n${root}\n`,
    "the empty tree with another root": `${ORIGIN}\n0\n${root}\n`,
    "only an origin": `${ORIGIN}\n`,
  };
  kit.add("log", "checkpoint-form", {
    why: "A checkpoint has one form, whoever signs it.",
    threats: [48],
    arguments: bundled,
    inputs: Object.entries(texts).map(([name, content]) => ({
      name,
      file: evidenceBundle({
        ...execution,
        logProof: proofFile({
          extra: execution.leaf,
          index: 0,
          hashes: [],
          checkpoint: `${content}\n${noteLine(world.keys.log, content)}`,
        }),
      }),
      expect: refused({ "log.form": "INV-084" }),
    })),
  });
  const spaced = `a log with spaces\n1\n${root}\n`;
  kit.add("log", "origin-that-is-no-key-name", {
    why: "An origin with spaces is one, and no key can bear its name.",
    threats: [48],
    arguments: bundled,
    inputs: [
      {
        file: evidenceBundle({
          ...execution,
          logProof: proofFile({
            extra: execution.leaf,
            index: 0,
            hashes: [],
            checkpoint: `${spaced}\n${noteLine(world.keys.log, spaced)}`,
          }),
        }),
        expect: refused({ "log.checkpoint": "SIG-018" }),
      },
    ],
  });
  const empty = checkpointOf([], world.keys.log);
  kit.add("log", "empty-log", {
    why: "Nothing is in an empty log.",
    threats: [44],
    arguments: bundled,
    inputs: [
      {
        file: evidenceBundle({
          ...execution,
          logProof: proofFile({ extra: execution.leaf, index: 0, hashes: [], checkpoint: empty }),
        }),
        expect: notIncluded,
      },
    ],
  });
}

/** Proof files that are not one. */
function files({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
  const good = new TextDecoder().decode(proofOf(place, leaves, world.keys.log));
  const [extra] = /extra .*\n/.exec(good);
  const hash = encodeBase64(leafHash(leaves[0]));
  const cases = {
    "another header": good.replace("@v1", "@v2"),
    "no header": good.replace(/^.*\n/, ""),
    "no extra": good.replace(extra, ""),
    "an empty extra": good.replace(extra, "extra \n"),
    "extra after the index": good.replace(extra, "").replace(/(index .*\n)/, `$1${extra}`),
    "extra twice": good.replace(extra, `${extra}${extra}`),
    "extra without padding": good.replace(
      extra,
      `${extra
        .trimEnd()
        .replace(/=*$/, "")
        .slice(0, extra.includes("=") ? undefined : -1)}\n`,
    ),
    "only a header": good.replace(/\n[^]*?\n\n/, "\n\n"),
    "only an extra": good.replace(/index [^]*?\n\n/, "\n"),
    "nothing after the index": good.slice(0, good.indexOf("index 3\n") + "index 3\n".length),
    "no index": good.replace(/index .*\n/, ""),
    "an index with a space before it": good.replace("index 3", " index 3"),
    "an index with a word before it": good.replace("index 3", "an index 3"),
    "an index in capitals": good.replace("index 3", "INDEX 3"),
    "an index with two spaces": good.replace("index 3", "index  3"),
    "an index with a carriage return": good.replace("index 3", "index 3\r"),
    "an index with a line separator": good.replace("index 3", "index 3\u2028"),
    "an index with a sign": good.replace("index 3", "index +3"),
    "an index with a fraction": good.replace("index 3", "index 3.0"),
    "an index in hexadecimal": good.replace("index 3", "index 0x3"),
    "an index in another script": good.replace("index 3", "index \u0663"),
    "a hash with a carriage return": good.replace("=\n\n", "=\r\n\n"),
    "an index with a leading zero": good.replace("index 3", "index 03"),
    "a negative index": good.replace("index 3", "index -3"),
    "an index of 2^53": good.replace("index 3", "index 9007199254740992"),
    "an index and more": good.replace("index 3", "index 3 "),
    "a hash of 31 bytes": good.replace(/(index .*\n)/, `$1${encodeBase64(Buffer.alloc(31))}\n`),
    "a hash in base64url": good.replace(/(index .*\n)/, `$1${"_".repeat(43)}=\n`),
    "65 hashes": good.replace(/(index .*\n)/, `$1${`${hash}\n`.repeat(65)}`),
    "200 hashes": good.replace(/(index .*\n)/, `$1${`${hash}\n`.repeat(200)}`),
    "CRLF in the head": good.replace("\n", "\r\n"),
    "no checkpoint": good.slice(0, good.indexOf("\n\n") + 2),
    "no empty line": good.slice(0, good.indexOf("\n\n")),
    "a byte order mark": `\ufeff${good}`,
    "an empty file": "",
  };
  kit.add("log", "proof-files", {
    why: "A log proof has one form, and its entry in it.",
    threats: [44, 48],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, content]) => ({
      name,
      file: evidenceBundle({ ...execution, logProof: text(content) }),
      expect: refused({ "log.form": "INV-084" }),
    })),
  });
}

/** Against a checkpoint that was kept (threats 41 and 43). */
function consistency({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
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
function forgedTrees({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
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

function origins({ kit, bundled, evidenceBundle, execution }) {
  const cases = {
    "as-demanded": [ORIGIN, verified()],
    "another-is-demanded": ["parmana.example.com/log2", refused({ "log.checkpoint": "INV-085" })],
  };
  for (const [name, [origin, expect]] of Object.entries(cases)) {
    kit.add("log", `origin-${name}`, {
      why: "The log may be named by who verifies.",
      threats: [44],
      arguments: [...bundled, "--origin", origin],
      inputs: [{ file: evidenceBundle(execution), expect }],
    });
  }
}

/** What the trust root says of the log's key. */
function logKeys({ kit, world, bundled, bundles, evidenceBundle }) {
  const { keys, listed, roles } = world;
  const written = at(LOGGED);
  const second = newKey();
  const add = (name, terms, expect, { key = keys.log, logged = {} } = {}) => {
    const own = signedTrustRoot({ keys: terms.keys ?? listed, roles: terms.roles ?? roles }, [keys.root]);
    const execution = world.execute(bundles.claims, small, {
      provenance: { trustRootHash: own.hash },
      logged: { key, ...logged },
    });
    return {
      name,
      file: evidenceBundle(execution, {
        trustRoot: { document: own.document, signature: own.signature, predecessors: [] },
      }),
      expect,
    };
  };
  const changed = (changes) => ({
    keys: listed.map((found) =>
      found.publicKey.keyId === keys.log.keyId ? { ...found, ...changes } : found,
    ),
  });
  const noLog = without(roles, "log");
  const two = { keyids: [keys.log.keyId, second.keyId], threshold: 1 };
  const bad = (code) => refused({ "log.checkpoint": code });
  const twins = twinKeys();
  const alike = { keyids: twins.map(({ keyId }) => keyId), threshold: 1 };
  kit.add("log", "log-keys", {
    why: "A checkpoint bears no date, but is no older than its entry: the key must have been valid then or begun later, and not be revoked.",
    threats: [25, 43],
    arguments: bundled,
    inputs: [
      add("no role log", { roles: noLog }, bad("INV-085")),
      add("ended before the entry", changed({ validUntil: written }), bad("TRUST-035")),
      add("ended a millisecond later", changed({ validUntil: written + 1 }), verified()),
      add("began after the entry", changed({ validFrom: written + 1000 }), verified()),
      add("begins after the verification", changed({ validFrom: at(NOW) + 300001 }), bad("TRUST-035")),
      add("begins five minutes after it", changed({ validFrom: at(NOW) + 300000 }), verified()),
      add("revoked before the entry", changed({ status: "revoked", revokedAt: written }), bad("TRUST-036")),
      add("revoked after it", changed({ status: "revoked", revokedAt: written + DAY }), bad("TRUST-037")),
      add("retired", changed({ status: "retired" }), verified()),
      add(
        "the second of two keys",
        { keys: [...listed, listedKey(second, "second")], roles: { ...roles, log: two } },
        verified(),
        { key: second },
      ),
      add(
        "two keys with one key id in the note",
        {
          keys: [...listed, ...twins.map((twin, place) => listedKey(twin, `twin ${place}`))],
          roles: { ...roles, log: alike },
        },
        bad("SIG-018"),
        { key: twins[0] },
      ),
      add(
        "a threshold of two",
        {
          keys: [...listed, listedKey(second, "second")],
          roles: { ...roles, log: { ...two, threshold: 2 } },
        },
        bad("TRUST-038"),
      ),
    ],
  });
}

/** Two keys whose ids under the log's name are the same 32 bits: the first such pair among keys numbered from 0. */
function twinKeys() {
  const twins = [79229, 115117].map((number) =>
    importPrivateKey(new Uint8Array(bytesNamed(`twin ${number}`))),
  );
  const ids = new Set(twins.map(({ publicKey }) => noteKeyId(ORIGIN, 1, publicKey.raw)));
  if (ids.size > 1) throw new Error(`The twins are none under ${ORIGIN}: look for others.`);
  return twins;
}
