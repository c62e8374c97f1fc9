import { Budget } from "./budget.js";

/** Readers of all automata, of two hundred bytes each. */
const mostReaders = 500_000;
/** Readers in all states, of twenty bytes each. */
const mostStateReaders = 4_000_000;
/** What a state takes besides its readers, in readers. */
const readersPerState = 16;
/** Steps for judging texts before any question is asked. */
const stepsBefore = 2_000_000;

/** Memory and work that the automata of one space share: a subset construction may make exponentially many states. */
export class AutomatonRoom {
  /** For what can be left to the questions. */
  readonly before = new Budget(stepsBefore);
  #readers = mostReaders;
  #stateReaders = mostStateReaders;
  #isTooSmall = false;

  /** Whether some automaton could not be built, so that nothing is known of what it would describe. */
  get isTooSmall(): boolean {
    return this.#isTooSmall;
  }

  /** Whether there is room for one more automaton, which then is taken. */
  takeAutomaton(readers: number): boolean {
    if (readers > this.#readers) {
      this.#isTooSmall = true;
      return false;
    }
    this.#readers -= readers;
    return true;
  }

  /** Whether there is room for one more state, which then is taken. */
  takeState(readers: number): boolean {
    const size = readersPerState + readers;
    if (size > this.#stateReaders) return false;
    this.#stateReaders -= size;
    return true;
  }
}
