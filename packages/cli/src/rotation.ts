import { parseTimestamp } from "@parmanasystems/canonical";
import {
  type AddedKey,
  createNextTrustRoot,
  createProposal,
  keyValidUntil,
  requireWantedSigner,
  type SignatureProposal,
  signProposal,
  type TrustRoot,
  type TrustRootChanges,
} from "@parmanasystems/governance";
import { readTrustRoot, writePrivateKey } from "@parmanasystems/governance/node";
import {
  generatePrivateKey,
  LocalSigner,
  payloadTypes,
  type PrivateKey,
  type Signer,
} from "@parmanasystems/signing";
import { type Home, requireHome } from "./home.js";
import { freeKeyPath, wantedKeys } from "./home-keys.js";
import { readKeyAssignment } from "./key-assignments.js";
import { DAY_MS, readDays } from "./lifetimes.js";
import type { Output } from "./output.js";
import { type HandOutOptions, handOut } from "./proposal-hand-out.js";
import { readNamedSigners, type SignerOptions } from "./signers.js";

/** What every command that makes the next version of the trust root takes. */
export interface RotationOptions extends SignerOptions, HandOutOptions {
  /** role:operator=file, or role:operator for a key to be made here. */
  readonly add?: readonly string[];
  /** Since when added keys count; now when absent. */
  readonly validFrom?: string;
  /** How long the trust root is valid from now on; as long as before when absent. */
  readonly days?: string;
}

/** What a command makes of the version in force; keys and expiry come from the options. */
export interface RotationPlan {
  readonly changes: Omit<TrustRootChanges, "add" | "expiresAt">;
  /** When an added key of the role begins to count; now when absent. */
  readonly validFrom?: (role: string) => number | undefined;
}

/**
 * Makes the next version of the trust root, signs it with the keys at hand, and installs it or hands it out to the others.
 * Nothing is written before everything that can be refused was.
 */
export async function rotate(
  home: Home,
  options: RotationOptions,
  output: Output,
  plan: (trustRoot: TrustRoot, now: number) => RotationPlan,
): Promise<void> {
  requireHome(home);
  const now = Date.now();
  const { value: inForce } = await readTrustRoot(home.environment);
  const { changes, validFrom } = plan(inForce, now);
  const expiresAt = options.days === undefined ? inForce.expiresAt : now + readDays(options.days) * DAY_MS;
  const start = options.validFrom === undefined ? undefined : parseTimestamp(options.validFrom);
  const added = await readAddedKeys(home, options.add ?? [], (role) => ({
    validFrom: start ?? validFrom?.(role) ?? now,
    validUntil: keyValidUntil(role, now, expiresAt),
  }));
  const next = { ...changes, add: added.map(({ key }) => key), expiresAt };
  const unsigned = createProposal(payloadTypes.trustRoot, createNextTrustRoot(inForce, next, now));
  const signers = await rotationSigners(home, unsigned, inForce, options);
  const made = added.flatMap(({ key, privateKey }) =>
    key.role === "root" && privateKey !== undefined ? [new LocalSigner(privateKey)] : [],
  );
  for (const { keyId } of signers) requireWantedSigner(unsigned, inForce, keyId, now);
  const proposal = await signProposal(unsigned, [...signers, ...made]);
  await handOut(home, proposal, { inForce: { trustRoot: inForce }, options, output, now }, async () => {
    for (const { privateKey, path } of added) {
      if (privateKey === undefined) continue;
      await writePrivateKey(path, privateKey);
      output.note(`Wrote ${path}`);
    }
  });
}

interface NewKey {
  readonly key: AddedKey;
  /** Of a key that was made here, with the file it goes to. */
  readonly privateKey: PrivateKey | undefined;
  readonly path: string;
}

async function readAddedKeys(
  home: Home,
  texts: readonly string[],
  lifeOf: (role: string) => { readonly validFrom: number; readonly validUntil: number },
): Promise<readonly NewKey[]> {
  const keys: NewKey[] = [];
  for (const text of texts) {
    const { role, operator, publicKey } = await readKeyAssignment(text, "--add");
    const privateKey = publicKey === undefined ? generatePrivateKey() : undefined;
    const path = freeKeyPath(
      home,
      role,
      keys.map((made) => made.path),
    );
    const key = publicKey ?? privateKey?.publicKey;
    if (key !== undefined) {
      keys.push({ key: { role, operator, publicKey: key, ...lifeOf(role) }, privateKey, path });
    }
  }
  return keys;
}

async function rotationSigners(
  home: Home,
  proposal: SignatureProposal,
  inForce: TrustRoot,
  options: SignerOptions,
): Promise<readonly Signer[]> {
  const named = await readNamedSigners(options);
  if (named.length > 0) return named;
  return (await wantedKeys(home, proposal, inForce)).map((key) => new LocalSigner(key));
}
