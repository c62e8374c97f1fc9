import { ActivityHeap } from "./activity-heap.js";
import type { Budget } from "./budget.js";
import { failedAssumptions, lessonOf } from "./conflict-analysis.js";
import { type Literal, negate, TRUE, variableOf } from "./literal.js";
import { type Clause, Trail } from "./trail.js";

export type Verdict = "satisfiable" | "unsatisfiable" | "exhausted";

export interface Question {
  /** Literals that must be true, for this question alone. */
  readonly assumptions: readonly Literal[];
  /** Asked with every variable assigned: a clause that must hold and is false, or undefined to accept the assignment. */
  readonly check: () => readonly Literal[] | undefined;
  readonly budget: Budget;
}

/** The clauses that watch a literal, each with another literal of it. */
interface Watches {
  readonly clauses: Clause[];
  readonly blockers: Literal[];
}

const noWatches: Watches = { clauses: [], blockers: [] };

const restartInterval = 128;
const firstLearntLimit = 100;
/** A step of the budget is one decision, or looking at so many clauses or eight times as many literals, which takes some microseconds. */
const visitsPerStep = 1_000;

/**
 * Conflict-driven clause learning (Marques-Silva and Sakallah 1996) in the manner of MiniSat (Eén and Sörensson 2003):
 * two watched literals, first unique implication points, activities, restarts, assumptions with a failed core.
 * Without chance: the same questions in the same order get the same answers.
 */
