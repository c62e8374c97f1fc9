import type { Signer } from "@parmanasystems/signing";
import { ServerError } from "./errors.js";

export interface SignerLimits {
  /** Signatures asked for at once. */
  readonly maxConcurrent: number;
  /** Signatures that wait for their turn; more are refused. */
  readonly maxWaiting: number;
}

/** For a signer outside the process, which takes its time and only so much at once. @throws ServerError HTTP-021, when it signs */
export function limitedSigner(signer: Signer, { maxConcurrent, maxWaiting }: SignerLimits): Signer {
  const { keyId } = signer;
  const line: (() => void)[] = [];
  let atWork = 0;

  async function turn(): Promise<void> {
    if (atWork < maxConcurrent) {
      atWork += 1;
      return;
    }
    if (line.length >= maxWaiting)
      throw new ServerError("HTTP-021", "The signer has all the work that it takes.");
    // Whoever ends hands the turn on, so nobody comes in between.
    await new Promise<void>((resolve) => line.push(resolve));
  }

  function end(): void {
    const next = line.shift();
    if (next === undefined) atWork -= 1;
    else next();
  }

  return Object.freeze({
    keyId,
    async sign(payloadType: string, payload: Uint8Array): Promise<Uint8Array> {
      const owned = payload.slice();
      await turn();
      try {
        return await signer.sign(payloadType, owned);
      } finally {
        end();
      }
    },
  });
}
