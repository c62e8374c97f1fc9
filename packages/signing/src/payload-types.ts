/** The domain separation of everything that is signed: one DSSE payload type per kind of document. */
export const payloadTypes = /* @__PURE__ */ Object.freeze({
  attestation: "application/vnd.in-toto+json",
  executionToken: "application/vnd.parmana.execution-token.v1+json",
  policyBundle: "application/vnd.parmana.policy-bundle.v1+json",
  policyIndex: "application/vnd.parmana.policy-index.v1+json",
  trustRoot: "application/vnd.parmana.trust-root.v1+json",
  releaseManifest: "application/vnd.parmana.release-manifest.v1+json",
  signal: "application/vnd.parmana.signal.v1+json",
  reviewVote: "application/vnd.parmana.review-vote.v1+json",
  voteSeal: "application/vnd.parmana.vote-seal.v1+json",
} as const);
