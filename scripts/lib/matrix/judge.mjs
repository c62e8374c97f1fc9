// What every runtime runs, Node or browser, as one bundle without Node's modules: it judges each vector with the built packages and
// says in text what came of it. Two runtimes that say the same agree, to the sentence.
import { canonicalize, parseStrict } from "../../../packages/canonical/dist/index.js";
import {
  decodeBase64,
  importPrivateKey,
  importPublicKey,
  pae,
  parseNote,
  parseVerifierKey,
  verifyEd25519,
  verifyEd25519Portable,
  verifyNote,
} from "../../../packages/signing/dist/index.js";
import {
  leafHash,
  nodeHash,
  verifyAttestation,
  verifyInclusion,
  verifyResolution,
} from "../../../packages/verifier/dist/index.js";
import { hashes, verify as verifyLoosely } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { answerOf } from "./answer-of.mjs";
import { judgeDecisions } from "./judge-decisions.mjs";
import { judgeKit } from "./judge-kit.mjs";
import { bytesOf, fromPlain, hexOf } from "./plain-data.mjs";

/**
 * @param {Record<string, unknown[]>} sets vectors by the name of their set
 * @param {boolean} isWeakened judges signatures by the cofactored rule and forgets log proofs: a comparison that does not notice is worth nothing
 * @returns {Record<string, string[]>} for each vector what came of it, in the same order
 */
export function judge(sets, isWeakened = false) {
  const outcomes = {};
  for (const [name, vectors] of Object.entries(sets)) {
    outcomes[name] = vectors.flatMap((vector) => judges[name](fromPlain(vector), isWeakened));
  }
  return outcomes;
}

const judges = {
  rfc8032: ({ secret_key_hex, message_hex }) => {
    const key = importPrivateKey(bytesOf(secret_key_hex));
    return [`${hexOf(key.publicKey.raw)} ${hexOf(key.sign(bytesOf(message_hex)))}`];
  },
  signatures: judgeSignature,
  keys: ({ key }) => [answerOf(() => importPublicKey(key).keyId)],
  dsse: ({ payload_type, payload_base64 }) => [hexOf(pae(payload_type, decodeBase64(payload_base64)))],
  jcs: ({ text, bits }) => [
    answerOf(() => {
      const value = bits === undefined ? parseStrict(text, { numbers: "any-double" }) : doubleOf(bits);
      return canonicalize(value);
    }),
  ],
  c2sp: ({ note_text, verifier_key }) => [
    answerOf(() => verifyNote(parseNote(note_text), [parseVerifierKey(verifier_key)]).length),
  ],
  rfc6962: judgeTree,
  decisions: judgeDecisions,
  verdicts: judgeVerdict,
  kit: judgeKit,
};

function judgeSignature({ key, message, signature }, isWeakened) {
  return [
    answerOf(() => {
      if (isWeakened) return looseVerdict(signature, message, importPublicKey(key).raw);
      const verdicts = [verifyEd25519, verifyEd25519Portable].map((verify) =>
        verify(key, message, signature),
      );
      const admitted = importPublicKey(key).verify(message, signature);
      return [...verdicts, admitted].every((verdict) => verdict === verdicts[0]) ? verdicts[0] : verdicts;
    }),
  ];
}

function looseVerdict(signature, message, key) {
  hashes.sha512 = sha512;
  try {
    return verifyLoosely(signature, message, key, { zip215: true });
  } catch {
    return false;
  }
}

function doubleOf(bits) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** Four leaves of a tree, and every proof in it; then each with another root. */
function judgeTree({ leaves }) {
  const [a, b, c, d] = leaves.map((hex) => leafHash(bytesOf(hex)));
  const [left, right] = [nodeHash(a, b), nodeHash(c, d)];
  const root = nodeHash(left, right);
  const proofs = [
    [b, right],
    [a, right],
    [d, left],
    [c, left],
  ];
  return [a, b, c, d].map((leaf, index) => {
    const verdicts = [root, left].map((against) =>
      verifyInclusion({ index, size: 4, leafHash: leaf, proof: proofs[index], root: against }),
    );
    return `${hexOf(leaf)} ${hexOf(root)} ${verdicts.join(" ")}`;
  });
}

function judgeVerdict({ kind, statement, options }, isWeakened) {
  const judged = isWeakened ? { ...options, logProof: undefined } : options;
  const report =
    kind === "attestation" ? verifyAttestation(statement, judged) : verifyResolution(statement, judged);
  return [JSON.stringify(report)];
}
