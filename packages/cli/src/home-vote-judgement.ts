import type { VoteJudgement } from "@parmanasystems/execution-runtime";
import { readTrustRoot } from "@parmanasystems/governance/node";
import { LocalVerifier } from "@parmanasystems/signing";
import type { Home } from "./home.js";
import { runtimeKey } from "./home-keys.js";

/** What a home judges stored votes by. Its runtime key is asked only where the trust root names none. @throws TRUST-*; KEY-* */
export async function voteJudgement(home: Home): Promise<VoteJudgement> {
  const { value: trustRoot } = await readTrustRoot(home.environment);
  if (trustRoot.roles.has("runtime")) return { trustRoot };
  return { trustRoot, verifier: new LocalVerifier((await runtimeKey(home, Date.now())).publicKey) };
}
