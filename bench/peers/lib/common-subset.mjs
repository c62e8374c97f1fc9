// Random policies in the language that all engines share, as policy.json documents: integers, booleans, enums, strings;
// comparisons, between, in, all, any, not; the first match decides, the last rule catches all.
import { randomOf } from "./random.mjs";

const ranges = [
  [0, 100],
  [-50, 50],
  [0, 100_000_000],
  [-1_000_000_000_000, 1_000_000_000_000],
  [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
];
const kinds = ["gold", "silver", "bronze", "none", "true", "0", "Gold"];
/** No quotes and no backslashes: how a text is quoted is not the question here. Two of them look alike and are not equal. */
const texts = [
  "",
  " ",
  "a",
  "A",
  "10",
  "9",
  "null",
  "caf\u00e9",
  "cafe\u0301",
  "\u65e5\u672c",
  "\u{1f600}",
  "two words",
];
const decisions = ["approved", "rejected", "pending_override"];

/** @param {number} seed */
export function randomPolicy(seed) {
  const random = randomOf(seed);
  const signalsSchema = randomSchema(random);
  const count = random.integer(1, 8);
  const rules = Array.from({ length: count }, (_, index) =>
    ruleOf(`rule-${index + 1}`, randomCondition(random, signalsSchema, 3), random.pick(decisions)),
  );
  return {
    policyId: "random",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema,
    override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 86_400 },
    rules: [...rules, ruleOf("catch-all", { all: [] }, random.pick(decisions))],
  };
}

const ruleOf = (id, condition, decision) => ({
  id,
  condition,
  outcome: { decision, action: "act", reason: "random" },
});

function randomSchema(random) {
  const types = ["integer", "integer", "integer", "boolean", "enum", "string", "string"];
  return Object.fromEntries(
    Array.from({ length: random.integer(2, 6) }, (_, index) => {
      const type = random.pick(types);
      return [`${type}_${index}`, declarationOf(random, type)];
    }),
  );
}

function declarationOf(random, type) {
  switch (type) {
    case "integer": {
      const [minimum, maximum] = random.pick(ranges);
      return { type, minimum, maximum };
    }
    case "enum":
      return { type, values: random.some(kinds, 5) };
    case "string":
      return { type, maxLength: 20 };
    default:
      return { type };
  }
}

function randomCondition(random, schema, depth) {
  if (depth === 0 || random.chance(0.4)) return randomComparison(random, schema);
  const kind = random.pick(["all", "all", "any", "any", "not"]);
  if (kind === "not") return { not: randomCondition(random, schema, depth - 1) };
  return {
    [kind]: Array.from({ length: random.integer(1, 3) }, () => randomCondition(random, schema, depth - 1)),
  };
}

function randomComparison(random, schema) {
  const [signal, declaration] = random.pick(Object.entries(schema));
  const ordered = ["greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"];
  const operators = ["equals", "not_equals"];
  if (declaration.type === "integer") operators.push(...ordered, ...ordered, "between", "between");
  if (declaration.type !== "boolean") operators.push("in", "not_in");
  const operator = random.pick(operators);
  if (operator === "in" || operator === "not_in") {
    const members = Array.from({ length: random.integer(1, 4) }, () => literalOf(random, declaration));
    return { signal, [operator]: [...new Set(members)] };
  }
  if (operator === "between") {
    const bounds = [literalOf(random, declaration), literalOf(random, declaration)];
    return { signal, between: bounds.sort((left, right) => left - right) };
  }
  return { signal, [operator]: otherSignal(random, schema, signal) ?? literalOf(random, declaration) };
}

/** Now and then another signal instead of a literal; not for enums, whose values would have to be the same. */
function otherSignal(random, schema, signal) {
  const { type } = schema[signal];
  const others = Object.keys(schema).filter((name) => name !== signal && schema[name].type === type);
  if (type === "enum" || others.length === 0 || !random.chance(0.2)) return undefined;
  return { signal: random.pick(others) };
}

function literalOf(random, { type, minimum, maximum, values }) {
  switch (type) {
    case "integer":
      return random.chance(0.2) ? random.pick([minimum, maximum]) : randomInteger(random, minimum, maximum);
    case "enum":
      return random.pick(values);
    case "string":
      return random.pick(texts);
    default:
      return random.chance(0.5);
  }
}

/** The width of the widest range is no safe integer, so it is drawn around zero. */
function randomInteger(random, minimum, maximum) {
  if (Number.isSafeInteger(maximum - minimum)) return random.integer(minimum, maximum);
  return random.pick([-1, 1]) * random.integer(0, maximum);
}

/**
 * Half of the values random, half at the edges that the policy itself draws.
 * @returns {object[]} signals that the policy's schema accepts
 */
export function randomInputs(document, count, seed) {
  const random = randomOf(seed);
  const edges = Object.fromEntries(
    Object.entries(document.signalsSchema).map(([name, declaration]) => [
      name,
      edgesOf(declaration, literalsOf(document.rules, name)),
    ]),
  );
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      Object.entries(document.signalsSchema).map(([name, declaration]) => [
        name,
        random.chance(0.5) ? random.pick(edges[name]) : literalOf(random, declaration),
      ]),
    ),
  );
}

function edgesOf({ type, minimum, maximum, values }, literals) {
  switch (type) {
    case "integer": {
      const around = [minimum, maximum, 0, ...literals].flatMap((value) => [value - 1, value, value + 1]);
      return around.filter((value) => value >= minimum && value <= maximum);
    }
    case "enum":
      return values;
    case "string":
      return [
        "",
        ...literals.flatMap((text) => [text, `${text} `, text.toUpperCase(), text.normalize("NFD")]),
      ];
    default:
      return [true, false];
  }
}

/** @returns {(number | string | boolean)[]} what any rule compares the signal with */
function literalsOf(part, name) {
  if (Array.isArray(part)) return part.flatMap((item) => literalsOf(item, name));
  if (part === null || typeof part !== "object") return [];
  if (part.signal === name) {
    return Object.entries(part)
      .filter(([member]) => member !== "signal")
      .flatMap(([, operand]) => operand)
      .filter((operand) => typeof operand !== "object");
  }
  return Object.values(part).flatMap((member) => literalsOf(member, name));
}
