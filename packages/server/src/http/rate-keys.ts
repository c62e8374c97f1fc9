import { isIP } from "node:net";
import type { Caller } from "../authentication/caller.js";

/** Under which name a caller's requests are counted. */
export function callerKey({ name }: Caller): string {
  return `caller ${name}`;
}

/** Of IPv6 the network: who has one address of a /64 has 2^64 of them, and would be a stranger with each. */
export function addressKey(address: string): string {
  return `address ${isIP(address) === 6 ? networkOf(address) : address}`;
}

function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head, tail] = address.split("::").map(groupsOf);
  const known = head ?? [];
  const zeros = tail === undefined ? 0 : 8 - known.length - tail.length;
  const groups = [...known, ...Array.from({ length: zeros }, () => "0"), ...(tail ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

function groupsOf(text: string): readonly string[] {
  // An IPv4 address at the end stands for two groups.
  return text === "" ? [] : text.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
