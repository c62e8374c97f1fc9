import { join } from "node:path";
import {
  GovernanceError,
  newestTrustRoot,
  openPolicyIndex,
  openTrustRootChain,
  type PolicyIndex,
  type SignedDocument,
  type TrustRoot,
} from "@parmanasystems/governance";
import {
  type OpenedDocument,
  type OpenedTrustRoot,
  readPolicyIndex,
  readTrustRoot,
} from "@parmanasystems/governance/node";
import { importPublicKey, type PublicKey } from "@parmanasystems/signing";
import type { EvidenceBundle, PinnedTrustRoot, VerificationMaterial } from "@parmanasystems/verifier";
import { CliError } from "../errors.js";
import type { Home } from "../home.js";
import { sentenceOf } from "../parse-file.js";
import { broughtRootKey, readPublicKey } from "../root-key.js";
import { formerIndex, isPresent } from "../signed-file.js";
import type { VerifyTerms } from "./terms.js";

/** What a bundle is judged by. */
interface BundleTrust extends Pick<VerificationMaterial, "policyIndex" | "formerPolicyIndexes"> {
  readonly trustRoot: PinnedTrustRoot;
  /** The key that the bundle itself brought along, where that is believed. */
  readonly firstUse: PublicKey | undefined;
}

/** @param indexVersions of the policy indexes that its statements name */
export type TrustFor = (bundle: EvidenceBundle, indexVersions: readonly number[]) => Promise<BundleTrust>;

/**
 * The pinned key is one that was named, else that of the home; that of the bundle only where it was asked for. With a home
 * a chain of trust roots counts only where it continues the home's own, and no older policy index, so that what was revoked
 * since is; and the home's own indexes count beside those that a bundle brings, so that it cannot leave one out.
 * @throws CliError CLI-002 without any key; KEY-*, GovernanceError
 */
export function bundleTrust(home: Home, { rootKey, unsafeTrustOnFirstUse }: VerifyTerms): TrustFor {
  const named = rootKey === undefined ? undefined : importPublicKey(rootKey);
  let own: Promise<HomeTrust> | undefined;
  return async (bundle, indexVersions) => {
    const firstUse = unsafeTrustOnFirstUse ? broughtRootKey(bundle) : undefined;
    const pinnedKey = named ?? firstUse;
    if (pinnedKey === undefined)
      return trustOfHome(await (own ??= readHomeTrust(home)), bundle, indexVersions);
    const { policyIndex, formerPolicyIndexes } = bundle;
    const pinnedHash = home.environment.trustRootHash;
    return {
      trustRoot: { ...bundle.trustRoot, pinnedKey, pinnedHash },
      policyIndex,
      formerPolicyIndexes,
      firstUse,
    };
  };
}

interface HomeTrust {
  readonly pin: Required<Pick<PinnedTrustRoot, "pinnedHash">> & { readonly pinnedKey: PublicKey };
  /** Undefined where there is nothing but the root key. */
  readonly trustRoot: OpenedTrustRoot | undefined;
  readonly index: (judge: TrustRoot) => Promise<OpenedDocument<PolicyIndex> | undefined>;
  /** Of its former indexes those of these versions, as they are. */
  readonly former: (versions: readonly number[]) => readonly SignedDocument[];
}

/** What the home has must open: else what a bundle brings, and may be older, would take its place unnoticed. */
async function readHomeTrust({ environment }: Home): Promise<HomeTrust> {
  const { trustPublicKeyPath, trustRootPath, trustRootHash: pinnedHash, policiesRootPath } = environment;
  if (!isPresent(trustPublicKeyPath))
    throw new CliError(
      "CLI-002",
      `Nothing says which root key to believe: ${trustPublicKeyPath} is missing; name it with --root-key. It never comes from the bundle itself.`,
    );
  const indexPath = join(policiesRootPath, "index.json");
  const trustRoot = await openIfPresent(trustRootPath, () => readTrustRoot(environment));
  const readIndex = (judge: TrustRoot) =>
    openIfPresent(indexPath, () => readPolicyIndex(policiesRootPath, judge));
  const own = trustRoot === undefined ? undefined : await readIndex(trustRoot.value);
  return {
    pin: { pinnedKey: readPublicKey(trustPublicKeyPath), pinnedHash },
    trustRoot,
    index: (judge) => (trustRoot === undefined ? readIndex(judge) : Promise.resolve(own)),
    former: (versions) => [...new Set(versions)].flatMap((version) => formerIndex(indexPath, version)),
  };
}

/** @throws GovernanceError what `open` throws, with the path of the home's file */
async function openIfPresent<Opened>(path: string, open: () => Promise<Opened>): Promise<Opened | undefined> {
  if (!isPresent(path)) return undefined;
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof GovernanceError)) throw cause;
    throw new GovernanceError(cause.code, `This home's own ${path} does not open. ${sentenceOf(cause)}`, {
      details: cause.details,
      cause,
    });
  }
}

async function trustOfHome(
  home: HomeTrust,
  bundle: EvidenceBundle,
  indexVersions: readonly number[],
): Promise<BundleTrust> {
  const { pin, trustRoot: own } = home;
  const { policyIndex } = bundle;
  const formerPolicyIndexes = [...bundle.formerPolicyIndexes, ...home.former(indexVersions)];
  const brought = { ...bundle.trustRoot, ...pin };
  const chain = openBrought(brought);
  const asBrought = { trustRoot: brought, policyIndex, formerPolicyIndexes, firstUse: undefined };
  // What does not open is for the report to say.
  if (chain === undefined) return asBrought;
  // A chain that is longer but lacks the home's version is a fork: of keys, perhaps, that the home knows to be revoked.
  const continues = own === undefined || chain.some(({ hash }) => hash === own.value.hash);
  const trustRoot = continues ? brought : { ...own.signed, predecessors: own.predecessors, ...pin };
  const judge = continues ? newestTrustRoot(chain) : own.value;
  const known = await home.index(judge);
  const given = unlessRefused(() => openPolicyIndex(policyIndex, judge));
  if (known === undefined || given === undefined || given.hash === known.value.hash)
    // The same one may have been signed again since, by another key.
    return { ...asBrought, trustRoot };
  const isNewer = given.version > known.value.version;
  const [newest, former] = isNewer ? [policyIndex, known.signed] : [known.signed, policyIndex];
  return {
    trustRoot,
    policyIndex: newest,
    formerPolicyIndexes: [...formerPolicyIndexes, former],
    firstUse: undefined,
  };
}

function openBrought({
  predecessors = [],
  document,
  signature,
  ...pin
}: PinnedTrustRoot & HomeTrust["pin"]): readonly TrustRoot[] | undefined {
  return unlessRefused(() =>
    openTrustRootChain({ documents: [...predecessors, { document, signature }], ...pin }),
  );
}

function unlessRefused<Value>(open: () => Value): Value | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof GovernanceError) return undefined;
    throw error;
  }
}
