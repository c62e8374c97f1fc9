// The bytes of an input, from what case.json says of it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * @param {unknown} part a path, or an object of exactly one recipe; see README.md
 * @param {string} directory what paths are relative to
 * @returns {Buffer}
 */
export function bytesOf(part, directory) {
  if (typeof part === "string") return readFileSync(join(directory, part));
  const [recipe, ...others] = Object.keys(part).filter((name) => name !== "merge" && name !== "times");
  if (recipe === undefined || others.length > 0)
    throw new Error(`not a part: ${JSON.stringify(part).slice(0, 80)}`);
  switch (recipe) {
    case "text":
      return Buffer.from(part.text.repeat(part.times ?? 1));
    case "base64":
      return Buffer.from(part.base64, "base64");
    case "json":
      return Buffer.from(JSON.stringify(part.json));
    case "base": {
      const base = JSON.parse(readFileSync(join(directory, part.base), "utf8"));
      return Buffer.from(JSON.stringify(sorted(mergePatch(base, part.merge))));
    }
    case "concat":
      return Buffer.concat(part.concat.map((piece) => bytesOf(piece, directory)));
    case "proof":
      return logProof(part.proof, directory);
    case "bundle":
      return evidenceBundle(part.bundle, directory);
    default:
      throw new Error(`no recipe "${recipe}"`);
  }
}

/** A `.tlog-proof` file of its parts. */
export function logProof({ extra, index, hashes, checkpoint }, directory) {
  const head = [
    "c2sp.org/tlog-proof@v1",
    `extra ${bytesOf(extra, directory).toString("base64")}`,
    `index ${index}`,
    ...hashes,
  ];
  return Buffer.from(`${head.join("\n")}\n\n${checkpoint}`);
}

/** RFC 7396. */
export function mergePatch(target, patch) {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/** Members in the order of their names, at every depth. */
export function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

/** An evidence bundle of parts: each one's bytes in base64, where the format has them. */
function evidenceBundle(members, directory) {
  return Buffer.from(JSON.stringify(bundleMembers(members, directory)));
}

function bundleMembers({ extends: base, ...members }, directory) {
  if (base === undefined) return encode(members, directory);
  const path = join(directory, base);
  const inherited = bundleMembers(JSON.parse(readFileSync(path, "utf8")), dirname(path));
  return { ...inherited, ...encode(members, directory) };
}

/** The members that hold other members; every other object is a part. */
const CONTAINERS = ["policyBundle", "files", "policyIndex", "release", "trustRoot", "resolution"];

function encode(members, directory) {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, encodeMember(name, value, directory)]),
  );
}

function encodeMember(name, value, directory) {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((entry) => encode(entry, directory));
  if (isObject(value) && "value" in value) return value.value;
  if (name === "type") return value;
  if (isObject(value) && CONTAINERS.includes(name)) return encode(value, directory);
  return bytesOf(value, directory).toString("base64");
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
