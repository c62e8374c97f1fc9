import {
  createVerifierKey,
  noteAlgorithms,
  parseVerifierKey,
  type VerifierKey,
} from "@parmanasystems/signing";
import { VerifierError } from "../errors.js";
import { membersOf, misuse } from "../members.js";
import type { ReadWitnessPolicy } from "./witness-policy.js";

const MAX_WITNESSES = 64;

/** Admits every key; what it returns may be used many times. @throws VerifierError INV-060 */
export function readWitnessPolicy(value: unknown, what = "The witness policy"): ReadWitnessPolicy {
  const given = membersOf(value, what, ["threshold", "witnesses"]);
  const listed = given.get("witnesses");
  const threshold = given.get("threshold");
  if (!Array.isArray(listed) || listed.length > MAX_WITNESSES)
    throw misuse(`${what}.witnesses`, `an array of ${MAX_WITNESSES} witnesses at most`);
  const witnesses = Array.from(listed, (witness: unknown) =>
    readWitness(witness, `Every one of ${what}.witnesses`),
  );
  const operators = new Set(witnesses.map(({ operator }) => operator));
  if (
    typeof threshold !== "number" ||
    !Number.isSafeInteger(threshold) ||
    threshold < 1 ||
    threshold > operators.size
  )
    throw misuse(`${what}.threshold`, "a whole number from 1 to the number of different operators");
  return { threshold, witnesses };
}

function readWitness(value: unknown, what: string): ReadWitnessPolicy["witnesses"][number] {
  const given = membersOf(value, what, ["name", "verifierKey", "operator"]);
  const verifierKey = readVerifierKey(given.get("verifierKey"), what);
  const operator = given.get("operator");
  if (given.get("name") !== verifierKey.name) throw misuse(what, "named as its verifier key is");
  if (typeof operator !== "string" || operator === "") throw misuse(what, "under a named operator");
  // A plain signature has no time, and would not say that it is a witness's.
  if (verifierKey.algorithm !== noteAlgorithms.cosignatureV1)
    throw misuse(what, "known by a cosignature/v1 key");
  return { name: verifierKey.name, verifierKey, operator };
}

function readVerifierKey(value: unknown, what: string): VerifierKey {
  try {
    if (typeof value === "string") return parseVerifierKey(value);
    // Its bytes are admitted again: the object may come from another copy of the package.
    const { name, algorithm, publicKey } = value as VerifierKey;
    return createVerifierKey({ name, algorithm, publicKey: publicKey.raw });
  } catch (cause) {
    const problem = "known by a verifier key, name+keyid+base64";
    throw new VerifierError("INV-060", `${what} must be ${problem}.`, { cause });
  }
}
