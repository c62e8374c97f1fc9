import { join } from "node:path";
import {
  GovernanceError,
  newestTrustRoot,
  openPolicyIndex,
  openTrustRootChain,
  type PolicyIndex,
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
import { isPresent } from "../signed-file.js";
import type { VerifyTerms } from "./terms.js";

/** What a bundle is judged by. */
interface BundleTrust extends Pick<VerificationMaterial, "policyIndex" | "formerPolicyIndexes"> {
  readonly trustRoot: PinnedTrustRoot;
  /** The key that the bundle itself brought along, where that is believed. */
  readonly firstUse: PublicKey | undefined;
}

export type TrustFor = (bundle: EvidenceBundle) => Promise<BundleTrust>;

/**
 * The pinned key is one that was named, else that of the home; that of the bundle only where it was asked for. With a home
 * a chain of trust roots counts only where it continues the home's own, and no older policy index, so that what was revoked
 * since is.
 * @throws CliError CLI-002 without any key; KEY-*, GovernanceError
 */
export function bundleTrust(home: Home, { rootKey, unsafeTrustOnFirstUse }: VerifyTerms): TrustFor {
  const named = rootKey === undefined ? undefined : importPublicKey(rootKey);
  let own: Promise<HomeTrust> | undefined;
  return async (bundle) => {
    const firstUse = unsafeTrustOnFirstUse ? broughtRootKey(bundle) : undefined;
    const pinnedKey = named ?? firstUse;
    if (pinnedKey === undefined) return trustOfHome(await (own ??= readHomeTrust(home)), bundle);
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

async function trustOfHome(home: HomeTrust, bundle: EvidenceBundle): Promise<BundleTrust> {
  const { pin, trustRoot: own } = home;
  const { policyIndex, formerPolicyIndexes } = bundle;
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
  if (known === undefined || given === undefined || isNoOlder(given, known.value))
    return { ...asBrought, trustRoot };
  return {
    trustRoot,
    policyIndex: known.signed,
    formerPolicyIndexes: [...formerPolicyIndexes, policyIndex],
    firstUse: undefined,
  };
}

/** The same one may have been signed again since, by another key. */
function isNoOlder(given: PolicyIndex, known: PolicyIndex): boolean {
  return given.version > known.version || given.hash === known.hash;
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
