import {
  canonicalBytes,
  encodeUtf8,
  expectObject,
  ParmanaError,
  parseStrict,
  sha256,
} from "@parmanasystems/canonical";
import {
  decodeBase64,
  type DsseSignature,
  encodeBase64,
  parseDetachedSignature,
  parseEnvelope,
  signDetached,
  type Signer,
} from "@parmanasystems/signing";
import { GovernanceError } from "./errors.js";
import type { SignedDocument } from "./signed-document.js";
import { readDetachedSignatures } from "./trust-root/roles.js";
import { readSignedContent, type SignedContent } from "./signed-kinds.js";

/** A 4 MiB document in base64, with room for its signatures. */
const MAX_PROPOSAL_BYTES = 8 * 1024 * 1024;

/** A document on its way round those who sign it, with the signatures made so far. */
export interface SignatureProposal {
  readonly payloadType: string;
  /** The exact bytes that are signed. */
  readonly document: Uint8Array;
  /** None at first. */
  readonly signatures: readonly DsseSignature[];
  /** What the document says; nobody vouches for it yet. */
  readonly content: SignedContent;
}

/** @throws GovernanceError TRUST-040, or what the document's kind refuses */
export function createProposal(payloadType: string, document: Uint8Array): SignatureProposal {
  const owned = new Uint8Array(document);
  return Object.freeze({
    payloadType,
    document: owned,
    signatures: Object.freeze([]),
    content: readSignedContent(payloadType, owned),
  });
}

/** A document that is signed already, to be signed by others as well. @throws GovernanceError TRUST-030 */
export function proposalOf(payloadType: string, { document, signature }: SignedDocument): SignatureProposal {
  return withSignatures(
    createProposal(payloadType, document),
    readDetachedSignatures(payloadType, signature),
  );
}

/** The proposal as a file: a DSSE envelope, which other DSSE tools can sign as well. */
export function encodeProposal({ payloadType, document, signatures }: SignatureProposal): Uint8Array {
  const envelope = { payloadType, payload: encodeBase64(document), signatures };
  return encodeUtf8(`${JSON.stringify(envelope, undefined, 2)}\n`);
}

/**
 * Reads a proposal: the form, and the document by its kind. Whether signatures hold is `signatureNeeds`' question.
 * @throws GovernanceError TRUST-040, or what the document's kind refuses
 */
export function parseProposal(file: Uint8Array): SignatureProposal {
  const { payloadType, payload, signatures } = readEnvelope(file);
  const { document, content } = createProposal(payloadType, decodeBase64(payload));
  return Object.freeze({ payloadType, document, signatures, content });
}

/** Adds a signature for each signer that has not signed yet. @throws what a signer throws; SIG-004 to -007 */
export async function signProposal(
  proposal: SignatureProposal,
  signers: readonly Signer[],
): Promise<SignatureProposal> {
  const signed = new Set(proposal.signatures.map(({ keyid }) => keyid));
  const missing = signers.filter(({ keyId }) => !signed.has(keyId));
  if (missing.length === 0) return proposal;
  const added = parseDetachedSignature(await signDetached(proposal.payloadType, proposal.document, missing));
  return withSignatures(proposal, [...proposal.signatures, ...added.signatures]);
}

/** Joins the signatures of copies of one proposal. @throws GovernanceError TRUST-041 */
export function mergeProposals(
  first: SignatureProposal,
  ...others: readonly SignatureProposal[]
): SignatureProposal {
  const merged = new Map<string, DsseSignature>();
  const hash = sha256(first.document);
  for (const { payloadType, document, signatures } of [first, ...others]) {
    if (payloadType !== first.payloadType || sha256(document) !== hash) {
      throw new GovernanceError(
        "TRUST-041",
        `The proposals hold different documents: ${hash} and ${sha256(document)}.`,
      );
    }
    for (const signature of signatures) {
      const known = merged.get(signature.keyid);
      // Ed25519 gives one signature for one document, so at least one of two is bad.
      if (known !== undefined && known.sig !== signature.sig) {
        throw new GovernanceError(
          "TRUST-041",
          `The proposals hold two different signatures by key ${signature.keyid}.`,
        );
      }
      merged.set(signature.keyid, signature);
    }
  }
  return withSignatures(first, [...merged.values()]);
}

/** The document with its signature file, ready to be opened. @throws GovernanceError TRUST-032 without a signature */
export function signedDocumentOf({ payloadType, document, signatures }: SignatureProposal): SignedDocument {
  if (signatures.length === 0) throw new GovernanceError("TRUST-032", "Nobody has signed the proposal yet.");
  return Object.freeze({
    document: new Uint8Array(document),
    signature: canonicalBytes({
      payloadType,
      signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })),
    }),
  });
}

function withSignatures(
  proposal: SignatureProposal,
  signatures: readonly DsseSignature[],
): SignatureProposal {
  const { payloadType, document, content } = proposal;
  return Object.freeze({ payloadType, document, signatures: Object.freeze([...signatures]), content });
}

interface ProposalEnvelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly DsseSignature[];
}

/** An envelope that may have no signature yet, which DSSE itself does not know. */
function readEnvelope(file: Uint8Array): ProposalEnvelope {
  try {
    const value = parseStrict(file, { maxBytes: MAX_PROPOSAL_BYTES });
    const members = expectObject(
      value,
      { required: ["payloadType", "payload", "signatures"] },
      ({ pointer, expected }) => {
        throw malformed(`expected ${expected}${pointer === "" ? "" : ` at ${pointer}`}.`);
      },
    );
    const { payloadType, payload, signatures } = members;
    if (!Array.isArray(signatures) || signatures.length > 0) return parseEnvelope(value);
    if (typeof payloadType !== "string" || typeof payload !== "string") {
      throw malformed("payloadType and payload must be texts.");
    }
    decodeBase64(payload);
    return { payloadType, payload, signatures: [] };
  } catch (cause) {
    if (cause instanceof GovernanceError || !ParmanaError.isInstance(cause)) throw cause;
    throw malformed(cause.message, cause);
  }
}

function malformed(problem: string, cause?: unknown): GovernanceError {
  return new GovernanceError("TRUST-040", `The file is no proposal: ${problem}`, { cause });
}
