import { refused } from "../kit.mjs";
import { entryOf, leafOf, proofOf } from "../log.mjs";
import { encodeBase64, leafHash } from "../packages.mjs";
import { small } from "../policies.mjs";
import { text } from "../sign.mjs";
import { LOGGED, factsOf } from "../world.mjs";
import { entries, inclusion } from "./log/entries.mjs";
import { logKeys, origins } from "./log/keys.mjs";
import { checkpoints, notes } from "./log/notes.mjs";
import { consistency, forgedTrees } from "./log/trees.mjs";

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
