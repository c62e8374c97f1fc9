import { generatePrivateKey, LocalSigner, LocalVerifier } from "@parmanasystems/signing";

/** A key that no trust root knows. */
export function createTestSigner(): { signer: LocalSigner; verifier: LocalVerifier } {
  const key = generatePrivateKey();
  return { signer: new LocalSigner(key), verifier: new LocalVerifier(key.publicKey) };
}
