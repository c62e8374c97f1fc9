import type { Pattern } from "@parmanasystems/governance";
import { Automaton } from "./automaton.js";
import type { AutomatonRoom } from "./automaton-room.js";
import { ExclusiveLiterals } from "./exclusive-literals.js";
import type { Formula } from "./formula.js";
import { FALSE, type Literal, negate, signed } from "./literal.js";
import { positionsOf } from "./patterns.js";
import type { SatSolver } from "./sat-solver.js";
import type { TextDomain } from "./text-domain.js";

/** A text that conditions compare with; the literal is true when the value is this text. */
export interface TextLiteral {
  readonly text: string;
  readonly literal: Literal;
}

/** A property of texts that conditions ask for; the literal is true when the value has it. */
export interface TextPredicate {
  readonly automaton: Automaton;
  readonly literal: Literal;
}

/**
 * An unknown text: one literal per text it is compared with, of which at most one is true, and one literal per predicate.
 * Whether a text with given predicates exists is not said here, but checked once all of them are assigned.
 */
export class TextVariable {
  readonly domain: TextDomain;
  readonly #solver: SatSolver;
  readonly #exclusive: ExclusiveLiterals;
  readonly #literals = new Map<string, TextLiteral>();
  readonly #predicates = new Map<string, TextPredicate>();
  readonly #room: AutomatonRoom;

  constructor(solver: SatSolver, formula: Formula, domain: TextDomain, room: AutomatonRoom) {
    this.#solver = solver;
    this.#room = room;
    this.#exclusive = new ExclusiveLiterals(solver, formula);
    this.domain = domain;
  }

  get literals(): Iterable<TextLiteral> {
    return this.#literals.values();
  }

  get predicates(): Iterable<TextPredicate> {
    return this.#predicates.values();
  }

  /** The literal of: the value is this text. */
  equals(text: string): Literal {
    const known = this.#literals.get(text);
    if (known !== undefined) return known.literal;
    if (!this.domain.accepts(text)) return FALSE;
    const literal = this.#exclusive.next();
    this.#literals.set(text, { text, literal });
    for (const predicate of this.#predicates.values()) this.#imply(text, literal, predicate);
    return literal;
  }

  /** The literal of: the pattern describes the value; of nothing when there is no room for it. @param key names the pattern */
  matches(key: string, patternOf: () => Pattern): Literal {
    const known = this.#predicates.get(key);
    if (known !== undefined) return known.literal;
    const literal = this.#solver.newVariable();
    const pattern = patternOf();
    if (!this.#room.takeAutomaton(positionsOf(pattern))) return literal;
    const predicate = { automaton: new Automaton(pattern, this.#room), literal };
    this.#predicates.set(key, predicate);
    for (const { text, literal } of this.#literals.values()) this.#imply(text, literal, predicate);
    return literal;
  }

  /** Only saves questions: which texts have the predicate is checked with every assignment. */
  #imply(text: string, literal: Literal, predicate: TextPredicate): void {
    if (this.#room.before.exhausted) return;
    const holds = predicate.automaton.acceptsText(text, this.#room.before);
    this.#solver.addClause([negate(literal), signed(predicate.literal, holds)]);
  }
}
