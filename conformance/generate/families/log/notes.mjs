import { refused, verified } from "../../kit.mjs";
import { ORIGIN, checkpointOf, checkpointText, noteLine, proofFile, rootOf } from "../../log.mjs";
import { newKey } from "../../new-key.mjs";
import { encodeBase64 } from "../../packages.mjs";
import { notIncluded } from "./entries.mjs";

/** Notes that are not one. */
export function notes({ kit, world, bundled, evidenceBundle, execution }) {
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
export function checkpoints({ kit, world, bundled, evidenceBundle, execution }) {
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
