import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { executeFromSignals, type ExecuteFromSignalsInput } from "./execute-from-signals.js";
import { RedisReplayStore } from "./redis/redis-replay-store.js";
import type { RuntimeEnvironment } from "./runtime-paths.js";

/**
 * Executes once among all processes that use this Redis server. It connects for this one call: whoever executes often
 * keeps a `RedisReplayStore`, and whoever must be sure for longer than its TTL has an audit log, too.
 * @throws as `executeFromSignals`; RuntimeError SYS-020 to SYS-027
 */
export async function executeWithRedis(
  input: ExecuteFromSignalsInput,
  signer: Signer,
  verifier: Verifier,
  redisUrl: string,
  runtimeEnvironment?: RuntimeEnvironment,
): Promise<ExecutionAttestation> {
  const replayStore = new RedisReplayStore(redisUrl);
  try {
    return await executeFromSignals(input, signer, verifier, runtimeEnvironment, replayStore);
  } finally {
    await replayStore.close();
  }
}
