import type { Clock, ExecutionRuntime } from "@parmanasystems/execution-runtime";
import type { CallerRole } from "@parmanasystems/governance";
import type { Caller } from "./authentication/caller.js";
import type { Gate } from "./http/gate.js";
import type { Place } from "./http/place.js";
import type { RateLimit } from "./http/rate-limit.js";
import type { TellProblem } from "./http/tell-problem.js";
import type { Metrics } from "./metrics.js";
import type { Readiness } from "./readiness.js";
import type { ServerLimits, ServerRecords } from "./server-options.js";

/** What the routes stand on. */
export interface ServerContext {
  readonly runtime: ExecutionRuntime;
  readonly records: ServerRecords;
  readonly limits: Required<ServerLimits>;
  readonly gate: Gate;
  readonly rate: RateLimit;
  readonly metrics: Metrics;
  readonly tellProblem: TellProblem;
  /** By name: how many requests wait for a place, and calls for a store; without those that cannot tell. */
  readonly depths: () => Readonly<Record<string, number>>;
  readonly readiness: () => Promise<Readiness>;
  readonly clock: Clock;
}

/** Who may call a route: everybody, every authenticated caller, or those with one of the roles. */
export type Access = "public" | "authenticated" | readonly CallerRole[];

declare module "fastify" {
  interface FastifyContextConfig {
    readonly access?: Access;
    /** The route works under the limit of concurrent work. Default true. */
    readonly gated?: boolean;
  }
  interface FastifyRequest {
    /** Set for every route that is not public. */
    caller: Caller | null;
    place: Place | null;
  }
}
