import type { SignedDocument } from "@parmanasystems/governance";
import { payloadTypes, type PublicKey } from "@parmanasystems/signing";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import type { GivenFile } from "./given-files.js";
import type { PlainKind, PresentedFile } from "./presented-file.js";

export function findBundle(files: readonly GivenFile[]): EvidenceBundle | undefined {
  return presentedOf(files, "evidence-bundle")[0]?.presented.bundle;
}

export function findRootKey(files: readonly GivenFile[]): PublicKey | undefined {
  return presentedOf(files, "root-key")[0]?.presented.key;
}

export function findBytes(files: readonly GivenFile[], kind: PlainKind): Uint8Array | undefined {
  return presentedOf(files, kind)[0]?.presented.bytes;
}

export function findPolicyFiles(files: readonly GivenFile[]): ReadonlyMap<string, Uint8Array> {
  return new Map(presentedOf(files, "policy-file").map(({ name, presented }) => [name, presented.bytes]));
}

/** A document with the signature that was made for its kind. */
export function findSigned(
  files: readonly GivenFile[],
  kind: "policy-manifest" | "policy-index" | "release",
): SignedDocument | undefined {
  const document = findBytes(files, kind);
  const signature = signaturesOf(files, signatureTypes[kind])[0]?.presented.bytes;
  return document === undefined || signature === undefined ? undefined : { document, signature };
}

/** Trust roots by version, each with the signature of its name; a lone one goes with a lone signature of any name. */
export function findTrustRoots(files: readonly GivenFile[]): ReadonlyMap<number, SignedDocument> {
  const documents = presentedOf(files, "trust-root");
  const signatures = signaturesOf(files, payloadTypes.trustRoot);
  const areLone = documents.length === 1 && signatures.length === 1;
  const found = new Map<number, SignedDocument>();
  for (const { name, presented } of documents) {
    const signature = signatures.find((other) => areLone || stemOf(other.name) === stemOf(name));
    if (signature !== undefined) {
      found.set(presented.version, { document: presented.bytes, signature: signature.presented.bytes });
    }
  }
  return found;
}

/** Names of documents that lie here without their signature; they count for nothing. */
export function findUnsigned(files: readonly GivenFile[]): readonly string[] {
  const roots = findTrustRoots(files);
  return files.flatMap(({ name, presented }) => {
    switch (presented?.kind) {
      case "trust-root":
        return roots.has(presented.version) ? [] : [name];
      case "policy-manifest":
      case "policy-index":
      case "release":
        return findSigned(files, presented.kind) === undefined ? [name] : [];
      default:
        return [];
    }
  });
}

const signatureTypes = {
  "policy-manifest": payloadTypes.policyBundle,
  "policy-index": payloadTypes.policyIndex,
  release: payloadTypes.releaseManifest,
} as const;

interface Found<Presented> {
  readonly name: string;
  readonly presented: Presented;
}

type OfKind<Kind> = Extract<PresentedFile, { readonly kind: Kind }> | PlainOf<Kind>;
type PlainOf<Kind> = Kind extends PlainKind ? { readonly kind: Kind; readonly bytes: Uint8Array } : never;

function presentedOf<Kind extends PresentedFile["kind"]>(
  files: readonly GivenFile[],
  kind: Kind,
): readonly Found<OfKind<Kind>>[] {
  const isOfKind = (presented: PresentedFile): presented is PresentedFile & OfKind<Kind> =>
    presented.kind === kind;
  return files.flatMap(({ name, presented }) =>
    presented !== undefined && isOfKind(presented) ? [{ name, presented }] : [],
  );
}

function signaturesOf(files: readonly GivenFile[], payloadType: string) {
  return presentedOf(files, "signature").filter(({ presented }) => presented.payloadType === payloadType);
}

/** trust-root.1.json and trust-root.1.sig are one. */
function stemOf(name: string): string {
  return name.replace(/\.(?:json|sig)$/, "");
}
