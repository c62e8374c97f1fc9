import { type Home, runtimeKey } from "@parmanasystems/cli";
import { readPrivateKey } from "@parmanasystems/governance/node";
import { limitedSigner } from "@parmanasystems/server";
import { LocalSigner, LocalVerifier, type Signer, type Verifier } from "@parmanasystems/signing";
import { commandSigner } from "@parmanasystems/signing/node";
import type { ServerConfig } from "./config.js";

export interface RuntimeSigner {
  readonly signer: Signer;
  readonly verifier: Verifier;
  /** Executions at once for which the signer is quick enough; undefined where it is no matter. */
  readonly maxConcurrent: number | undefined;
}

/** So many executions wait for each signature that is made, so that the next is always there, and no more. */
const EXECUTIONS_EACH = 4;

/** The key that attests, in a file, or with a program that signs. */
export async function openRuntimeSigner(
  { signerCommand, runtimeKeyFile }: ServerConfig,
  home: Home,
): Promise<RuntimeSigner> {
  if (signerCommand === undefined) {
    const key =
      runtimeKeyFile === undefined
        ? await runtimeKey(home, Date.now())
        : await readPrivateKey(runtimeKeyFile);
    return {
      signer: new LocalSigner(key),
      verifier: new LocalVerifier(key.publicKey),
      maxConcurrent: undefined,
    };
  }
  const { words, timeoutMs, maxConcurrent } = signerCommand;
  const command = await commandSigner({ command: words, timeoutMs });
  const executions = EXECUTIONS_EACH * maxConcurrent;
  return {
    // Each execution waits for one signature at a time; what is more comes from readiness and reviews.
    signer: limitedSigner(command, { maxConcurrent, maxWaiting: 2 * executions }),
    verifier: new LocalVerifier(command.publicKey),
    maxConcurrent: executions,
  };
}
