import { payloadTypes, type Signer } from "@parmanasystems/signing";

/** Seals no vote before as many of them have come: none of them finds another in the store. */
export function sealingTogether(signer: Signer, votes: number): Signer {
  const waiting: (() => void)[] = [];
  return {
    keyId: signer.keyId,
    async sign(type, payload) {
      if (type === payloadTypes.voteSeal)
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === votes) for (const go of waiting.splice(0)) go();
        });
      return signer.sign(type, payload);
    },
  };
}
