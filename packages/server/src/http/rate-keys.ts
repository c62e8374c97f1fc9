import ipaddr from "ipaddr.js";
import type { Caller } from "../authentication/caller.js";

/** Under which name a caller's requests are counted. */
export function callerKey({ name }: Caller): string {
  return `caller ${name}`;
}

/**
 * Of IPv6 the network: who has one address of a /64 has 2^64 of them, and would be a stranger with each. A proxy may name the port as
 * well, which is another one for each connection; what is no address is nobody in particular.
 */
export function addressKey(address: string): string {
  const bare = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[0-9.]+))(?::[0-9]+)?$/.exec(address)?.groups ?? {};
  const found = [bare["v6"], bare["v4"], address].find((text) => text !== undefined && ipaddr.isValid(text));
  return `address ${found === undefined ? "unknown" : networkOf(found)}`;
}

function networkOf(address: string): string {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  const { parts } = parsed as ipaddr.IPv6;
  // Behind a translator (RFC 6052) every IPv4 caller has an address of the same network.
  if (parsed.range() === "rfc6052") return new ipaddr.IPv4(parts.slice(6).flatMap(bytesOf)).toString();
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}

function bytesOf(part: number): readonly number[] {
  return [part >> 8, part & 0xff];
}
