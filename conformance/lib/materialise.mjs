// Cases as files on disk, and the command lines that judge them: as few processes as the options allow.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bytesOf, isObject } from "./parts.mjs";

/** Paths of one process: enough to spread the start of it, few enough to keep every core busy. */
const MAX_PATHS = 120;

/**
 * @typedef {{ family: string, name: string, input: string, path: string, expect: any, named: string[] }} Expected
 * @typedef {{ options: string[], inputs: Expected[], directory?: string, isListed?: boolean }} Call one that is listed is compared line by line
 */

/**
 * Writes the inputs of all cases below a directory.
 * @param {{ oneByOne: boolean }} options one process for each input, for a verifier that takes one path only
 * @returns {Call[]}
 */
export function materialise(cases, directory, { oneByOne }) {
  const groups = new Map();
  const calls = [];
  cases.forEach((found, number) => {
    const folder = join(directory, String(number));
    mkdirSync(folder);
    const options = optionsOf(found, folder);
    for (const [place, listed] of found.inputs.entries()) {
      const input = { expect: found.expect, ...listed };
      const about = { family: found.family, name: found.name, input: input.name };
      if (input.directory !== undefined) {
        const path = writeDirectory(found, input.directory, join(folder, `directory-${place}`));
        const expected = { ...about, path, expect: input.expect, named: [] };
        calls.push({ options, inputs: [expected], directory: path, isListed: true });
        continue;
      }
      if (input.flips !== undefined) {
        calls.push(
          ...flipsOf(found, input, { folder: join(folder, `flips-${place}`), options, about, oneByOne }),
        );
        continue;
      }
      const path = writeInput(found, input, join(folder, `${place}.json`));
      const expected = { ...about, path, expect: input.expect, named: namedOf(input, path) };
      const key = JSON.stringify([options, found.alone === true && path]);
      const group = groups.get(key) ?? { options, inputs: [] };
      group.inputs.push(expected);
      groups.set(key, group);
    }
  });
  const most = oneByOne ? 1 : MAX_PATHS;
  for (const { options, inputs } of groups.values()) {
    for (let start = 0; start < inputs.length; start += most)
      calls.push({ options, inputs: inputs.slice(start, start + most) });
  }
  // Long calls first, so that none of them is left for the end.
  return calls.sort((one, other) => other.inputs.length - one.inputs.length);
}

function writeDirectory(found, { files = {}, links = {} }, path) {
  mkdirSync(path);
  for (const [name, part] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytesOf(part, found.directory));
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(path, name));
  return path;
}

function writeInput(found, { file, beside = {} }, path) {
  writeFileSync(path, bytesOf(file, found.directory));
  for (const [ending, part] of Object.entries(beside))
    writeFileSync(`${path}${ending}`, bytesOf(part, found.directory));
  return path;
}

/** For a process of its own, options in place of what lies beside; a log proof is found there all the same. */
const NAMED = { ".evidence": "--evidence", ".original": "--original", ".votes": "--votes" };

function namedOf({ beside = {} }, path) {
  return Object.entries(NAMED).flatMap(([ending, option]) =>
    ending in beside ? [option, `${path}${ending}`] : [],
  );
}

function optionsOf({ directory, home, arguments: words = [] }, folder) {
  const written = words.map((word, place) => {
    if (!isObject(word)) return word;
    if (typeof word.path === "string") return join(directory, word.path);
    const path = join(folder, `argument-${place}`);
    writeFileSync(path, bytesOf(word.file, directory));
    return path;
  });
  return home === undefined ? written : ["--home", join(directory, home), ...written];
}

/** Every byte of a file, changed in turn by each mask: one directory. */
function flipsOf(found, { flips, expect }, { folder, options, about, oneByOne }) {
  const original = bytesOf(flips.of, found.directory);
  mkdirSync(folder);
  const inputs = [];
  for (let offset = 0; offset < original.length; offset += 1) {
    for (const mask of flips.masks) {
      const changed = Buffer.from(original);
      changed[offset] ^= mask;
      const name = `${String(offset).padStart(6, "0")}-${mask.toString(16).padStart(2, "0")}`;
      const path = join(folder, `${name}.json`);
      writeFileSync(path, changed);
      inputs.push({ ...about, input: `${about.input} ${name}`, path, expect, named: [] });
    }
  }
  return oneByOne
    ? inputs.map((input) => ({ options, inputs: [input] }))
    : [{ options, inputs, directory: folder }];
}
