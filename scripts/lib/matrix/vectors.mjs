// All that the runtimes are asked, and what has been published as the answer.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { browserBundle } from "../browser-bundle.mjs";
import { readJson, root } from "../workspace.mjs";
import { edgeKeys } from "./edge-keys.mjs";
import { kitVectors } from "./kit.mjs";
import { bytesOf, hexOf, toPlain } from "./plain-data.mjs";

const configured = process.env.PARMANA_VECTORS || undefined;
const published = configured ?? join(root, "..", "shared", "vectors");

/**
 * @param {boolean} isShort fewer flips and random keys
 * @returns {Promise<{ sets: Record<string, object[]>, expected: Record<string, string[]>, notes: string[] }>} `expected`: what the source of the vectors says,
 *   in the words of judge.mjs, where it says it
 */
export async function vectorSets(isShort) {
  const kit = kitVectors(isShort);
  const own = {
    keys: edgeKeys(isShort ? 60 : 600),
    decisions: decisions(isShort ? 40 : Infinity),
    verdicts: await verdicts(isShort ? 12 : 150),
    kit: kit.vectors.map(toPlain),
  };
  if (!existsSync(published)) {
    if (process.env.CI === "true") throw new Error(`The vectors in ${published} are required when CI=true.`);
    const notes = [
      `SKIPPED: the published vectors are not compared, ${published} does not exist (set PARMANA_VECTORS).`,
    ];
    return { sets: { signatures: [], ...own }, expected: { kit: kit.expected }, notes };
  }
  const { signatures, valid } = wycheproof(isShort);
  const { values, canonical } = jcs(isShort ? 300 : 3_000);
  const sets = {
    rfc8032: read("rfc8032/ed25519.json").vectors,
    signatures,
    dsse: [read("dsse/pae.json").official, ...read("dsse/pae.json").derived],
    jcs: values,
    c2sp: notes(),
    rfc6962: trees(),
    ...own,
  };
  const expected = {
    rfc8032: sets.rfc8032.map((vector) => `${vector.public_key_hex} ${vector.signature_hex}`),
    signatures: valid,
    dsse: sets.dsse.map(({ pae_hex }) => pae_hex),
    jcs: canonical,
    kit: kit.expected,
  };
  return { sets, expected, notes: [] };
}

function read(file) {
  return readJson(join(published, file));
}

function wycheproof(isShort) {
  const groups = read("wycheproof/ed25519_test.json").testGroups;
  const tests = groups.flatMap(({ publicKey, tests: own }) =>
    own.map(({ msg, sig, result }) => ({ key: publicKey.pk, msg, sig, result })),
  );
  const vectors = tests.map(({ key, msg, sig }) => signature(key, msg, sig));
  const [{ public_key_hex, message_hex, signature_hex }] = read("rfc8032/ed25519.json").vectors.slice(1);
  const flips = Array.from({ length: 512 }, (_, bit) => bit)
    .filter((bit) => !isShort || bit % 16 === 0)
    .map((bit) => signature(public_key_hex, message_hex, flipped(signature_hex, bit)));
  return {
    signatures: [...vectors, ...flips],
    valid: [...tests.map(({ result }) => String(result === "valid")), ...flips.map(() => "false")],
  };
}

function signature(key, message, sig) {
  return { key: { $hex: key }, message: { $hex: message }, signature: { $hex: sig } };
}

function flipped(hex, bit) {
  const bytes = bytesOf(hex);
  bytes[bit >> 3] ^= 1 << (bit & 7);
  return hexOf(bytes);
}

function jcs(count) {
  const names = ["arrays", "french", "structures", "unicode", "values", "weird"];
  const text = (...path) => readFileSync(join(published, "jcs", ...path), "utf8");
  const numbers = text("es6-numbers-first-3000.txt").trimEnd().split("\n").slice(0, count);
  const pairs = numbers.map((line) => line.split(","));
  return {
    values: [
      ...names.map((name) => ({ text: text("input", `${name}.json`) })),
      ...pairs.map(([bits]) => ({ bits })),
    ],
    canonical: [
      ...names.map((name) => text("output", `${name}.json`)),
      ...pairs.map(([, number]) => number),
    ].map((output) => JSON.stringify(output)),
  };
}

/** The example of the specification, and one character of it changed at a time. */
function notes() {
  const { note_text, verifier_key } = read("c2sp/signed-note.json");
  const changed = Array.from(note_text, (_, at) => `${note_text.slice(0, at)}x${note_text.slice(at + 1)}`);
  return [note_text, ...changed].map((text) => ({ note_text: text, verifier_key }));
}

function trees() {
  const { leaf_inputs_hex: inputs } = read("rfc6962/reference-tree.json");
  return inputs.map((_, at) => ({ leaves: [0, 1, 2, 3].map((step) => inputs[(at + step) % inputs.length]) }));
}

function decisions(count) {
  const corpus = join(root, "packages", "execution", "test", "stored", "decisions.jsonl");
  const lines = readFileSync(corpus, "utf8").trimEnd().split("\n");
  return lines.slice(0, count).map((line) => JSON.parse(line));
}

/** The verifier's own corpus, made by its tests: honest and tampered cases for every check, and flipped bits. */
async function verdicts(flips) {
  const source = join(root, "packages", "verifier", "test", "verdict-corpus.ts");
  const bundle = await browserBundle(`export { verdictCorpus } from ${JSON.stringify(source)};`);
  const folder = join(root, "node_modules", ".cache", "parmana");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "verdict-corpus.mjs");
  writeFileSync(file, bundle);
  const { verdictCorpus } = await import(pathToFileURL(file).href);
  const corpus = await verdictCorpus(flips);
  return corpus.map(({ name, kind, statement, options }) => toPlain({ name, kind, statement, options }));
}
