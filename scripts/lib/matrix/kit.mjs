// The cases of conformance/ that need nothing but an evidence bundle, a root key and a time: what a browser can judge.
import { readCases } from "../../../conformance/lib/cases.mjs";
import { bytesOf } from "../../../conformance/lib/parts.mjs";

/** More would only carry the same bytes to every runtime. */
const MAX_BYTES = 65_536;

/**
 * @param {boolean} isShort every tenth
 * @returns {{ vectors: object[], expected: string[] }} in the words of judge-kit.mjs
 */
export function kitVectors(isShort) {
  const found = readCases()
    .filter(isOfBundles)
    .flatMap(({ directory, arguments: [, key, , now], expect, inputs }) => {
      const rootKey = bytesOf(key.path, directory).toString("utf8");
      return inputs
        .filter(({ file, beside }) => file !== undefined && beside === undefined)
        .map((input) => ({
          vector: { file: new Uint8Array(bytesOf(input.file, directory)), rootKey, now: Date.parse(now) },
          expected: essenceOf(input.expect ?? expect),
        }));
    })
    .filter(({ vector, expected }) => vector.file.length <= MAX_BYTES && expected !== undefined)
    .filter((_, at) => !isShort || at % 10 === 0);
  return { vectors: found.map(({ vector }) => vector), expected: found.map(({ expected }) => expected) };
}

function isOfBundles({ home, arguments: words = [] }) {
  const [first, key, second, , ...others] = words;
  return (
    home === undefined &&
    others.length === 0 &&
    first === "--root-key" &&
    key?.path !== undefined &&
    second === "--at"
  );
}

function essenceOf({ exitCode, verdict, level, failed, resolution }) {
  if (exitCode === 2) return JSON.stringify("malformed");
  // Which defect of many is found is open, or it is not about the file.
  if (exitCode !== 0 && exitCode !== 1) return undefined;
  return JSON.stringify([reported({ verdict, level, failed }), resolution && reported(resolution)]);
}

const reported = ({ verdict, level, failed }) => [
  verdict,
  level,
  ...failed.map(({ id, code }) => `${id} ${code}`).sort(),
];
