/** The exact bytes of a document and of the detached signature file beside it. */
export interface SignedDocument {
  readonly document: Uint8Array;
  readonly signature: Uint8Array;
}
