import type { SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { AutomatonRoom } from "./automaton-room.js";
import type { Budget } from "./budget.js";
import { Formula } from "./formula.js";
import { ListMembers } from "./list-members.js";
import { ListTheory, type ListValues } from "./list-theory.js";
import { type Item, ListVariable, type ScalarVariable } from "./list-variable.js";
import { FALSE, type Literal, negate, TRUE } from "./literal.js";
import { OrderTheory } from "./order-theory.js";
import { EnumValues, type Ordinal } from "./ordinals.js";
import { OrdinalVariable } from "./ordinal-variable.js";
import type { Refutation } from "./refutation.js";
import { SatSolver } from "./sat-solver.js";
import type { ScopedSignal, UnknownSignal } from "./scope.js";
import { commonDomain } from "./signal-domain.js";
import { spellItems } from "./spell-item.js";
import { TextTheory, type TextValues } from "./text-theory.js";
import { TextVariable } from "./text-variable.js";

export type Answer =
  | { readonly status: "found" }
  /** Proved. The core holds assumptions that cannot all be true. */
  | { readonly status: "impossible"; readonly core: readonly Literal[] }
  /** The budget was used up, or what was found depends on a part that is not exact. */
  | { readonly status: "undecided" };

/** Steps that one check of texts or lists may take. */
const theorySteps = 50_000;

/**
 * All inputs of one or several policies as a propositional formula over what their conditions ask, with theories that
 * know which answers go together: a solver that learns from conflicts chooses the answers (DPLL(T), Nieuwenhuis et al.
 * 2006), and the theories find values for them or say why there are none.
 *
 * Values that are absent have a value here all the same, on which nothing depends: every leaf asks for presence as well.
 */
export class InputSpace {
  readonly #solver = new SatSolver();
  readonly formula = new Formula(this.#solver);
  readonly enums = new EnumValues();
  readonly orders = new OrderTheory(this.#solver, this.formula);
  readonly texts = new TextTheory(this.#solver);
  readonly lists = new ListTheory(this.#solver);
  readonly #room = new AutomatonRoom();
  readonly members = new ListMembers(this.#solver, this.orders, this.texts);
  /** Assumed in every question. A clause that is not proved holds under it alone, and so shows in the core. */
  readonly #trust = this.#solver.newVariable(true);
  #ordinals: ReadonlyMap<OrdinalVariable, Ordinal> = new Map();
  #words: TextValues = new Map();
  #listed: ListValues = new Map();

  /** An unknown that all declarations, which are of one family, accept; it is optional when all say so. */
  newSignal(declarations: readonly [SignalDeclaration, ...SignalDeclaration[]]): UnknownSignal {
    const optional = declarations.every((declaration) => declaration.optional);
    const domain = commonDomain(declarations, this.enums);
    if (domain === undefined) {
      if (!optional) this.require([FALSE]);
      return { presence: FALSE, value: undefined };
    }
    const presence = optional ? this.#solver.newVariable() : TRUE;
    switch (domain.kind) {
      case "ordinal":
        return { presence, value: new OrdinalVariable(this.#solver, domain.domain, domain.family) };
      case "text": {
        const value = new TextVariable(this.#solver, this.formula, domain.domain, this.#room);
        this.texts.relations.add(value);
        return { presence, value };
      }
      case "list": {
        const value = new ListVariable(this.#solver, this.formula, domain.domain);
        this.lists.relations.add(value);
        return { presence, value };
      }
    }
  }

  /** Another unknown with the values of the given one. */
  newOrdinal({ domain, family }: OrdinalVariable): OrdinalVariable {
    return new OrdinalVariable(this.#solver, domain, family);
  }

  /** A literal of which nothing is known: it stands for what this space cannot express. */
  unknown(): Literal {
    return this.#solver.newVariable();
  }

  /** Demands, from now on, that one of the literals is true. */
  require(literals: readonly Literal[]): void {
    this.#solver.addClause(literals);
  }

  /** Looks for an input for which all assumptions are true; `valueOf` then tells it. */
  solve(assumptions: readonly Literal[], budget: Budget): Answer {
    if (this.#room.isTooSmall) return { status: "undecided" };
    const verdict = this.#solver.solve({
      assumptions: [this.#trust, ...assumptions],
      check: () => this.#check(budget),
      budget,
    });
    if (verdict === "satisfiable") return { status: "found" };
    const { core } = this.#solver;
    if (verdict === "exhausted" || core.includes(this.#trust)) return { status: "undecided" };
    return { status: "impossible", core };
  }

  /** Whether the literal is true for the input that was found. */
  isTrue(literal: Literal): boolean {
    return this.#solver.isTrue(literal);
  }

  /** The signal's value in the input that was found, in the spelling of its declaration; undefined when absent. */
  valueOf({ presence, value, declaration }: ScopedSignal): SignalValue | undefined {
    if (value === undefined || !this.#solver.isTrue(presence)) return undefined;
    const found = value instanceof ListVariable ? (this.#listed.get(value) ?? []) : this.#itemOf(value);
    return spellItems(found, declaration, this.enums);
  }

  #itemOf(variable: ScalarVariable): Item {
    if (variable instanceof TextVariable) return this.#words.get(variable) ?? "";
    return this.#ordinals.get(variable) ?? variable.example();
  }

  /** Finds values for an assignment of all literals, or a clause that it violates. */
  #check(whole: Budget): readonly Literal[] | undefined {
    const ordinals = this.orders.check();
    if (!("size" in ordinals)) return ordinals;
    this.#ordinals = ordinals;
    const budget = whole.part(theorySteps);
    const words = this.texts.check(budget);
    if ("clause" in words) return this.#clauseOf(words);
    this.#words = words;
    const listed = this.lists.check(
      {
        valueOf: (variable) => this.#itemOf(variable),
        reasonsOf: (variable) => this.members.reasonsOf(variable),
        isExact: (variable) => this.members.isExact(variable),
      },
      budget,
    );
    if ("clause" in listed) return this.#clauseOf(listed);
    this.#listed = listed;
    return undefined;
  }

  #clauseOf({ clause, proved }: Refutation): readonly Literal[] {
    return proved ? clause : [negate(this.#trust), ...clause];
  }
}
