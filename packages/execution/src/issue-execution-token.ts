import { payloadTypes, type Signer } from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";
import { draftToken, sealToken, type SignedExecutionToken, type TokenFields } from "./execution-token.js";
import { isKeyId } from "./grammar.js";
import { signPayload } from "./signatures.js";

/** Signs the one-time permission to attest a decision. Frozen. @throws INV-008, INV-002, INV-009 */
export async function issueExecutionToken(
  fields: TokenFields,
  signer: Signer,
): Promise<SignedExecutionToken> {
  const { keyId } = signer;
  if (!isKeyId(keyId))
    throw new ExecutionError("INV-009", "The signer's keyId must be an RFC 7638 thumbprint.");
  const draft = draftToken(fields, keyId);
  const signature = await signPayload(signer, payloadTypes.executionToken, draft.payload, "INV-009");
  return sealToken(draft, signature);
}
