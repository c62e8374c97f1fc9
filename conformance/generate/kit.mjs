// Writes the kit: bytes that are there already are referred to, small ones stand in case.json.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isObject, logProof, mergePatch, sorted } from "../lib/parts.mjs";
import { checkCatalogue, resolutionCatalogue } from "./packages.mjs";

const levelOf = new Map([...checkCatalogue, ...resolutionCatalogue].map(({ id, level }) => [id, level]));
/** Up to so many inputs, each has files of its own; more stand in case.json. */
const MAX_FILED = 2;

export const verified = (level = "L4") => ({ exitCode: 0, verdict: "verified", level, failed: [] });
export const malformed = { exitCode: 2 };

/** Refused for these checks, where everything else was supplied and holds: the level is the one below the first of them. */
export function refused(failures, level) {
  const failed = Object.entries(failures).map(([id, code]) => ({ id, code }));
  const lowest = failed.map(({ id }) => levelOf.get(id)).sort()[0];
  return { exitCode: 1, verdict: "refused", level: level ?? below(lowest), failed };
}

function below(level) {
  return { L1: "none", L2: "L1", L3: "L2", L4: "L3" }[level];
}

/** @param {string} root where it is written; what lies there is replaced */
export function createKit(root) {
  const known = new Map();
  const homes = [];
  rmSync(join(root, "cases"), { recursive: true, force: true });
  rmSync(join(root, "shared"), { recursive: true, force: true });

  /** Bytes that several cases use, below shared/. */
  function share(path, bytes) {
    const file = join(root, "shared", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    known.set(digest(bytes), file);
    return file;
  }

  /**
   * @param {{ why: string, threats?: number[], arguments?: unknown[], home?: string, alone?: boolean, inputs: any[] }} found
   * inputs hold bytes wherever a part may stand
   */
  function add(family, name, { inputs, arguments: words, home, ...about }) {
    const directory = join(root, "cases", family, name);
    mkdirSync(directory, { recursive: true });
    const place = createPlacer(directory, known, inputs.length > MAX_FILED);
    const [{ expect: common }] = inputs;
    const isCommon =
      inputs.length > 1 && inputs.every(({ expect }) => JSON.stringify(expect) === JSON.stringify(common));
    const written = inputs.map(({ name: title, file, flips, directory, beside, expect }) => {
      // What follows a dot tells which of the input's files it is.
      const stem = (title ?? "input").replaceAll(".", "_");
      return {
        ...(title !== undefined && { name: title }),
        ...(file !== undefined && { file: place(file, stem) }),
        ...(flips !== undefined && { flips: { of: place(flips.of, stem), masks: flips.masks } }),
        ...(directory !== undefined && {
          directory: { ...directory, files: place.members(directory.files, stem) },
        }),
        ...(beside !== undefined && { beside: place.members(beside, stem) }),
        ...(!isCommon && { expect }),
      };
    });
    const found = {
      ...about,
      ...(home !== undefined && { home: relative(directory, home) }),
      ...(words !== undefined && {
        arguments: words.map((word, at) => wordOf(word, { directory, place, name: String(words[at - 1]) })),
      }),
    };
    if (isCommon) found.expect = common;
    writeFileSync(join(directory, "case.json"), spell(found, written));
  }

  /** A home below shared/, which policies can be added to. */
  function home(name, { trustRoot, release, keys }) {
    shareSigned(`${name}/trust/trust-root`, trustRoot);
    share(`${name}/trust/root.pub`, new TextEncoder().encode(keys.root.publicKey.toPem()));
    shareSigned(`${name}/release-manifest`, release);
    homes.push(name);
    const directory = join(root, "shared", name);
    return {
      directory,
      add({ policyId, policyVersion, manifest, signature, files }) {
        const path = `${name}/policies/${policyId}/${policyVersion}`;
        share(`${path}/bundle.manifest.json`, manifest);
        share(`${path}/bundle.sig`, signature);
        for (const [file, bytes] of files) share(`${path}/${file}`, bytes);
      },
    };
  }

  function shareSigned(path, { document, signature }) {
    share(`${path}.json`, document);
    share(`${path}.sig`, signature);
  }

  return { share, shareSigned, add, home, homes, shared: join(root, "shared") };
}

/** An option: a word, the path of a shared file, or bytes that become a file. */
function wordOf(word, { directory, place, name }) {
  if (typeof word === "string") return word;
  if (word instanceof Uint8Array) return { file: place(word, name) };
  return "path" in word ? { path: relative(directory, word.path) } : word;
}

/** One line for each of many inputs, so that a file stays small and a change is seen. */
function spell(found, inputs) {
  const head = JSON.stringify(found, undefined, 2).slice(0, -2);
  const lines =
    inputs.length > MAX_FILED
      ? inputs.map((input) => `    ${JSON.stringify(input)}`)
      : inputs.map((input) => indent(JSON.stringify(input, undefined, 2)));
  return `${head},\n  "inputs": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

const indent = (text) => text.replace(/^/gm, "    ");

/** Turns bytes into parts, relative to a case. */
function createPlacer(directory, shared, inline) {
  const own = new Map();
  const bases = new Map();

  function place(part, name) {
    if (part instanceof Uint8Array) return placeBytes(part, name);
    if (typeof part !== "object" || part === null) return part;
    if ("bundle" in part) return { bundle: members(part.bundle, name) };
    return part;
  }

  function members(value, name) {
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => {
        if (member === "extends") return [member, relative(directory, inner)];
        const title = `${name}.${member.replace(/^\./, "").replace(/\.json$/, "")}`;
        if (inner instanceof Map) return [member, members(Object.fromEntries(inner), title)];
        if (Array.isArray(inner))
          return [member, inner.map((entry, at) => members(entry, `${title}-${at + 1}`))];
        if (inner instanceof Uint8Array || inner === null || isPart(inner))
          return [member, place(inner, title)];
        return [member, members(inner, title)];
      }),
    );
  }

  function placeBytes(bytes, name) {
    const hash = digest(bytes);
    const there = shared.get(hash) ?? own.get(hash);
    if (there !== undefined) return relative(directory, there);
    const kind = kindOf(bytes);
    if (inline && bytes.length < 6000) return inlined(bytes, kind, name);
    const file = join(
      directory,
      `${slug(name)}.${kind === "json" ? "json" : kind === "text" ? "txt" : "bin"}`,
    );
    writeFileSync(file, bytes);
    own.set(hash, file);
    return relative(directory, file);
  }

  /** JSON as a merge patch to the first of its kind, where that is shorter. */
  function inlined(bytes, kind, name) {
    const value = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    if (kind === "binary") return { base64: Buffer.from(bytes).toString("base64") };
    if (kind === "text") return proofPart(value, name) ?? { text: value };
    const parsed = JSON.parse(value);
    const title = name.split(".").slice(1).join(".") || "input";
    const base = bases.get(title);
    if (base !== undefined) {
      const merge = patchOf(base.value, parsed);
      if (merge !== undefined && JSON.stringify(merge).length < 0.8 * value.length)
        return { base: base.path, merge };
    } else if (value.length > 300) {
      const path = `${slug(title)}.base.json`;
      writeFileSync(join(directory, path), bytes);
      bases.set(title, { path, value: parsed });
      own.set(digest(bytes), join(directory, path));
      return path;
    }
    return { json: parsed };
  }

  /** A log proof, where it is one, with its entry as another part. */
  function proofPart(value, name) {
    const [, extra, index, hashes, checkpoint] = PROOF.exec(value) ?? [];
    if (extra === undefined) return undefined;
    const bytes = Buffer.from(extra, "base64");
    const part = {
      extra: placeBytes(bytes, `${name}.entry`),
      index: Number(index),
      hashes: hashes.split("\n").slice(0, -1),
      checkpoint,
    };
    return logProof(part, directory).toString() === value ? { proof: part } : undefined;
  }

  return Object.assign(place, { members });
}

const PROOF = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (\d+)\n((?:\S+\n)*)\n([^]*)$/;
const PARTS = ["text", "json", "base64", "base", "concat", "bundle", "proof", "value"];
function isPart(value) {
  return typeof value !== "object" || Object.keys(value).some((name) => PARTS.includes(name));
}

/** Canonical JSON of an object comes out of JSON.parse and JSON.stringify as it is; anything else is kept to the byte. */
function kindOf(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "binary";
  }
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && JSON.stringify(value) === text ? "json" : "text";
  } catch {
    return "text";
  }
}

/** RFC 7396, or undefined where null stands in the way. */
function patchOf(from, to) {
  const patch = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (name in to && name in from && JSON.stringify(from[name]) === JSON.stringify(to[name])) continue;
    if (!(name in to)) patch[name] = null;
    else if (to[name] === null) return undefined;
    else {
      const inner = isObject(from[name]) && isObject(to[name]) ? patchOf(from[name], to[name]) : to[name];
      if (inner === undefined) return undefined;
      patch[name] = inner;
    }
  }
  return JSON.stringify(sorted(mergePatch(from, patch))) === JSON.stringify(to) ? patch : undefined;
}

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
const slug = (name) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
