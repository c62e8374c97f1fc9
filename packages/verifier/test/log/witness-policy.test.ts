import {
  type Cosigner,
  formatNote,
  type NoteSignature,
  parseNote,
  type SignedNote,
} from "@parmanasystems/signing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readWitnessPolicy } from "../../src/log/read-witness-policy.js";
import { type ReadWitnessPolicy, requireWitnesses } from "../../src/log/witness-policy.js";
import { checkpointOf, noteSigner, witness } from "./log-fixture.js";

const seconds = 1_772_366_402;
const latest = seconds * 1_000;
const tooFew = expect.objectContaining({ code: "INV-089" });

const cosigners = ["ann", "bob", "cleo", "dan"].map((name, at) => witness(name, 21 + at));
let signed: string;
let cosignatures: readonly NoteSignature[];
beforeAll(async () => {
  signed = await checkpointOf([new Uint8Array([1])]);
  const { text } = parseNote(signed);
  cosignatures = await Promise.all(cosigners.map((cosigner) => cosigner.cosign(text, seconds)));
});

/** Cosigned by those at the positions. */
function noteBy(positions: readonly number[]): SignedNote {
  const { text, signatures } = parseNote(signed);
  const chosen = cosignatures.filter((_, at) => positions.includes(at));
  return parseNote(formatNote({ text, signatures: [...signatures, ...chosen] }));
}

function policyOf(listed: readonly (readonly [Cosigner, string])[], threshold: number): ReadWitnessPolicy {
  return readWitnessPolicy({
    threshold,
    witnesses: listed.map(([{ name, verifierKey }, operator]) => ({ name, verifierKey, operator })),
  });
}

describe("a cosignature", () => {
  it("counts up to the latest time, and not a millisecond after it", () => {
    const note = noteBy([0]);
    const policy = policyOf(
      cosigners.slice(0, 1).map((cosigner) => [cosigner, "a"] as const),
      1,
    );
    for (const time of [latest, latest + 1]) expect(requireWitnesses(note, policy, time)).toEqual(["a"]);
    expect(() => requireWitnesses(note, policy, latest - 1)).toThrow(tooFew);
  });

  it("is none without a time, even by a key that is listed", () => {
    const { verifierKey } = noteSigner(10);
    const policy = { threshold: 1, witnesses: [{ name: verifierKey.name, verifierKey, operator: "a" }] };
    expect(() => requireWitnesses(parseNote(signed), policy, latest)).toThrow(tooFew);
  });
});

describe("independent witnesses", () => {
  it("are as many as parties that no operator and no key joins, of those that cosigned", () => {
    const place = fc.nat(cosigners.length - 1);
    const subset = fc.uniqueArray(place);
    const pairs = fc.uniqueArray(fc.tuple(place, place), { minLength: 1, selector: String });
    fc.assert(
      fc.property(pairs, subset, (listed, by) => {
        const note = noteBy(by);
        const parties = new Set(joined(listed).filter((_, at) => by.includes(listed[at]?.[0] ?? -1))).size;
        const named = listed.flatMap(([key, operator]) => {
          const cosigner = cosigners[key];
          return cosigner === undefined ? [] : [[cosigner, `operator ${operator}`] as const];
        });
        const operators = new Set(named.map(([, operator]) => operator)).size;
        const count = (threshold: number) =>
          requireWitnesses(note, policyOf(named, threshold), latest).length;
        if (parties > 0) expect(count(parties)).toBeGreaterThanOrEqual(parties);
        if (parties < operators) expect(() => count(parties + 1)).toThrow(tooFew);
      }),
      { numRuns: 60 },
    );
  });
});

/** The party of each pair of key and operator: the least position that it can be walked to from. */
function joined(pairs: readonly (readonly [number, number])[]): readonly number[] {
  const parties = pairs.map((_, at) => at);
  for (let round = 0; round < pairs.length; round += 1) {
    for (const [at, [key, operator]] of pairs.entries()) {
      const near = pairs.flatMap(([otherKey, otherOperator], other) =>
        key === otherKey || operator === otherOperator ? [parties[other] ?? other] : [],
      );
      parties[at] = Math.min(...near);
    }
  }
  return parties;
}
