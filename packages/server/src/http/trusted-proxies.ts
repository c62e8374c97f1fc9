import { isIP } from "node:net";
import { ServerError } from "../errors.js";

const NETWORKS: ReadonlySet<string> = new Set(["loopback", "linklocal", "uniquelocal"]);

/**
 * Only who is named is believed. A count of hops says nothing about who the nearest is, and everybody is nobody: with either, callers
 * would choose the address by which they are counted.
 * @throws ServerError HTTP-014
 */
export function checkedProxies(proxies: readonly string[], isOpen: boolean): string[] | false {
  if (proxies.length === 0) return false;
  if (isOpen)
    throw new ServerError(
      "HTTP-014",
      "The option trustedProxies must not be set beside unsafeOpenAccess: behind a proxy, everybody comes from this machine.",
    );
  const wrong = proxies.find((proxy) => !isProxy(proxy));
  if (wrong === undefined) return [...proxies];
  throw new ServerError(
    "HTTP-014",
    `The option trustedProxies must list addresses, networks with a prefix of 1 bit at least, loopback, linklocal or uniquelocal; ${JSON.stringify(wrong)} is none.`,
  );
}

function isProxy(text: unknown): boolean {
  if (typeof text !== "string") return false;
  if (NETWORKS.has(text)) return true;
  const [, address = "", bits] = /^([^/]+)(?:\/([1-9][0-9]{0,2}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || address.includes("%")) return false;
  return bits === undefined || Number(bits) <= (version === 4 ? 32 : 128);
}
