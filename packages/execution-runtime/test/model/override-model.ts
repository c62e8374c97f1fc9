import type { Model } from "./explore.js";
import {
  type End,
  type Process,
  resolved,
  settled,
  type State,
  unrecovered,
  type Vote,
} from "./override-state.js";

/** How the parts are put together. */
export interface OverrideArchitecture {
  /** `ledger`: the end in log, store and tasks is one transaction. `store and log`: one after the other (separateRecorder). */
  readonly kind: "ledger" | "store and log";
  readonly quorum: 1 | 2;
  readonly processes: number;
  /** How often each process votes, settles or recovers. */
  readonly attempts: number;
  /** How many things may go wrong, of each kind. */
  readonly crashes: number;
  readonly losses: number;
  /** Both names are one person's. */
  readonly isOnePerson?: boolean;
}

/** What is left out of the design, to see that the model would notice. */
export interface OverrideWeakness {
  readonly storeBeforeLog?: boolean;
  /** The log takes an end twice. */
  readonly noArbiter?: boolean;
  /** A vote counts whenever it comes. */
  readonly noExpiry?: boolean;
  /** Whoever is refused because it is pending leaves the store behind the log. */
  readonly noFinish?: boolean;
  /** Votes of the same person are looked for in what was read, and not in the step that stores the vote. */
  readonly looksBefore?: boolean;
}

const idle = { at: "idle", vote: null, read: [], late: false, end: null } as const;

