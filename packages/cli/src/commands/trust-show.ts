import { formatTimestamp } from "@parmanasystems/canonical";
import { daysLeft, expiryWarnings, type TrustedKey, type TrustRoot } from "@parmanasystems/governance";
import { type OpenedTrustRoot, readPrivateKey, readTrustRoot } from "@parmanasystems/governance/node";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { openIndex } from "../expiry-notes.js";
import { type Home, requireHome } from "../home.js";
import { keyFiles } from "../home-keys.js";
import { columns, type Output, print } from "../output.js";

export interface TrustShowOptions {
  readonly json?: boolean;
}

/** `parmana trust show`: who may sign what, until when, and what ends soon. */
export async function trustShowCommand(
  home: Home,
  options: TrustShowOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const opened = await readTrustRoot(home.environment);
  const { value: trustRoot } = opened;
  const now = Date.now();
  const policyIndex = await openIndex(home, trustRoot);
  const warnings = expiryWarnings({ trustRoot, policyIndex, now });
  const here = await keysHere(home, trustRoot);
  print(output, options.json, showJson(opened, now), [
    ...describeRoot(opened, now),
    ...[...trustRoot.roles].flatMap(([role, { keyids, threshold }]) => [
      `Role ${role}: ${String(threshold)} of ${String(keyids.length)}`,
      ...keyids.flatMap((keyId) => {
        const key = trustRoot.keys.get(keyId);
        return key === undefined ? [] : describeKey(key, here.get(keyId), now);
      }),
    ]),
  ]);
  for (const { message } of warnings) output.note(`Warning: ${message}`);
  return exitCodes.done;
}

function describeRoot({ value, chain, pinnedKey }: OpenedTrustRoot, now: number): readonly string[] {
  const [first] = chain;
  return [
    `Trust root version ${String(value.version)}`,
    ...columns([
      ["hash", value.hash],
      ["hash of version 1", first?.hash ?? value.hash],
      ["root.pub pins", pinnedKey.keyId],
      ["issued", formatTimestamp(value.issuedAt)],
      ["expires", `${formatTimestamp(value.expiresAt)} (${inDays(value.expiresAt, now)})`],
    ]),
  ];
}

function describeKey(key: TrustedKey, path: string | undefined, now: number): readonly string[] {
  const end =
    key.revokedAt === undefined
      ? `valid until ${formatTimestamp(key.validUntil)} (${inDays(key.validUntil, now)})`
      : `since ${formatTimestamp(key.revokedAt)}`;
  const reason = key.reason === undefined ? "" : `: ${key.reason}`;
  return [
    `  ${key.keyId}  ${key.operator}`,
    `    ${key.status} ${end}${reason}`,
    ...(path === undefined ? [] : [`    private key: ${path}`]),
  ];
}

function inDays(end: number, now: number): string {
  const days = daysLeft(end, now);
  return days < 0 ? "over" : `${String(days)} days`;
}

/** Which private keys lie in this home. A file that cannot be read is not shown: it is no key that anything here could use. */
async function keysHere(home: Home, { roles }: TrustRoot): Promise<ReadonlyMap<string, string>> {
  const here = new Map<string, string>();
  for (const path of [...roles.keys()].flatMap((role) => keyFiles(home, role))) {
    const key = await readPrivateKey(path).catch(() => undefined);
    if (key !== undefined) here.set(key.keyId, path);
  }
  return here;
}

function showJson({ value, chain, pinnedKey }: OpenedTrustRoot, now: number) {
  return {
    version: value.version,
    hash: value.hash,
    firstVersionHash: chain[0]?.hash ?? value.hash,
    pinnedKey: pinnedKey.keyId,
    issuedAt: formatTimestamp(value.issuedAt),
    expiresAt: formatTimestamp(value.expiresAt),
    daysLeft: daysLeft(value.expiresAt, now),
    roles: Object.fromEntries(value.roles),
    keys: Object.fromEntries([...value.keys].map(([keyId, key]) => [keyId, keyJson(key, now)])),
  };
}

function keyJson({ operator, status, validFrom, validUntil, revokedAt, reason }: TrustedKey, now: number) {
  return {
    operator,
    status,
    validFrom: formatTimestamp(validFrom),
    validUntil: formatTimestamp(validUntil),
    daysLeft: daysLeft(validUntil, now),
    ...(revokedAt === undefined ? {} : { revokedAt: formatTimestamp(revokedAt) }),
    ...(reason === undefined ? {} : { reason }),
  };
}
