import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ServerError } from "../errors.js";
import { PATIENCE_MS } from "./arrivals.js";
import type { Gate } from "./gate.js";
import { PROBLEM_TYPE, problemAnswer } from "./problem.js";
import { hasEndlessRest } from "./unread-body.js";

export interface DoorOptions {
  readonly gate: Gate;
  /** Requests that wait for a place at once, at the most. */
  readonly maxWaiting: number;
  /** How long one of them waits, at the most. */
  readonly maxWaitMs: number;
  /** Of a body that was refused, what is read to keep its connection. */
  readonly maxBodyBytes: number;
  /** Whether it is asked for something that is answered whatever the load. */
  readonly isAlwaysOpen: (method: string, path: string) => boolean;
  /** Takes the request to its route. */
  readonly letIn: (request: IncomingMessage, response: ServerResponse) => void;
  /** Is told of every refusal. */
  readonly refused: (request: IncomingMessage, waitedMs: number) => void;
}

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly since: number;
}

const { headers, body } = problemAnswer(
  new ServerError("HTTP-008", "The server has all the work that it takes."),
);
const text = Buffer.from(JSON.stringify(body));
const REFUSAL = Object.entries({
  ...headers,
  "content-type": PROBLEM_TYPE,
  "content-length": String(text.length),
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
}).flat();

/**
 * Where a request waits while all places are taken, before anything of it is looked at. The newest is let in first: whoever has waited
 * longest is the likeliest to have given up, and under overload nobody would be in time otherwise. Waiting also slows those down who
 * repeat at once, so that refusing never takes the time that the work needs.
 */
export class Door {
  readonly #options: DoorOptions;
  /** Who has a place and is let in soon, in the order in which they came to it. */
  readonly #called: Waiting[] = [];
  /** Who has none, from the longest waiting to the newest. */
  readonly #line: Waiting[] = [];
  /** Whose request waits; another one on the same connection is refused, so that nobody fills the line alone. */
  readonly #sockets = new WeakSet<Socket>();
  #timer: NodeJS.Timeout | undefined;
  #bodyTimer: NodeJS.Timeout | undefined;
  /** How many were let in since the event loop last turned. */
  #inTurn = 0;
  #turning = false;

  constructor(options: DoorOptions) {
    this.#options = options;
    options.gate.onRoom = () => {
      if (this.#line.length > 0) this.#nextTurn();
    };
  }

  /** Requests that wait for a place and have not hung up. */
  get waiting(): number {
    return [...this.#called, ...this.#line].filter((waiting) => !hasHungUp(waiting)).length;
  }

  come(request: IncomingMessage, response: ServerResponse): void {
    const { gate, isAlwaysOpen, letIn, maxWaiting } = this.#options;
    // A closing gate explains itself behind the door.
    if (gate.isClosing || isAlwaysOpen(request.method ?? "", pathOf(request))) {
      letIn(request, response);
      return;
    }
    const waiting = { request, response, since: performance.now() };
    if (this.#sockets.has(request.socket)) this.#refuse(waiting, waiting.since);
    else if (gate.room > this.#called.length) {
      this.#sockets.add(request.socket);
      this.#called.push(waiting);
      this.#letIn();
    } else {
      gate.arrivals.endLate(1);
      this.#wait(waiting, maxWaiting);
    }
  }

  #wait(waiting: Waiting, maxWaiting: number): void {
    if (this.#line.length >= maxWaiting) {
      this.#refuse(waiting, waiting.since);
      return;
    }
    this.#sockets.add(waiting.request.socket);
    this.#line.push(waiting);
    this.#watch(waiting.since);
    this.#watchBodies();
  }

  /** As long as anybody waits. */
  #watchBodies(): void {
    if (this.#bodyTimer !== undefined || this.#line.length === 0) return;
    this.#bodyTimer = setTimeout(() => {
      this.#bodyTimer = undefined;
      this.#options.gate.arrivals.endLate(this.#line.length);
      this.#watchBodies();
    }, PATIENCE_MS);
  }

  #letIn(): void {
    const { gate, letIn } = this.#options;
    for (; this.#called.length > 0; this.#inTurn += 1) {
      this.#nextTurn();
      if (this.#inTurn >= PER_TURN && !gate.isClosing) return;
      const next = this.#called.shift();
      if (next === undefined) continue;
      this.#sockets.delete(next.request.socket);
      // Whoever has hung up is not let in.
      if (!hasHungUp(next)) letIn(next.request, next.response);
    }
  }

  #nextTurn(): void {
    if (this.#turning) return;
    this.#turning = true;
    const restsUntil = performance.now() + REST_MS;
    let rests = REST_TURNS;
    const turn = (): void => {
      const { gate } = this.#options;
      if (this.#inTurn >= PER_TURN && rests > 0 && performance.now() < restsUntil && !gate.isClosing) {
        rests -= 1;
        setImmediate(turn);
        return;
      }
      this.#turning = false;
      this.#inTurn = 0;
      while (gate.room > this.#called.length || gate.isClosing) {
        const newest = this.#line.pop();
        if (newest === undefined) break;
        this.#called.push(newest);
      }
      this.#letIn();
    };
    setImmediate(turn);
  }

  #sendAway(): void {
    const now = performance.now();
    const { maxWaitMs } = this.#options;
    const inTime = this.#line.findIndex(({ since }) => now - since < maxWaitMs - TOLERANCE_MS);
    for (const late of this.#line.splice(0, inTime === -1 ? this.#line.length : inTime)) {
      this.#sockets.delete(late.request.socket);
      this.#refuse(late, now);
    }
    this.#timer = undefined;
    this.#watch(now);
  }

  #watch(now: number): void {
    const [oldest] = this.#line;
    if (oldest === undefined || this.#timer !== undefined) return;
    const waitMs = Math.max(TOLERANCE_MS, oldest.since + this.#options.maxWaitMs - now);
    this.#timer = setTimeout(() => {
      this.#sendAway();
    }, waitMs);
  }

  #refuse(waiting: Waiting, now: number): void {
    if (hasHungUp(waiting)) return;
    const { request, response, since } = waiting;
    this.#options.refused(request, now - since);
    if (hasEndlessRest(request, this.#options.maxBodyBytes)) response.shouldKeepAlive = false;
    response.writeHead(503, REFUSAL).end(text);
  }
}

/**
 * Let in in one turn of the event loop; more at once would not make the group commits of the ledger cheaper. Node accepts one connection
 * in each turn, so between two turns that are full others follow in which nobody is let in: new callers, and those who ask for health,
 * would otherwise be shut out for as long as the load lasts.
 */
const PER_TURN = 32;
const REST_TURNS = 8;
/** Turns that are long by themselves leave no time to rest. */
const REST_MS = 5;
/** Those whose time is over so soon are sent away together. */
const TOLERANCE_MS = 10;

/** Of requests that came on one connection without waiting, only the first response is destroyed with it. */
function hasHungUp({ request, response }: Waiting): boolean {
  return response.destroyed || request.socket.destroyed;
}

function pathOf({ url = "" }: IncomingMessage): string {
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}
