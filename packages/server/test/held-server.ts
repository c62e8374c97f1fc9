import { expect } from "vitest";
import type { ServerOptions } from "../src/index.js";
import type { TestServer } from "./test-server.js";

/** A server whose look-ups of attestations wait until they are let go. */
export function heldServer(given: TestServer, options: Partial<ServerOptions> = {}) {
  const plain = given.start();
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let lookups = 0;
  const { server } = given.start({
    records: {
      attestation: () => {
        lookups += 1;
        return held.then(() => undefined);
      },
      entries: (query) => plain.ledger.entries(query),
      audit: plain.ledger.audit,
    },
    ...options,
  });
  return {
    server,
    letGo,
    lookups: () => lookups,
    /** Resolves when so many look-ups wait. */
    until: (count: number) => expect.poll(() => lookups).toBe(count),
  };
}
