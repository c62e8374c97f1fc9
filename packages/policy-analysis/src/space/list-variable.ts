import { ExclusiveLiterals } from "./exclusive-literals.js";
import type { Formula } from "./formula.js";
import { FALSE, type Literal, negate, signed } from "./literal.js";
import type { Ordinal, OrdinalDomain } from "./ordinals.js";
import type { OrdinalVariable } from "./ordinal-variable.js";
import type { SatSolver } from "./sat-solver.js";
import { TextDomain } from "./text-domain.js";
import type { TextVariable } from "./text-variable.js";

/** A member of a list: an ordinal or a text. Equal items are equal values. */
export type Item = Ordinal | string;

export type ItemDomain = OrdinalDomain | TextDomain;

/** The lists that a declaration accepts, lengths inclusive. */
export interface ListDomain {
  /** Undefined when nothing is accepted as an item. */
  readonly items: ItemDomain | undefined;
  readonly minItems: number;
  readonly maxItems: number;
}

export type ScalarVariable = OrdinalVariable | TextVariable;

/** A list, or an item, that conditions ask for. */
export interface ListLiteral {
  readonly items: readonly Item[];
  readonly literal: Literal;
}

interface ItemLiteral {
  readonly item: Item;
  readonly literal: Literal;
}

/** Whether the list has the value of another signal. */
export interface MemberLiteral {
  readonly variable: ScalarVariable;
  readonly literal: Literal;
}

/** An unknown list: one literal per list it is compared with, of which at most one is true, and one per item it may have. */
export class ListVariable {
  readonly domain: ListDomain;
  readonly #solver: SatSolver;
  readonly #exclusive: ExclusiveLiterals;
  readonly #literals = new Map<string, ListLiteral>();
  readonly #items = new Map<Item, ItemLiteral>();
  readonly #members = new Map<ScalarVariable, MemberLiteral>();

  constructor(solver: SatSolver, formula: Formula, domain: ListDomain) {
    this.#solver = solver;
    this.#exclusive = new ExclusiveLiterals(solver, formula);
    this.domain = domain;
  }

  get literals(): Iterable<ListLiteral> {
    return this.#literals.values();
  }

  get items(): Iterable<ItemLiteral> {
    return this.#items.values();
  }

  get members(): Iterable<MemberLiteral> {
    return this.#members.values();
  }

  /** The literal of: the value is this list. */
  equals(items: readonly Item[]): Literal {
    const key = listKey(items);
    const known = this.#literals.get(key);
    if (known !== undefined) return known.literal;
    if (!acceptsList(this.domain, items)) return FALSE;
    const list = { items, literal: this.#exclusive.next() };
    this.#literals.set(key, list);
    for (const item of this.#items.values()) this.#imply(list, item);
    return list.literal;
  }

  /** The literal of: the list has this item. */
  contains(item: Item): Literal {
    const known = this.#items.get(item);
    if (known !== undefined) return known.literal;
    if (!acceptsItem(this.domain.items, item)) return FALSE;
    const found = { item, literal: this.#solver.newVariable() };
    this.#items.set(item, found);
    for (const list of this.#literals.values()) this.#imply(list, found);
    return found.literal;
  }

  /** The literal of: the list has the value of the variable. */
  containsValueOf(variable: ScalarVariable): Literal {
    const known = this.#members.get(variable);
    if (known !== undefined) return known.literal;
    const member = { variable, literal: this.#solver.newVariable() };
    this.#members.set(variable, member);
    return member.literal;
  }

  #imply(list: ListLiteral, { item, literal }: ItemLiteral): void {
    this.#solver.addClause([negate(list.literal), signed(literal, list.items.includes(item))]);
  }
}

export function acceptsItem(domain: ItemDomain | undefined, item: Item): boolean {
  if (domain === undefined) return false;
  if (domain instanceof TextDomain) return typeof item === "string" && domain.accepts(item);
  return typeof item === "bigint" && domain.floor(item) === item && domain.ceil(item) === item;
}

export function acceptsList({ items, minItems, maxItems }: ListDomain, list: readonly Item[]): boolean {
  return list.length >= minItems && list.length <= maxItems && list.every((item) => acceptsItem(items, item));
}

/** Equal for equal lists alone. */
export function listKey(items: readonly Item[]): string {
  return JSON.stringify(items.map(String));
}
