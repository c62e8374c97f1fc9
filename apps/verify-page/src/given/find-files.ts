import { type PublicKey, payloadTypes } from "@parmanasystems/signing";
import type { SignedDocument } from "@parmanasystems/governance";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import type { GivenFile, Place } from "./given-files.js";
import type { PlainKind, PresentedFile } from "./presented-file.js";

/** Something out of a file, with the name of the file for whoever has to tell two of them apart. */
export interface Named<Value> {
  readonly name: string;
  readonly value: Value;
}

export function findBundle(files: readonly GivenFile[]): Named<EvidenceBundle> | undefined {
  const [found] = presentedOf(files, "evidence-bundle", "presented");
  return found === undefined ? undefined : { name: found.name, value: found.presented.bundle };
}

/** Root keys count only where the person put them: one that comes with the evidence proves nothing. */
export function findOwnKeys(files: readonly GivenFile[]): readonly Named<PublicKey>[] {
  return presentedOf(files, "root-key", "own").map(({ name, presented }) => ({ name, value: presented.key }));
}

/** Checkpoints that the person remembered. */
export function findCheckpoints(files: readonly GivenFile[]): readonly Named<Uint8Array>[] {
  return namedBytes(files, "checkpoint", "own");
}

/** What proves that the log continues a checkpoint may come from anybody, since it is verified; the person's own counts first. */
export function findConsistency(files: readonly GivenFile[]): readonly Named<Uint8Array>[] {
  const own = namedBytes(files, "consistency", "own");
  return own.length > 0 ? own : namedBytes(files, "consistency", "presented");
}

/** A file of what is judged, which is never looked for among what the person trusts. */
export function findBytes(files: readonly GivenFile[], kind: PlainKind): Uint8Array | undefined {
  return namedBytes(files, kind, "presented")[0]?.value;
}

export function findPolicyFiles(files: readonly GivenFile[]): ReadonlyMap<string, Uint8Array> {
  return new Map(namedBytes(files, "policy-file", "presented").map(({ name, value }) => [name, value]));
}

/** A document of what is judged, with its signature. */
export function findSigned(
  files: readonly GivenFile[],
  kind: "policy-manifest" | "release",
): SignedDocument | undefined {
  return signedOnes(pairsOf(files, kind, "presented"))[0]?.value;
}

/** Every trust root or policy index that has its signature; the person's own come first. */
export function findTrusted(
  files: readonly GivenFile[],
  kind: "trust-root" | "policy-index",
): readonly Named<SignedDocument>[] {
  return signedOnes([...pairsOf(files, kind, "own"), ...pairsOf(files, kind, "presented")]);
}

/** A document beside which its signature lies, or does not. */
export interface Pair {
  readonly document: GivenFile;
  readonly bytes: Uint8Array;
  readonly signature: { readonly id: number; readonly bytes: Uint8Array } | undefined;
}

export const signatureTypes = {
  "trust-root": payloadTypes.trustRoot,
  "policy-manifest": payloadTypes.policyBundle,
  "policy-index": payloadTypes.policyIndex,
  release: payloadTypes.releaseManifest,
} as const;

export type SignedKind = keyof typeof signatureTypes;

/** Documents of a kind in one place, each with the signature of its name; a lone one goes with a lone signature of any name. */
export function pairsOf(files: readonly GivenFile[], kind: SignedKind, place: Place): readonly Pair[] {
  const documents = presentedOf(files, kind, place);
  const signatures = presentedOf(files, "signature", place).filter(
    ({ presented }) => presented.payloadType === signatureTypes[kind],
  );
  const areLone = documents.length === 1 && signatures.length === 1;
  return documents.map(({ file, name, presented: { bytes } }) => {
    const found = signatures.find((other) => areLone || stemOf(other.name) === stemOf(name));
    const signature = found === undefined ? undefined : { id: found.file.id, bytes: found.presented.bytes };
    return { document: file, bytes, signature };
  });
}

function signedOnes(pairs: readonly Pair[]): readonly Named<SignedDocument>[] {
  return pairs.flatMap(({ document: { name }, bytes, signature }) =>
    signature === undefined ? [] : [{ name, value: { document: bytes, signature: signature.bytes } }],
  );
}

type OfKind<Kind> = Extract<PresentedFile, { readonly kind: Kind }> | PlainOf<Kind>;
type PlainOf<Kind> = Kind extends PlainKind ? { readonly kind: Kind; readonly bytes: Uint8Array } : never;

function presentedOf<Kind extends PresentedFile["kind"]>(
  files: readonly GivenFile[],
  kind: Kind,
  place: Place,
) {
  const isOfKind = (presented: PresentedFile): presented is PresentedFile & OfKind<Kind> =>
    presented.kind === kind;
  return files.flatMap((file) => {
    const { name, presented } = file;
    const isWanted = file.place === place && presented !== undefined && isOfKind(presented);
    return isWanted ? [{ file, name, presented }] : [];
  });
}

function namedBytes(
  files: readonly GivenFile[],
  kind: PlainKind,
  place: Place,
): readonly Named<Uint8Array>[] {
  return presentedOf(files, kind, place).map(({ name, presented }) => ({ name, value: presented.bytes }));
}

/** trust-root.1.json and trust-root.1.sig are one. */
function stemOf(name: string): string {
  return name.replace(/\.(?:json|sig)$/, "");
}
