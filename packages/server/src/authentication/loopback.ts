import type { FastifyRequest } from "fastify";
import { ServerError } from "../errors.js";

const HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

export function isLoopbackHost(host: string): boolean {
  return HOSTS.has(host);
}

/**
 * With open access, only this machine is served, whatever the server was made to listen on. The Host is checked, too: a page in
 * a browser here can reach the loopback under a name of its own. @throws ServerError HTTP-015
 */
export function requireLoopback({ raw, hostname }: FastifyRequest): void {
  const { localAddress, remoteAddress } = raw.socket;
  const local = [localAddress, remoteAddress].every(
    (address) => address === undefined || isLoopback(address),
  );
  if (local && HOSTS.has(hostname)) return;
  throw new ServerError("HTTP-015", "Without authentication only this machine is served.");
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(?:::ffff:)?127\./.test(address);
}
