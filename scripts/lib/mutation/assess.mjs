// What the mutants say of each file.
const noticed = new Set(["Killed", "Timeout"]);
const unnoticed = new Set(["Survived", "NoCoverage"]);

/**
 * @param {readonly import("./stryker.mjs").Mutant[]} mutants
 * @param {readonly { file: string, within: string, original: string, replacement: string, reason: string }[]} equivalents
 * @param {readonly string[]} files
 * @returns results by file; survivors that are no equivalents; equivalents that no survivor is
 */
export function assess(mutants, equivalents, files) {
  const listed = equivalents.filter(({ file }) => files.includes(file));
  const survivors = mutants.filter(({ status }) => unnoticed.has(status));
  const isEquivalent = (mutant) => listed.some((entry) => matches(entry, mutant));
  const results = files.map((file) => {
    const own = mutants.filter((mutant) => mutant.file === file);
    const killed = own.filter(({ status }) => noticed.has(status)).length;
    const alive = own.filter(({ status }) => unnoticed.has(status));
    const equivalent = alive.filter(isEquivalent).length;
    const counted = killed + alive.length - equivalent;
    const score = counted === 0 ? 100 : (100 * killed) / counted;
    return { file, mutants: killed + alive.length, noticed: killed, equivalent, score };
  });
  return {
    results,
    survivors: survivors.filter((mutant) => !isEquivalent(mutant)),
    unfounded: listed.filter((entry) => !survivors.some((mutant) => matches(entry, mutant))),
  };
}

/** By its text and not by its place, which changes with every line before it. */
const matches = (entry, mutant) =>
  ["file", "within", "original", "replacement"].every((name) => entry[name] === mutant[name]);
