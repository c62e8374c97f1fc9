import fc from "fast-check";
import { bounds, characterCount, type SignalSource, texts } from "./signal-arbitrary.js";

export type SignalSources = ReadonlyMap<string, SignalSource>;

const equality = ["equals", "not_equals"];
const order = ["greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"];
const patterns = ["a*", "(a|b)+", "[^a]{1,2}", ".", "ab?a?", "[a-zA-Z]*", "", ".*@.*", "([0-9]{1,3}\\.?){4}"];

type Operation = readonly [operator: string, operand: unknown];

/** A condition with one operator, as the document writes it. */
function leaf(sources: SignalSources): fc.Arbitrary<unknown> {
  return fc.constantFrom(...sources.keys()).chain((signal) => {
    const source = sources.get(signal);
    if (source === undefined) throw new Error("Every name has a source.");
    return operatorsOf(source, sources).map(([operator, operand]) => ({ signal, [operator]: operand }));
  });
}

function operatorsOf(source: SignalSource, sources: SignalSources): fc.Arbitrary<Operation> {
  const { declaration, values } = source;
  const { type } = declaration;
  if (type === "list") return listOperators(source, sources);
  const ordered = !["boolean", "string", "enum"].includes(type);
  const binary = fc.constantFrom(...equality, ...(ordered ? order : []));
  const literal = fc.constantFrom(...values);
  const operations: fc.Arbitrary<Operation>[] = [
    fc.tuple(fc.constant("exists"), fc.boolean()),
    fc.tuple(binary, literal),
    fc.tuple(binary, signalOf(namesOf(sources, (other) => other.type === type))),
  ];
  if (type !== "boolean") {
    const list = fc.uniqueArray(literal, { minLength: 1, maxLength: 4, comparator: (a, b) => a === b });
    operations.push(fc.tuple(fc.constantFrom("in", "not_in"), list));
  }
  if (ordered) operations.push(bounds(values).map(({ low, high }): Operation => ["between", [low, high]]));
  if (type === "string") {
    operations.push(fc.tuple(fc.constant("matches"), fc.constantFrom(...patterns)));
    const longest = Number(declaration["maxLength"]);
    const parts = texts.filter((text) => text !== "" && characterCount(text) <= longest);
    if (parts.length > 0) {
      const operator = fc.constantFrom("contains", "starts_with", "ends_with");
      operations.push(fc.tuple(operator, fc.constantFrom(...parts)));
    }
  }
  return fc.oneof(...operations);
}

function listOperators(
  { declaration, values }: SignalSource,
  sources: SignalSources,
): fc.Arbitrary<Operation> {
  const item = itemTypeOf(declaration);
  const items = values.flat();
  const lists = namesOf(sources, (other) => other.type === "list" && itemTypeOf(other) === item);
  const scalars = namesOf(sources, (other) => other.type === item);
  const operations: fc.Arbitrary<Operation>[] = [
    fc.tuple(fc.constant("exists"), fc.boolean()),
    fc.tuple(fc.constantFrom(...equality), fc.oneof(fc.constantFrom(...values), signalOf(lists))),
  ];
  if (items.length > 0) operations.push(fc.tuple(fc.constant("contains"), fc.constantFrom(...items)));
  if (scalars.length > 0) operations.push(fc.tuple(fc.constant("contains"), signalOf(scalars)));
  return fc.oneof(...operations);
}

function itemTypeOf(declaration: Readonly<Record<string, unknown>>): unknown {
  const { items } = declaration;
  return typeof items === "object" && items !== null && "type" in items ? items.type : undefined;
}

function namesOf(
  sources: SignalSources,
  fits: (declaration: SignalSource["declaration"]) => boolean,
): readonly string[] {
  return [...sources].filter(([, { declaration }]) => fits(declaration)).map(([name]) => name);
}

function signalOf(names: readonly string[]): fc.Arbitrary<unknown> {
  return fc.constantFrom(...names).map((signal) => ({ signal }));
}

/** Any condition over the signals. */
export function conditionOver(sources: SignalSources): fc.Arbitrary<unknown> {
  return fc.letrec<{ condition: unknown }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4, depthSize: "small", withCrossShrink: true },
      leaf(sources),
      fc.record({ all: fc.array(tie("condition"), { maxLength: 4 }) }),
      fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }) }),
      fc.record({ not: tie("condition") }),
    ),
  })).condition;
}
