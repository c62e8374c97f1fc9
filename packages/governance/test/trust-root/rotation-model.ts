import { sha256 } from "@parmanasystems/canonical";
import fc from "fast-check";
import {
  createTrustRootDocument,
  type KeyStatus,
  type RoleDelegation,
  type SignedDocument,
  type TrustedKey,
} from "../../src/index.js";
import { payloadTypes } from "@parmanasystems/signing";
import { DAY_MS, NOW, signAs, signerOf } from "../signed-fixtures.js";

// A second, naive account of when a version of a trust root may follow another, written from DESIGN section 6 alone.

/** Two keys of one operator among them. */
const operators = { a1: "alice", a2: "alice", b: "bob", c: "carol", d: "dave" } as const;
type Name = keyof typeof operators;
const names = Object.keys(operators) as Name[];

interface ModelKey {
  readonly name: Name;
  readonly status: KeyStatus;
  readonly revokedAt: number;
  readonly validUntil: number;
}

export interface ModelVersion {
  readonly keys: readonly ModelKey[];
  readonly threshold: number;
  readonly issuedAt: number;
}

/** One attempt at the next version: what it says, what is wrong with it, and who signs it. */
export interface Attempt extends ModelVersion {
  /** 1 is right. */
  readonly step: number;
  readonly rightPrevious: boolean;
  readonly signers: readonly Name[];
}

const key = (name: Name): fc.Arbitrary<ModelKey | undefined> =>
  fc.option(
    fc.record({
      name: fc.constant(name),
      status: fc.oneof(
        { weight: 6, arbitrary: fc.constant<KeyStatus>("active") },
        { weight: 1, arbitrary: fc.constant<KeyStatus>("retired") },
        { weight: 2, arbitrary: fc.constant<KeyStatus>("revoked") },
      ),
      revokedAt: fc.constantFrom(NOW + 1, NOW + 2 * DAY_MS, NOW + 400 * DAY_MS),
      validUntil: fc.constantFrom(NOW + 900 * DAY_MS, NOW + 900 * DAY_MS, NOW + 3 * DAY_MS),
    }),
    { nil: undefined, freq: 4 },
  );

const often = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

export const attempts: fc.Arbitrary<Attempt> = fc
  .record({
    keys: fc.tuple(...names.map(key)),
    threshold: fc.constantFrom(1, 1, 2, 3),
    day: fc.constantFrom(0, 0, 1, 1, 1, 5, -6),
    step: often(1, 0, 2, -1),
    rightPrevious: often(true, false),
    signers: fc.oneof(fc.constant(names), fc.subarray(names, { minLength: 1 })),
  })
  .map(({ keys, day, ...rest }) => ({
    ...rest,
    keys: keys.flatMap((each) => each ?? []),
    issuedAt: day * DAY_MS,
  }))
  .filter(({ keys, threshold }) => operatorsOf(keys.map(({ name }) => name)).size >= threshold);

export const firstVersion: ModelVersion = {
  keys: (["a1", "b", "c"] as const).map((name) => ({
    name,
    status: "active",
    revokedAt: 0,
    validUntil: NOW + 900 * DAY_MS,
  })),
  threshold: 2,
  issuedAt: NOW,
};

/** The attempt dated from the version it would follow. */
export function dated(attempt: Attempt, previous: ModelVersion): Attempt {
  return { ...attempt, issuedAt: Math.max(previous.issuedAt + attempt.issuedAt, NOW - DAY_MS) };
}

/** Whether the attempt may follow the versions accepted so far. */
export function mayFollow(chain: readonly ModelVersion[], attempt: Attempt): boolean {
  const previous = chain.at(-1);
  if (previous === undefined) return false;
  return (
    attempt.step === 1 &&
    attempt.rightPrevious &&
    attempt.issuedAt >= previous.issuedAt &&
    attempt.keys.every((each) => keepsRevocations(chain, each)) &&
    reaches(previous, attempt) &&
    reaches(attempt, attempt)
  );
}

function keepsRevocations(chain: readonly ModelVersion[], { name, status, revokedAt }: ModelKey): boolean {
  const times = chain
    .flatMap(({ keys }) => keys)
    .filter((each) => each.name === name && each.status === "revoked")
    .map((each) => each.revokedAt);
  return times.length === 0 || (status === "revoked" && revokedAt <= Math.min(...times));
}

/** Whether enough operators of a version signed something dated so. */
function reaches({ keys, threshold }: ModelVersion, { signers, issuedAt }: Attempt): boolean {
  const counting = keys.filter(
    ({ name, status, validUntil }) =>
      signers.includes(name) && status !== "revoked" && issuedAt >= NOW && issuedAt < validUntil,
  );
  return operatorsOf(counting.map(({ name }) => name)).size >= threshold;
}

function operatorsOf(keyNames: readonly Name[]): ReadonlySet<string> {
  return new Set(keyNames.map((name) => operators[name]));
}

/** The document of a version, signed. @param before the document of the version it claims to follow */
export async function signVersion(
  version: number,
  { keys, threshold, issuedAt }: ModelVersion,
  previous: SignedDocument | "wrong" | undefined,
  signers: readonly Name[],
): Promise<SignedDocument> {
  const document = createTrustRootDocument({
    version,
    issuedAt,
    expiresAt: NOW + 1000 * DAY_MS,
    previous:
      version === 1
        ? null
        : previous === undefined || previous === "wrong"
          ? sha256("wrong")
          : sha256(previous.document),
    keys: keys.map(trusted),
    roles: new Map([["root", delegationOf(keys, threshold)]]),
  });
  return signAs(payloadTypes.trustRoot, document, signers);
}

function trusted({ name, status, revokedAt, validUntil }: ModelKey): Omit<TrustedKey, "keyId"> {
  return {
    publicKey: signerOf(name).publicKey,
    operator: operators[name],
    validFrom: NOW,
    validUntil,
    status,
    ...(status === "revoked" ? { revokedAt } : {}),
  };
}

function delegationOf(keys: readonly ModelKey[], threshold: number): RoleDelegation {
  return { keyids: keys.map(({ name }) => signerOf(name).keyId), threshold };
}
