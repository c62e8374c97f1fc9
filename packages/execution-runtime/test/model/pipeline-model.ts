import { type ReplayEvent, type ReplaySituation, replayTransitions } from "../../src/index.js";
import type { Model } from "./explore.js";

/** How the parts are put together. */
export interface Architecture {
  /**
   * `ledger`: append and confirm are one transaction (ledgerRecorder). `store and log`: one after the other
   * (separateRecorder). `store`: no log at all.
   */
  readonly kind: "ledger" | "store and log" | "store";
  /** The execution ids that the processes use for the same facts. */
  readonly ids: readonly string[];
  readonly processes: number;
  /** How many things may go wrong, of each kind. */
  readonly crashes: number;
  readonly losses: number;
}

/** What is left out of the design, to see that the model would notice. */
export interface Weakness {
  readonly noFencing?: boolean;
  readonly confirmBeforeAppend?: boolean;
  readonly releaseBeforeAppend?: boolean;
  /** A reservation may be forgotten while its holder works. */
  readonly ttlBelowLease?: boolean;
  /** The log takes an identity twice. */
  readonly noArbiter?: boolean;
  /** What is confirmed may be forgotten to make room. */
  readonly evicts?: boolean;
}

type Stored = Exclude<ReplaySituation, "absent">;

interface Record_ {
  readonly situation: Stored;
  readonly fencing: number;
}

/** Where a process is in `execute`: the comments of next() name the lines. */
interface Process {
  readonly at: "idle" | "recover" | "sign" | "append" | "confirm" | "release" | "done";
  readonly id: string;
  readonly fencing: number;
  readonly attempts: number;
}

interface State {
  readonly records: Readonly<Record<string, Record_>>;
  /** Who holds the facts. */
  readonly holder: string | null;
  readonly fencing: number;
  /** The execution ids in `attested` entries, in order. */
  readonly log: readonly string[];
  /** Released attestations: by which process, of which id. */
  readonly released: readonly string[];
  readonly processes: readonly Process[];
  readonly crashes: number;
  readonly losses: number;
}

const ATTEMPTS = 2;