/** `reviews.vote`, `reviews.settle` and `recorder.resolve` as steps between which anything else may happen. */
export function overrideModel(
  architecture: OverrideArchitecture,
  weakness: OverrideWeakness = {},
): Model<State> {
  const { kind, quorum, isOnePerson = false } = architecture;

  function* next(state: State): Iterable<readonly [string, State]> {
    for (const [index, process] of state.processes.entries()) {
      const name = `p${String(index)}`;
      const go = (to: Partial<Process>, change: Partial<State> = {}): State => ({
        ...state,
        ...change,
        processes: state.processes.map((one, other) => (other === index ? { ...one, ...to } : one)),
      });
      for (const [step, after] of process.at === "idle"
        ? begin(state, process, go)
        : advance(state, process, go))
        yield [`${name} ${step}`, after];
      if (process.at !== "idle" && state.crashes > 0)
        yield [`${name} dies`, go(idle, { crashes: state.crashes - 1 })];
    }
    if (!state.over) yield ["the time runs out", { ...state, over: true }];
    if (state.losses > 0 && kind === "store and log")
      yield ["the store loses everything", { ...state, store: "lost", losses: state.losses - 1 }];
  }

  function* begin(state: State, process: Process, go: Go): Iterable<readonly [string, State]> {
    if (process.attempts === 0) return;
    const attempts = process.attempts - 1;
    if (state.task === "pending") {
      const read = state.votes;
      for (const vote of ["a+", "a-", "b+", "b-"] as const)
        yield [`is asked to vote ${vote}`, go({ at: "cast", vote, read, late: state.over, attempts })];
      yield ["settles", go({ at: "ask", attempts })];
    }
    // recorder.recover of an execution that the store lost, or that it knows as pending.
    if (state.store === "lost")
      yield ["makes it pending again", go({ at: "asked", attempts }, { store: "pending" })];
    if (state.store === "pending" && kind === "store and log" && weakness.noFinish !== true)
      yield ["is refused: it is pending", go({ at: "asked", attempts })];
  }

  function* advance(state: State, process: Process, go: Go): Iterable<readonly [string, State]> {
    const { vote, end } = process;
    switch (process.at) {
      case "cast": {
        if (vote === null) return;
        if (process.late && weakness.noExpiry !== true) {
          yield ["is too late to vote", go({ at: "conclude", vote: null })];
          return;
        }
        const cast = process.late ? (`${vote}!` as Vote) : vote;
        const before = state.votes.find(([approver]) => approver === vote[0]);
        const seen = weakness.looksBefore === true ? process.read : state.votes;
        const isInTheWay =
          before === undefined ? isOnePerson && seen.some(isOfOther(vote)) : before[1] !== vote[1];
        // castVote: the same again changes nothing.
        if (state.task !== "pending" || isInTheWay) yield ["may not vote", go(idle)];
        else {
          const votes = before === undefined ? [...state.votes, cast] : state.votes;
          yield [`votes ${cast}`, go({ at: "conclude", read: votes }, { votes })];
        }
        return;
      }
      case "conclude": {
        const reached = endOf(process.read, process.late);
        if (reached === undefined) yield ["leaves it pending", go(idle)];
        else {
          const at = weakness.storeBeforeLog === true ? "store" : "append";
          yield [`signs ${reached}`, go({ at, end: reached })];
        }
        return;
      }
      case "append":
        if (end === null) return;
        if (state.log.length > 0 && weakness.noArbiter !== true) yield ["is refused by the log", go(idle)];
        else yield [`appends ${end}`, appended(state, go, end)];
        return;
      case "store":
        if (end === null) return;
        yield ["resolves the store", go({ at: afterStore(state) }, { store: resolved(state.store, end) })];
        return;
      case "task":
        if (end === null) return;
        yield ["settles the task", go({ at: "release" }, { task: settled(state.task, end) })];
        return;
      case "release":
        if (end === null || vote === null) yield ["is done", go(idle)];
        else yield [`tells that it is ${end}`, go(idle, { released: [...state.released, end] })];
        return;
      case "ask": {
        // reviews.settle: finish what the log says, or conclude by votes and time.
        const [known] = state.log;
        if (known !== undefined) yield [`finds ${known} in the log`, go({ at: "store", end: known })];
        else if (state.task === "pending")
          yield ["reads votes and time", go({ at: "conclude", read: state.votes, late: state.over })];
        else yield ["finds it settled", go(idle)];
        return;
      }
      case "asked": {
        const [known] = state.log;
        if (known === undefined) yield ["finds no end in the log", go(idle)];
        else yield [`finds ${known} in the log`, go({ at: "store", end: known })];
        return;
      }
      case "idle":
    }
  }

  function appended(state: State, go: Go, end: End): State {
    const log = [...state.log, end];
    if (kind === "store and log")
      return go({ at: weakness.storeBeforeLog === true ? "task" : "store" }, { log });
    const task = settled(state.task, end);
    return go({ at: "release" }, { log, store: resolved(state.store, end), task });
  }

  function afterStore({ log }: State): "append" | "task" {
    return weakness.storeBeforeLog === true && log.length === 0 ? "append" : "task";
  }

  function endOf(votes: readonly Vote[], late: boolean): End | undefined {
    if (votes.some((vote) => vote[1] === "-")) return "rejected";
    if (votes.length >= quorum) return "approved";
    return late ? "expired" : undefined;
  }

  function violated(state: State): string | undefined {
    const { log, store, released } = state;
    const [end] = log;
    if (log.length > 1) return "the log ends one override twice";
    if (
      end === "approved" &&
      state.votes.filter((vote) => vote[1] === "+" && vote[2] !== "!").length < quorum
    )
      return "it was approved by votes that came too late";
    if (isOnePerson && end === "approved" && quorum > 1) return "one person approved it alone";
    if (released.some((told) => told !== end)) return "somebody was told another end than the log's";
    if (store !== "lost" && store !== "pending" && end !== undefined && store !== end)
      return "store and log end it otherwise";
    return state.processes.every(({ at }) => at === "idle") ? unrecovered(recovered(state)) : undefined;
  }

  /** What one undisturbed `settle`, and whoever asks for the execution next, make of it. */
  function recovered(state: State): State {
    const pending = state.task === "pending";
    const end = state.log[0] ?? (pending ? endOf(state.votes, state.over) : undefined);
    if (end === undefined || (!pending && weakness.noFinish === true)) return state;
    const log = state.log.length > 0 ? state.log : [end];
    return { ...state, log, store: resolved(state.store, end), task: settled(state.task, end) };
  }

  const { processes, attempts, crashes, losses } = architecture;
  return {
    initial: {
      store: "pending",
      log: [],
      task: "pending",
      votes: [],
      over: false,
      released: [],
      processes: Array.from({ length: processes }, () => ({ ...idle, attempts })),
      crashes,
      losses,
    },
    next,
    violated,
  };
}

const isOfOther =
  ([approver]: Vote) =>
  ([other]: Vote) =>
    other !== approver;

type Go = (to: Partial<Process>, change?: Partial<State>) => State;
