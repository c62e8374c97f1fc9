import type { ReplayRecord, ReplayState } from "./ports.js";

/** What a store knows of an execution id, as far as it matters for what may happen next. */
export const replaySituations = [
  "absent",
  "reserved",
  "lease over",
  "confirmed",
  "pending_override",
  "resolved",
  "failed",
] as const;
export type ReplaySituation = (typeof replaySituations)[number];

/** What may happen to a record: somebody reserves, or a holder or a person ends it. */
export const replayEvents = [
  "reserve",
  "reserve with other facts",
  "reserve the facts under another id",
  "confirm",
  "confirm as pending",
  "fail",
  "end with an old fencing number",
  "resolve",
] as const;
export type ReplayEvent = (typeof replayEvents)[number];

/** `free`: the record does not stand in the way of whoever asked. `abandoned`: the same, and it ends by that. */
export type ReplayAnswer =
  | "reserved"
  | "taken over"
  | "free"
  | "abandoned"
  | "replay"
  | "in_flight"
  | "conflict"
  | "done"
  | "INV-018"
  | "INV-019";

/** The answer, and where the record goes; without `to` it stays as it is. */
export interface ReplayTransition {
  readonly answer: ReplayAnswer;
  readonly to?: "reserved" | "confirmed" | "pending_override" | "resolved" | "failed";
}

const notHeld = { answer: "INV-018" } as const;
const notPending = { answer: "INV-019" } as const;
const conflict = { answer: "conflict" } as const;
const replay = { answer: "replay" } as const;
const inFlight = { answer: "in_flight" } as const;

const held = {
  "reserve with other facts": conflict,
  confirm: { answer: "done", to: "confirmed" },
  "confirm as pending": { answer: "done", to: "pending_override" },
  fail: { answer: "done", to: "failed" },
  "end with an old fencing number": notHeld,
  resolve: notPending,
} as const;

const ended = {
  reserve: replay,
  "reserve with other facts": conflict,
  "reserve the facts under another id": replay,
  confirm: notHeld,
  "confirm as pending": notHeld,
  fail: notHeld,
  "end with an old fencing number": notHeld,
  resolve: notPending,
} as const;

/**
 * The replay state machine: the one table that the stores, the model of the pipeline and docs/replay.md share. A column
 * for the facts under another id is about identities of kind "fingerprint"; the other kind never asks it.
 */
export const replayTransitions: Readonly<
  Record<ReplaySituation, Readonly<Record<ReplayEvent, ReplayTransition>>>
> = {
  absent: {
    ...ended,
    reserve: { answer: "reserved", to: "reserved" },
    "reserve with other facts": { answer: "reserved", to: "reserved" },
    "reserve the facts under another id": { answer: "free" },
  },
  reserved: { ...held, reserve: inFlight, "reserve the facts under another id": inFlight },
  "lease over": {
    ...held,
    reserve: { answer: "taken over", to: "reserved" },
    "reserve the facts under another id": { answer: "abandoned", to: "failed" },
  },
  confirmed: ended,
  pending_override: { ...ended, resolve: { answer: "done", to: "resolved" } },
  resolved: ended,
  failed: { ...ended, "reserve the facts under another id": { answer: "free" } },
};

/** @param now milliseconds since the Unix epoch, on the store's clock */
export function situationOf(
  record: Pick<ReplayRecord, "state" | "leaseExpiresAt"> | undefined,
  now: number,
): ReplaySituation {
  if (record === undefined) return "absent";
  if (record.state === "reserved") return record.leaseExpiresAt > now ? "reserved" : "lease over";
  return isResolved(record.state) ? "resolved" : record.state;
}

function isResolved(state: ReplayState): state is Extract<ReplayState, `resolved_${string}`> {
  return state.startsWith("resolved_");
}
