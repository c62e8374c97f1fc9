import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type SignatureProposal,
  signatureNeeds,
  type TrustedKey,
  type TrustRoot,
} from "@parmanasystems/governance";
import { privateKeyFile, readPrivateKey, readTrustRoot } from "@parmanasystems/governance/node";
import type { PrivateKey } from "@parmanasystems/signing";
import { type Home, keyPath } from "./home.js";

/**
 * The private keys of the home that may sign for the role now, the one that came into force last first. Which file holds
 * which key is told by the trust root and not by its name: after a rotation the files of former keys are still there.
 * @throws GovernanceError TRUST-001 to -037; KEY-* for a file that is no private key
 */
export async function homeKeys(home: Home, role: string, now: number): Promise<readonly PrivateKey[]> {
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const usable: { readonly privateKey: PrivateKey; readonly trusted: TrustedKey }[] = [];
  for (const path of keyFiles(home, role)) {
    const privateKey = await readPrivateKey(path);
    const trusted = usableKey(trustRoot, role, privateKey.keyId, now);
    if (trusted !== undefined) usable.push({ privateKey, trusted });
  }
  usable.sort((left, right) => right.trusted.validFrom - left.trusted.validFrom);
  return usable.map(({ privateKey }) => privateKey);
}

/** The key that attests: where the trust root names none, or none that is here, the file named after the role. */
export async function runtimeKey(home: Home, now: number): Promise<PrivateKey> {
  const [newest] = await homeKeys(home, "runtime", now);
  return newest ?? readPrivateKey(keyPath(home, "runtime"));
}

/** Files named as `createTrust` and `rotateTrust` name them: policy.pem, policy.2.pem, approver-claims.pem. */
export function keyFiles(home: Home, role: string): readonly string[] {
  if (!existsSync(home.keys)) return [];
  const stem = role.replace(":", "-");
  return readdirSync(home.keys)
    .filter((name) => name.startsWith(`${stem}.`) && /^(?:[0-9]+\.)?pem$/.test(name.slice(stem.length + 1)))
    .sort()
    .map((name) => join(home.keys, name));
}

function usableKey(trustRoot: TrustRoot, role: string, keyId: string, now: number): TrustedKey | undefined {
  if (trustRoot.roles.get(role)?.keyids.includes(keyId) !== true) return undefined;
  const key = trustRoot.keys.get(keyId);
  return key?.status === "active" && now >= key.validFrom && now < key.validUntil ? key : undefined;
}

/** The private keys of the home that a proposal still asks for. @throws as `homeKeys`; TRUST-031, TRUST-042 */
export async function wantedKeys(
  home: Home,
  proposal: SignatureProposal,
  inForce: TrustRoot | undefined,
): Promise<readonly PrivateKey[]> {
  const needs = signatureNeeds(proposal, inForce);
  const wanted = new Set(needs.flatMap(({ candidates }) => candidates.map(({ keyId }) => keyId)));
  const found: PrivateKey[] = [];
  for (const path of keyFiles(home, proposal.content.role)) {
    const key = await readPrivateKey(path);
    if (wanted.has(key.keyId)) found.push(key);
  }
  return found;
}

/** The first name for a new key of the role that no file has, here or in `taken`. */
export function freeKeyPath(home: Home, role: string, taken: readonly string[]): string {
  for (let index = 0; ; index += 1) {
    const path = join(home.keys, privateKeyFile(role, index));
    if (!existsSync(path) && !taken.includes(path)) return path;
  }
}
