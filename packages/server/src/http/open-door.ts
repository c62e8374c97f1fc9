import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import type { ServerLimits } from "../server-options.js";
import { Door } from "./door.js";
import type { Gate } from "./gate.js";

export interface DoorParts {
  readonly gate: Gate;
  readonly limits: Required<ServerLimits>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const TOLD_EVERY_MS = 1_000;

/** Sets the door before the server's routes. Whom it refuses is counted, and told in one line a second. */
export function openDoor(server: FastifyInstance, { gate, limits, logger, metrics }: DoorParts): Door {
  const alwaysOpen = new Set<string>();
  server.addHook("onRoute", ({ url, config }) => {
    if (config?.gated === false) alwaysOpen.add(url);
  });
  let refusals = 0;
  let telling: NodeJS.Timeout | undefined;
  const door = new Door({
    gate,
    maxWaiting: limits.maxWaiting,
    maxWaitMs: limits.maxWaitMs,
    maxBodyBytes: limits.maxBodyBytes,
    isAlwaysOpen: (method, path) => method === "GET" && alwaysOpen.has(path),
    letIn: (request, response) => {
      server.routing(request, response);
    },
    refused: ({ method = "" }, waitedMs) => {
      metrics.refused("HTTP-008");
      metrics.answered({ route: "unknown", method, status: 503, seconds: waitedMs / 1_000 });
      refusals += 1;
      telling ??= setTimeout(() => {
        logger.warn({ code: "HTTP-008", refusals }, "refused at the door");
        refusals = 0;
        telling = undefined;
      }, TOLD_EVERY_MS).unref();
    },
  });
  server.server.removeAllListeners("request");
  server.server.on("request", (request, response) => {
    door.come(request, response);
  });
  return door;
}