export class SatSolver {
  readonly #trail = new Trail();
  readonly #order = new ActivityHeap();
  /** By variable: the value that is tried first. */
  readonly #phases: boolean[] = [];
  /** By literal. */
  readonly #watches: Watches[] = [];
  #head = 0;
  /** Clauses looked at since the last step. */
  #visits = 0;
  #learnt: Clause[] = [];
  #learntLimit = firstLearntLimit;
  #conflicts = 0;
  #contradiction = false;
  #core: readonly Literal[] = [];
  /** What the first levels of the trail assume. */
  #assumed: readonly Literal[] = [];
  readonly #met = {
    clause: (clause: Clause) => {
      clause.lastUse = this.#conflicts;
    },
    variable: (variable: number) => {
      this.#order.bump(variable);
    },
  };

  constructor() {
    this.newVariable(true);
    this.addClause([TRUE]);
  }

  /** The positive literal of a new variable. @param phase the value that is tried first */
  newVariable(phase = false): Literal {
    const variable = this.#trail.addVariable();
    this.#phases.push(phase);
    this.#watches.push({ clauses: [], blockers: [] }, { clauses: [], blockers: [] });
    this.#order.add();
    return variable << 1;
  }

  /** Whether the literal is true in the last assignment. */
  isTrue(literal: Literal): boolean {
    return this.#trail.value(literal) === 1;
  }

  /** After `unsatisfiable`: assumptions that cannot all be true. */
  get core(): readonly Literal[] {
    return this.#core;
  }

  /** Adds what must hold from now on. The last assignment is lost. */
  addClause(literals: readonly Literal[]): void {
    this.#backtrack(0);
    if (this.#contradiction) return;
    const distinct = new Set(literals);
    const open: Literal[] = [];
    for (const literal of distinct) {
      const value = this.#trail.value(literal);
      if (value === 1 || distinct.has(negate(literal))) return;
      if (value === 0) open.push(literal);
    }
    const [only] = open;
    if (only === undefined) this.#contradiction = true;
    else if (open.length > 1) this.#attach(open, false);
    else {
      this.#trail.assign(only, undefined);
      if (this.#propagate() !== undefined) this.#contradiction = true;
    }
  }

  solve({ assumptions, check, budget }: Question): Verdict {
    // What follows from the assumptions that the last question began with need not be found again.
    const shared = assumptions.findIndex((literal, index) => literal !== this.#assumed[index]);
    this.#backtrack(Math.min(shared === -1 ? assumptions.length : shared, this.#assumed.length));
    this.#assumed = assumptions;
    this.#core = [];
    let untilRestart = restartInterval;
    while (!this.#contradiction) {
      const conflict = this.#propagate();
      budget.spend(1 + this.#visits / visitsPerStep);
      this.#visits = 0;
      if (conflict !== undefined) {
        untilRestart -= 1;
        this.#learnFrom(conflict);
        continue;
      }
      if (budget.exhausted) return "exhausted";
      if (untilRestart <= 0) {
        untilRestart = restartInterval;
        this.#backtrack(0);
        this.#forget();
        continue;
      }
      const decision = this.#decide(assumptions);
      if (decision === "failed") return "unsatisfiable";
      if (decision !== "complete") {
        this.#trail.openLevel();
        this.#trail.assign(decision, undefined);
        continue;
      }
      const violated = check();
      if (violated === undefined) return "satisfiable";
      this.#refute(violated);
    }
    return "unsatisfiable";
  }

  /** The next assumption that is open, then the most active open variable. */
  #decide(assumptions: readonly Literal[]): Literal | "failed" | "complete" {
    const trail = this.#trail;
    for (let next = assumptions[trail.level]; next !== undefined; next = assumptions[trail.level]) {
      const value = trail.value(next);
      if (value === 0) return next;
      if (value === -1) {
        this.#core = failedAssumptions(trail, next);
        return "failed";
      }
      // An empty level keeps levels and assumptions in step.
      trail.openLevel();
    }
    for (;;) {
      const variable = this.#order.pop();
      if (variable === undefined) return "complete";
      const literal = variable << 1;
      if (trail.value(literal) === 0) return this.#phases[variable] === true ? literal : negate(literal);
    }
  }

  /** Draws all unit conclusions; returns a clause that became false. */
  #propagate(): Clause | undefined {
    const trail = this.#trail;
    while (this.#head < trail.length) {
      const falsified = negate(trail.at(this.#head));
      this.#head += 1;
      const conflict = this.#visit(falsified, this.#watches[falsified] ?? noWatches);
      if (conflict === undefined) continue;
      this.#head = trail.length;
      return conflict;
    }
    return undefined;
  }

  /** Draws the conclusions of one literal that became false. */
  #visit(falsified: Literal, { clauses, blockers }: Watches): Clause | undefined {
    const trail = this.#trail;
    const count = clauses.length;
    this.#visits += count;
    let kept = 0;
    let conflict: Clause | undefined;
    for (let index = 0; index < count; index += 1) {
      const clause = clauses[index];
      let blocker = blockers[index] ?? TRUE;
      if (clause === undefined) continue;
      // Most clauses are true already, and then need not be looked into.
      if (conflict === undefined && trail.value(blocker) !== 1) {
        if (clause.dropped || this.#moveWatch(clause, falsified)) continue;
        blocker = clause.literals[0] ?? TRUE;
        const value = trail.value(blocker);
        if (value === 0) trail.assign(blocker, clause);
        else if (value === -1) conflict = clause;
      }
      if (kept !== index) clauses[kept] = clause;
      blockers[kept] = blocker;
      kept += 1;
    }
    // Setting a length is slow even where nothing changes.
    if (kept !== count) {
      clauses.length = kept;
      blockers.length = kept;
    }
    return conflict;
  }

  /** Puts the other watched literal first; finds another to watch instead of the false one, if the clause needs it. */
  #moveWatch(clause: Clause, falsified: Literal): boolean {
    const { literals } = clause;
    let first = literals[0] ?? TRUE;
    if (first === falsified) {
      first = literals[1] ?? TRUE;
      literals[0] = first;
      literals[1] = falsified;
    }
    if (this.#trail.value(first) === 1) return false;
    for (let index = 2; index < literals.length; index += 1) {
      const literal = literals[index] ?? TRUE;
      if (this.#trail.value(literal) === -1) continue;
      this.#visits += index >> 3;
      literals[1] = literal;
      literals[index] = falsified;
      this.#watch(literal, clause, first);
      return true;
    }
    this.#visits += literals.length >> 3;
    return false;
  }

  #watch(literal: Literal, clause: Clause, blocker: Literal): void {
    const watches = this.#watches[literal];
    watches?.clauses.push(clause);
    watches?.blockers.push(blocker);
  }

  #learnFrom(conflict: Clause): void {
    if (this.#trail.level === 0) {
      this.#contradiction = true;
      return;
    }
    const { literals, level } = lessonOf(this.#trail, conflict, this.#met);
    this.#order.decay();
    this.#conflicts += 1;
    this.#backtrack(level);
    const [first = TRUE] = literals;
    if (literals.length === 1) this.#trail.assign(first, undefined);
    else this.#trail.assign(first, this.#attach(this.#watchHighest(literals, 1), true));
  }

  /** Takes in a clause that is false now. */
  #refute(violated: readonly Literal[]): void {
    const literals = this.#watchHighest(this.#watchHighest([...new Set(violated)], 0), 1);
    const [first, second] = literals;
    if (first === undefined) {
      this.#contradiction = true;
      return;
    }
    if (second === undefined) {
      this.#backtrack(0);
      if (this.#trail.value(first) === -1) this.#contradiction = true;
      else this.#trail.assign(first, undefined);
      return;
    }
    const clause = this.#attach(literals, false);
    this.#backtrack(this.#trail.levelOf(first));
    this.#learnFrom(clause);
  }

  /** Moves the literal of the highest level, from `index` on, to `index`. */
  #watchHighest(literals: Literal[], index: number): Literal[] {
    let highest = index;
    for (let other = index + 1; other < literals.length; other += 1) {
      if (this.#levelAt(literals, other) > this.#levelAt(literals, highest)) highest = other;
    }
    const literal = literals[highest];
    const displaced = literals[index];
    if (literal !== undefined && displaced !== undefined) {
      literals[index] = literal;
      literals[highest] = displaced;
    }
    return literals;
  }

  #levelAt(literals: readonly Literal[], index: number): number {
    return this.#trail.levelOf(literals[index] ?? TRUE);
  }

  #attach(literals: Literal[], learnt: boolean): Clause {
    const clause = { literals, learnt, lastUse: this.#conflicts, dropped: false };
    const [first = TRUE, second = TRUE] = literals;
    this.#watch(first, clause, second);
    this.#watch(second, clause, first);
    if (learnt) this.#learnt.push(clause);
    return clause;
  }

  /** Drops the half of what was learnt that served longest ago, once there is too much of it. */
  #forget(): void {
    if (this.#learnt.length < this.#learntLimit) return;
    this.#learntLimit *= 1.1;
    const ranked = [...this.#learnt].sort((one, other) => other.lastUse - one.lastUse);
    const kept = ranked.length >> 1;
    ranked.forEach((clause, rank) => {
      clause.dropped = rank >= kept && clause.literals.length > 2 && !this.#trail.isReason(clause);
    });
    this.#learnt = ranked.filter((clause) => !clause.dropped);
  }

  #backtrack(level: number): void {
    this.#trail.backtrack(level, (literal) => {
      const variable = variableOf(literal);
      this.#phases[variable] = (literal & 1) === 0;
      this.#order.insert(variable);
    });
    this.#head = Math.min(this.#head, this.#trail.length);
  }
}