/** `execute`, `reserveOnce` and `recorder` as steps between which anything else may happen. */
export function pipelineModel(architecture: Architecture, weakness: Weakness = {}): Model<State> {
  const { kind, ids } = architecture;
  const hasLog = kind !== "store";

  function* next(state: State): Iterable<readonly [string, State]> {
    for (const [index, process] of state.processes.entries()) {
      const name = `p${String(index)}`;
      const go = (to: Partial<Process>, change: Partial<State> = {}): State => ({
        ...state,
        ...change,
        processes: state.processes.map((one, other) => (other === index ? { ...one, ...to } : one)),
      });
      if (process.at === "idle") {
        if (process.attempts === 0) continue;
        for (const id of ids) yield [`${name} reserves ${id}`, reserve(state, go, id, process.attempts - 1)];
        continue;
      }
      if (process.at === "done") continue;
      for (const [step, after] of advance(state, process, go)) yield [`${name} ${step}`, after];
      if (state.crashes > 0)
        yield [`${name} dies`, go({ at: "idle", fencing: 0 }, { crashes: state.crashes - 1 })];
    }
    // A holder that sleeps, or whose clock is slow, is past its lease at any moment.
    for (const [id, record] of Object.entries(state.records)) {
      if (record.situation === "reserved")
        yield [`the lease of ${id} runs out`, put(state, id, { ...record, situation: "lease over" })];
      const forgets =
        (weakness.ttlBelowLease === true && record.situation === "reserved") ||
        (weakness.evicts === true && record.situation === "confirmed");
      if (forgets) yield [`the store forgets ${id}`, forget(state, id)];
    }
    if (state.losses > 0 && kind === "store and log" && Object.keys(state.records).length > 0)
      yield ["the store loses everything", { ...state, records: {}, holder: null, losses: state.losses - 1 }];
  }

  function* advance(state: State, process: Process, go: Go): Iterable<readonly [string, State]> {
    const { id, fencing } = process;
    switch (process.at) {
      case "recover":
        // recorder.recover: asks the log, and confirms what it holds as consumed.
        if (!attested(state, id)) yield ["finds nothing in the log", go({ at: "sign" })];
        else yield ["finds it in the log", confirmed(state, id, fencing, go, { at: "idle" })];
        return;
      case "sign":
        // execute, steps 7 and 8. A signer that fails burns the reservation: recorder.fail.
        yield ["signs", go({ at: weakness.confirmBeforeAppend === true ? "confirm" : "append" })];
        yield ["fails to sign", ended(state, id, fencing, "fail", go)];
        return;
      case "append": {
        // recorder.commit, first half; for a ledger both halves at once, the fencing check first.
        const early = weakness.releaseBeforeAppend === true ? [...state.released, id] : state.released;
        if (weakness.releaseBeforeAppend === true && state.released.length < early.length) {
          yield ["releases early", go({ at: "confirm" }, { released: early })];
          return;
        }
        if (kind === "ledger" && !isHeld(state, id, fencing)) {
          yield ["is refused: the reservation is lost", go({ at: "idle" })];
          return;
        }
        if (hasLog && attested(state, id) && weakness.noArbiter !== true) {
          yield ["is refused by the log", go({ at: "idle" })];
          return;
        }
        const log = hasLog ? [...state.log, id] : state.log;
        if (kind === "ledger") {
          yield ["appends and confirms", confirmed({ ...state, log }, id, fencing, go, { at: "release" })];
        } else {
          const then = weakness.confirmBeforeAppend === true ? "release" : "confirm";
          yield ["appends", go({ at: then }, { log })];
        }
        return;
      }
      case "confirm": {
        // recorder.commit, second half.
        const then = weakness.confirmBeforeAppend === true ? "append" : "release";
        if (weakness.noFencing === true || isHeld(state, id, fencing))
          yield ["confirms", confirmed(state, id, fencing, go, { at: then })];
        else yield ["is refused: the reservation is lost", go({ at: "idle" })];
        return;
      }
      case "release":
        yield ["releases the attestation", go({ at: "done" }, { released: [...state.released, id] })];
        return;
      case "idle":
      case "done":
    }
  }

  /** store.reserve and reserveOnce: every decision is a cell of the table. */
  function reserve(state: State, go: Go, id: string, attempts: number): State {
    const own = state.records[id];
    const holder = state.holder === null || state.holder === id ? undefined : state.holder;
    const refused = go({ attempts });
    // A ledger looks into its log, too.
    if (kind === "ledger" && own === undefined && attested(state, id)) return refused;
    if (own === undefined && holder !== undefined) {
      const { answer } = cell(state, holder, "reserve the facts under another id");
      if (answer === "replay" || answer === "in_flight") return refused;
      if (answer === "abandoned") {
        const freed = put(state, holder, { ...recordOf(state, holder), situation: "failed" });
        return hold(freed, id, go, { at: "recover", id, attempts });
      }
    }
    const { answer } = cell(state, id, "reserve");
    if (answer === "reserved") return hold(state, id, go, { at: "sign", id, attempts });
    if (answer === "taken over") return hold(state, id, go, { at: "recover", id, attempts });
    return refused;
  }

  function hold(state: State, id: string, go: Go, to: Partial<Process>): State {
    const fencing = state.fencing + 1;
    const { records } = put(state, id, { situation: "reserved", fencing });
    return go({ ...to, fencing }, { ...pick(state), records, holder: id, fencing });
  }

  function confirmed(state: State, id: string, fencing: number, go: Go, to: Partial<Process>): State {
    // Without fencing whoever comes last wins.
    const wins = weakness.noFencing === true || isHeld(state, id, fencing);
    const records = wins ? put(state, id, { situation: "confirmed", fencing }).records : state.records;
    return go(to, { ...pick(state), records });
  }

  function ended(state: State, id: string, fencing: number, event: ReplayEvent, go: Go): State {
    if (!isHeld(state, id, fencing)) return go({ at: "idle" });
    const { to } = cell(state, id, event);
    if (to !== "failed") throw new Error("a failed attempt burns its id");
    const { records } = put(state, id, { situation: to, fencing });
    return go({ at: "idle" }, { ...pick(state), records, holder: state.holder === id ? null : state.holder });
  }

  function attested({ log }: State, id: string): boolean {
    // All ids are about the same facts, whose fingerprint is the identity.
    return log.length > 0 && ids.includes(id);
  }

  function violated(state: State): string | undefined {
    const { released, log, records } = state;
    if (released.length > 1) return "two attestations were released for one identity";
    if (log.length > 1) return "the log attests one identity twice";
    if (hasLog && released.some((id) => !log.includes(id)))
      return "an attestation was released that the log lacks";
    const consumed = Object.values(records).some(({ situation }) => situation === "confirmed");
    const underWay = state.processes.some(({ at }) => at !== "idle" && at !== "done");
    if (hasLog && consumed && log.length === 0 && !underWay)
      return "an identity is consumed, and nothing of it is in the log";
    return undefined;
  }

  const { processes, crashes, losses } = architecture;
  const [first = ""] = ids;
  return {
    initial: {
      records: {},
      holder: null,
      fencing: 0,
      log: [],
      released: [],
      processes: Array.from({ length: processes }, () => ({
        at: "idle" as const,
        id: first,
        fencing: 0,
        attempts: ATTEMPTS,
      })),
      crashes,
      losses,
    },
    next,
    violated,
  };
}

type Go = (to: Partial<Process>, change?: Partial<State>) => State;

function cell(state: State, id: string, event: ReplayEvent) {
  return replayTransitions[state.records[id]?.situation ?? "absent"][event];
}

/** Whether the table lets this fencing number end the reservation. */
function isHeld(state: State, id: string, fencing: number): boolean {
  const event = state.records[id]?.fencing === fencing ? "confirm" : "end with an old fencing number";
  return cell(state, id, event).answer === "done";
}

function recordOf(state: State, id: string): Record_ {
  const record = state.records[id];
  if (record === undefined) throw new Error(`nothing is known of ${id}`);
  return record;
}

function put(state: State, id: string, record: Record_): State {
  const entries = Object.entries({ ...state.records, [id]: record });
  // In one order, so that equal states have equal JSON.
  return { ...state, records: Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))) };
}

function forget(state: State, id: string): State {
  const records = Object.fromEntries(Object.entries(state.records).filter(([other]) => other !== id));
  return { ...state, records, holder: state.holder === id ? null : state.holder };
}

/** What a step changes of the shared state. */
function pick({ records, holder, fencing, log }: State) {
  return { records, holder, fencing, log };
}
