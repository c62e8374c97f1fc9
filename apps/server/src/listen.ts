import { lookup } from "node:dns/promises";
import type { createServer } from "@parmanasystems/server";
import { ConfigError } from "./config-error.js";

interface Place {
  readonly host: string;
  readonly port: number;
}

const reasons: Readonly<Record<string, (place: Place) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `Another process listens on port ${String(port)} of ${host}, maybe this server already; PARMANA_PORT names another port.`,
  EACCES: ({ port }) => `This user may not listen on port ${String(port)}; PARMANA_PORT names another port.`,
  EADDRNOTAVAIL: ({ host }) => `PARMANA_HOST is ${host}, which is no address of this machine.`,
  ENOTFOUND: ({ host }) => `PARMANA_HOST is ${host}, which is no address and no known name.`,
};

/** @throws ConfigError where the place cannot be listened on */
export async function listenAt(server: ReturnType<typeof createServer>, place: Place): Promise<string> {
  try {
    return await server.listen({ ...place, host: await addressOf(place.host) });
  } catch (cause) {
    const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
    const reason = typeof code === "string" && Object.hasOwn(reasons, code) ? reasons[code] : undefined;
    if (reason === undefined) throw cause;
    throw new ConfigError(reason(place), { cause });
  }
}

/** For `localhost` Fastify would open one server more for each further address, without our limits and without our end. */
async function addressOf(host: string): Promise<string> {
  return host === "localhost" ? (await lookup(host)).address : host;
}
