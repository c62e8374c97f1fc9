import { isIP } from "node:net";
import type { createServer } from "@parmanasystems/server";
import { expect, it } from "vitest";
import { ConfigError } from "../src/config-error.js";
import { listenAt } from "../src/listen.js";

/** Notes where it was to listen. */
function listener(fails?: Error) {
  const places: { host: string; port: number }[] = [];
  const listen = (place: { host: string; port: number }) => {
    places.push(place);
    return fails === undefined ? Promise.resolve("http://there") : Promise.reject(fails);
  };
  return { places, server: { listen } as unknown as ReturnType<typeof createServer> };
}

it("listens at one address for localhost, so that there is one server", async () => {
  const { places, server } = listener();
  await listenAt(server, { host: "localhost", port: 3000 });
  await listenAt(server, { host: "::", port: 3000 });
  expect(places.map(({ host }) => isIP(host) > 0)).toEqual([true, true]);
  expect(places.map(({ port }) => port)).toEqual([3000, 3000]);
});

it("says in a sentence that the port is taken, and passes on what it does not know", async () => {
  const taken = Object.assign(new Error("bind"), { code: "EADDRINUSE" });
  const place = { host: "127.0.0.1", port: 3000 };
  await expect(listenAt(listener(taken).server, place)).rejects.toThrow(ConfigError);
  const other = Object.assign(new Error("bind"), { code: "toString" });
  await expect(listenAt(listener(other).server, place)).rejects.toBe(other);
});
