import { encodeUtf8, parseTimestamp, shorten } from "@parmanasystems/canonical";
import type { RuntimeProvenance } from "@parmanasystems/provenance";
import { encodeBase64, LocalSigner, payloadTypes, type Signer, type Verifier } from "@parmanasystems/signing";
import { contentOf, type ExecutionAttestation, sealAttestation } from "./attestation.js";
import {
  type AttestedFields,
  type BoundFields,
  executionStateOf,
  optionalNames,
  readBoundFields,
  readProvenance,
} from "./attested-fields.js";
import type { DecisionResult } from "./decision-result.js";
import { ExecutionError } from "./errors.js";
import {
  type ExecutionToken,
  type OpenToken,
  openToken,
  type SignedExecutionToken,
} from "./execution-token.js";
import { isDecisionOutcome, isText, isTime } from "./grammar.js";
import { MemberReader, type Refuse } from "./member-reader.js";
import { signPayload, verifyPayload } from "./signatures.js";
import { requireGenuine, requireUsable } from "./verify-execution-token.js";

/** A token to redeem, and what is attested with it. */
export interface ExecuteDecisionInput extends BoundFields {
  readonly token: SignedExecutionToken;
  readonly decision: DecisionResult;
  readonly provenance: RuntimeProvenance;
  /** RFC 3339 UTC with milliseconds, inside the token's lifetime; its `issuedAt` when absent. */
  readonly issuedAt?: string;
}

/**
 * Redeems a token for a signed attestation of the decision that it permits. The input is read before the first await.
 * @param signer the runtime key; its keyId must be the token's audience
 * @param verifier of the key that issued the token; unless the signer is a LocalSigner, of the signer's key too
 * @throws INV-001 to INV-007 for the token, INV-022, INV-050 to INV-054; ProvenanceError INV-03x
 */
export async function executeDecision(
  input: ExecuteDecisionInput,
  signer: Signer,
  verifier: Verifier,
): Promise<ExecutionAttestation> {
  const { keyId } = signer;
  const { open, decision, provenance, issuedAt, bound } = readInput(input);
  const { token } = open;
  requireBinding(token, decision, provenance);
  requireUsable(open, {
    at: issuedAt === undefined ? open.lifetime.fromMs : parseTimestamp(issuedAt),
    audience: keyId,
  });
  const fields: AttestedFields = {
    execution_id: token.execution_id,
    execution_fingerprint: token.execution_fingerprint,
    policyId: token.policyId,
    policyVersion: token.policyVersion,
    decision: decision.decision,
    rule_id: decision.rule_id,
    action: decision.action,
    reason: decision.reason,
    execution_state: executionStateOf(decision.decision),
    issuedAt: issuedAt ?? token.issuedAt,
    ...bound,
    provenance,
    keyId,
  };
  const { text, payload } = contentOf(fields);
  // What a local key signs is as good as the key; anything else may answer wrongly or with another key.
  const isRemote = !LocalSigner.has(signer);
  if (isRemote) requireVerifierOf(keyId, verifier);
  await requireGenuine(open, verifier);

  const signature = await signPayload(signer, payloadTypes.attestation, payload, "INV-053");
  if (isRemote) await requireSigned(text, signature, verifier);
  return sealAttestation(fields, text, encodeBase64(signature));
}

interface ReadInput {
  readonly open: OpenToken;
  readonly decision: DecisionResult;
  readonly provenance: RuntimeProvenance;
  readonly issuedAt: string | undefined;
  readonly bound: BoundFields;
}

const inputShape = {
  required: ["token", "decision", "provenance"],
  optional: ["issuedAt", ...optionalNames],
};

const decisionShape = { required: ["decision", "rule_id", "action", "reason"] };

function readInput(input: ExecuteDecisionInput): ReadInput {
  const members = new MemberReader(input, inputShape, refuseAt(""));
  return {
    open: openToken(members.raw("token")),
    decision: readDecision(members.raw("decision")),
    provenance: readProvenance(members),
    issuedAt: members.optional("issuedAt", isTime, "a UTC time with milliseconds"),
    bound: readBoundFields(members),
  };
}

function readDecision(value: unknown): DecisionResult {
  const members = new MemberReader(value, decisionShape, refuseAt("/decision"));
  return {
    decision: members.required("decision", isDecisionOutcome, "approved, rejected or pending_override"),
    rule_id: members.required("rule_id", isText, "the id of a rule"),
    action: members.required("action", isText, "the action of a rule"),
    reason: members.required("reason", isText, "the reason of a rule"),
  };
}

/** @throws INV-050, INV-051 */
function requireBinding(
  token: ExecutionToken,
  decision: DecisionResult,
  provenance: RuntimeProvenance,
): void {
  if (decision.decision !== token.decision || decision.rule_id !== token.rule_id) {
    throw new ExecutionError("INV-050", "The decision and its rule must be those that the token permits.", {
      details: { permitted: { decision: token.decision, rule_id: token.rule_id } },
    });
  }
  if (provenance.bundleHash !== token.bundleHash) {
    throw new ExecutionError("INV-051", "The provenance must name the policy bundle of the token.", {
      details: { bundleHash: token.bundleHash },
    });
  }
}

/** @throws INV-054 */
function requireVerifierOf(keyId: string, verifier: Verifier): void {
  if (verifier.keyId === keyId) return;
  throw new ExecutionError(
    "INV-054",
    "The verifier must be of the signer's key, to check what a remote signer returns.",
    { details: { keyId, verifierKeyId: verifier.keyId } },
  );
}

/** From the text, because the payload was in the signer's hands. @throws INV-053 */
async function requireSigned(text: string, signature: Uint8Array, verifier: Verifier): Promise<void> {
  if (await verifyPayload(verifier, payloadTypes.attestation, encodeUtf8(text), signature)) return;
  throw new ExecutionError("INV-053", "The signature that the signer returned does not verify.", {
    details: { keyId: verifier.keyId },
  });
}

function refuseAt(place: string): Refuse {
  return ({ pointer, expected }) => {
    throw new ExecutionError(
      "INV-052",
      `The input of executeDecision is malformed at ${shorten(place + pointer)}: expected ${expected}.`,
      { details: { pointer: `${place}${pointer}` } },
    );
  };
}
