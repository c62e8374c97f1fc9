import { existsSync } from "node:fs";
import type { VoteJudgement } from "@parmanasystems/execution-runtime";
import { readTrustRoot } from "@parmanasystems/governance/node";
import { LocalVerifier, type PublicKey } from "@parmanasystems/signing";
import { hasTrustRoot, type Home, keyPath } from "./home.js";
import { runtimeKey } from "./home-keys.js";

export interface HomeJudgement extends VoteJudgement {
  /** The home's own, where the trust root names no runtime keys. */
  readonly runtimeKey: PublicKey | undefined;
}

/**
 * What a home judges stored votes by; undefined where nothing is here to judge by: no trust root, or one that leaves runtime
 * keys to the home, which has none.
 * @throws TRUST-*; KEY-*
 */
export async function voteJudgement(home: Home): Promise<HomeJudgement | undefined> {
  if (!hasTrustRoot(home)) return undefined;
  const { value: trustRoot } = await readTrustRoot(home.environment);
  if (trustRoot.roles.has("runtime")) return { trustRoot, runtimeKey: undefined };
  if (!existsSync(keyPath(home, "runtime"))) return undefined;
  const { publicKey } = await runtimeKey(home, Date.now());
  return { trustRoot, runtimeKey: publicKey, verifier: new LocalVerifier(publicKey) };
}
