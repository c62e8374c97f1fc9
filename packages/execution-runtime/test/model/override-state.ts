import { type ReplaySituation, replayTransitions } from "../../src/index.js";

export type End = "approved" | "rejected" | "expired";

/** One letter for each vote: the approver, and whether it approves; "!" for one that came too late. */
export type Vote = `${"a" | "b"}${"+" | "-"}${"" | "!"}`;

export interface Process {
  readonly at: "idle" | "cast" | "conclude" | "append" | "store" | "task" | "release" | "ask" | "asked";
  /** The vote that it was asked to cast, if it was. */
  readonly vote: Vote | null;
  /** The votes as it last read them. */
  readonly read: readonly Vote[];
  /** Whether the time was over when it looked at its clock. */
  readonly late: boolean;
  readonly end: End | null;
  readonly attempts: number;
}

export interface State {
  readonly store: "lost" | "pending" | End;
  readonly log: readonly End[];
  readonly task: "pending" | "resolved" | "expired";
  readonly votes: readonly Vote[];
  readonly over: boolean;
  /** What callers were told. */
  readonly released: readonly End[];
  readonly processes: readonly Process[];
  readonly crashes: number;
  readonly losses: number;
}

/** The store's answer to `resolve`, by the table; what it refuses, it does not change. */
export function resolved(store: State["store"], end: End): State["store"] {
  const situations = { lost: "absent", pending: "pending_override" } as const;
  const situation: ReplaySituation = store === "lost" || store === "pending" ? situations[store] : "resolved";
  return replayTransitions[situation].resolve.answer === "done" ? end : store;
}

export function settled(task: State["task"], end: End): State["task"] {
  if (task !== "pending") return task;
  return end === "expired" ? "expired" : "resolved";
}

export function unrecovered({ store, log, task }: State): string | undefined {
  const [end] = log;
  if (store !== "lost" && store !== (end ?? "pending")) return "after recovery, store and log differ";
  if (task !== (end === undefined ? "pending" : settled("pending", end)))
    return "after recovery, task and log differ";
  return undefined;
}
