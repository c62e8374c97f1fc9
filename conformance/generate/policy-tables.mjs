// Conditions, and values with which they hold or do not, by type. Written by hand from docs/attestation-format.md, section 12.
const x = (value) => (value === undefined ? {} : { x: value });
const xy = ([left, right]) => ({ ...x(left), ...(right === undefined ? {} : { y: right }) });
const absent = undefined;

/** A condition on x, and values of it. */
const on = (condition, holds, fails) => ({
  condition: { signal: "x", ...condition },
  holds: holds.map(x),
  fails: fails.map(x),
});
/** A condition on x and y. */
const both = (operator, holds, fails) => ({
  condition: { signal: "x", [operator]: { signal: "y" } },
  holds: holds.map(xy),
  fails: fails.map(xy),
});
/** Any condition. */
const any = (condition, holds, fails) => ({ condition, holds, fails });
const optional = (declaration) => ({ ...declaration, optional: true });

const order = (middle, below, above) => ({
  equals: on({ equals: middle }, [middle], [below, above, absent]),
  "not-equals": on({ not_equals: middle }, [below, above], [middle, absent]),
  greater: on({ greater_than: middle }, [above], [below, middle, absent]),
  "greater-or-equal": on({ greater_than_or_equal: middle }, [middle, above], [below, absent]),
  less: on({ less_than: middle }, [below], [middle, above, absent]),
  "less-or-equal": on({ less_than_or_equal: middle }, [below, middle], [above, absent]),
  between: on({ between: [below, middle] }, [below, middle], [above, absent]),
  "between-one": on({ between: [middle, middle] }, [middle], [below, above]),
  in: on({ in: [below, middle] }, [below, middle], [above, absent]),
  "not-in": on({ not_in: [below, middle] }, [above], [below, middle, absent]),
  exists: on({ exists: true }, [middle], [absent]),
  "exists-not": on({ exists: false }, [absent], [middle]),
  "not-less": any({ not: { signal: "x", less_than: middle } }, [x(middle), x(above), {}], [x(below)]),
  "not-equals-absent": any({ not: { signal: "x", not_equals: middle } }, [x(middle), {}], [x(below)]),
});

const ordered = (middle, below, above) => ({
  "y-equals": both(
    "equals",
    [[middle, middle]],
    [
      [middle, above],
      [middle, absent],
      [absent, middle],
      [absent, absent],
    ],
  ),
  "y-not-equals": both(
    "not_equals",
    [[middle, above]],
    [
      [middle, middle],
      [middle, absent],
      [absent, absent],
    ],
  ),
  "y-greater": both(
    "greater_than",
    [[above, middle]],
    [
      [middle, middle],
      [below, middle],
      [above, absent],
    ],
  ),
  "y-greater-or-equal": both(
    "greater_than_or_equal",
    [
      [middle, middle],
      [above, below],
    ],
    [
      [below, middle],
      [absent, below],
    ],
  ),
  "y-less": both(
    "less_than",
    [[below, middle]],
    [
      [middle, middle],
      [above, middle],
      [absent, middle],
    ],
  ),
  "y-less-or-equal": both(
    "less_than_or_equal",
    [
      [middle, middle],
      [below, above],
    ],
    [
      [above, middle],
      [below, absent],
    ],
  ),
});

const SAFE = 9007199254740991;
const integer = optional({ type: "integer", minimum: -SAFE, maximum: SAFE });
const number = optional({ type: "number" });
const decimal = (scale) => optional({ type: "decimal", scale });
const string = optional({ type: "string" });
const nines = "9".repeat(30);

export const tables = {
  boolean: {
    declarations: { x: optional({ type: "boolean" }), y: optional({ type: "boolean" }) },
    conditions: {
      equals: on({ equals: true }, [true], [false, absent]),
      "equals-false": on({ equals: false }, [false], [true, absent]),
      "not-equals": on({ not_equals: true }, [false], [true, absent]),
      "y-equals": both(
        "equals",
        [
          [true, true],
          [false, false],
        ],
        [
          [true, false],
          [true, absent],
          [absent, absent],
        ],
      ),
      "exists-not": on({ exists: false }, [absent], [true, false]),
    },
  },
  integer: {
    declarations: { x: integer, y: integer },
    conditions: {
      ...order(0, -1, 1),
      ...ordered(7, -7, 70),
      largest: on({ greater_than_or_equal: SAFE }, [SAFE], [SAFE - 1]),
      smallest: on({ less_than: -SAFE + 1 }, [-SAFE], [-SAFE + 1]),
      "by-value": on({ greater_than: 9 }, [10, 100], [9, -10, -100]),
    },
  },
  number: {
    declarations: { x: number, y: number },
    conditions: {
      ...order(0.5, -0.5, 0.75),
      ...ordered(1.5, -2.25, 1e3),
      sum: on({ equals: 0.3 }, [0.3], [0.30000000000000004, 0.29999999999999993]),
      tiny: on({ greater_than: 0 }, [5e-324, 1e-300], [0, -5e-324]),
      third: on(
        { less_than: 0.3333333333333333 },
        [0.33333333333333326],
        [0.3333333333333333, 0.33333333333333337],
      ),
    },
  },
  decimal: {
    declarations: { x: decimal(2), y: decimal(4) },
    conditions: {
      ...order("0.00", "-0.01", "0.01"),
      "by-value": on({ greater_than: "9.99" }, ["10.00", "100.00"], ["9.99", "9.98", "-10.00"]),
      negative: on({ less_than: "-9.99" }, ["-10.00", "-100.00"], ["-9.99", "-9.98", "10.00"]),
      large: on({ equals: `${nines}.99` }, [`${nines}.99`], [`${nines}.98`, `-${nines}.99`]),
      "large-less": on({ less_than: `${nines}.99` }, [`${nines}.98`], [`${nines}.99`]),
      exact: on({ equals: "0.30" }, ["0.30"], ["0.29", "0.31"]),
      "y-equals": both(
        "equals",
        [
          ["12.50", "12.5000"],
          ["0.00", "0.0000"],
        ],
        [
          ["12.50", "12.5001"],
          ["12.50", "-12.5000"],
          ["12.50", absent],
        ],
      ),
      "y-less": both(
        "less_than",
        [
          ["12.50", "12.5001"],
          ["-12.50", "-12.4999"],
          ["9.99", "10.0000"],
        ],
        [
          ["12.50", "12.5000"],
          ["12.50", "12.4999"],
          ["-12.50", "-12.5001"],
          [absent, "0.0000"],
        ],
      ),
      "y-greater-or-equal": both(
        "greater_than_or_equal",
        [
          ["12.50", "12.5000"],
          ["12.51", "12.5099"],
        ],
        [["12.50", "12.5001"]],
      ),
    },
  },
  string: {
    declarations: { x: string, y: string },
    conditions: {
      equals: on({ equals: "abc" }, ["abc"], ["ABC", "abc ", "ab", "", absent]),
      "not-equals": on({ not_equals: "abc" }, ["ABC", ""], ["abc", absent]),
      composed: on({ equals: "\u00e9" }, ["\u00e9"], ["e\u0301", "e"]),
      in: on({ in: ["a", "", "\u{1f680}"] }, ["a", "", "\u{1f680}"], ["b", "a\u0000", absent]),
      "not-in": on({ not_in: ["a", "b"] }, ["c", ""], ["a", absent]),
      contains: on({ contains: "b" }, ["abc", "b"], ["ac", "B", "", absent]),
      "contains-astral": on({ contains: "\u{1f680}" }, ["a\u{1f680}b"], ["a\u{1f681}b"]),
      starts: on({ starts_with: "ab" }, ["ab", "abc"], ["a", "bab", "Ab", absent]),
      ends: on({ ends_with: "bc" }, ["bc", "abc"], ["c", "bcb", "", absent]),
      "ends-longer": on({ ends_with: "aaaa" }, ["aaaa", "baaaa"], ["aaa", "a"]),
      "y-equals": both(
        "equals",
        [
          ["a", "a"],
          ["", ""],
        ],
        [
          ["a", "b"],
          ["a", absent],
          [absent, absent],
        ],
      ),
      "y-not-equals": both(
        "not_equals",
        [["a", "b"]],
        [
          ["a", "a"],
          ["a", absent],
        ],
      ),
      "exists-empty": on({ exists: true }, ["", "a"], [absent]),
    },
  },
  pattern: {
    declarations: { x: string },
    conditions: {
      whole: on(
        { matches: "[A-Z]{2}[0-9]+" },
        ["AB1", "ZZ999"],
        ["xAB1", "AB1x", "AB", "ab1", "AB1\n", absent],
      ),
      empty: on({ matches: "" }, [""], ["a", "\n"]),
      dot: on({ matches: "." }, ["a", "\u{1f680}", "\u2028", "\u0085"], ["", "\n", "\r", "ab"]),
      choice: on({ matches: "a|bc|" }, ["a", "bc", ""], ["abc", "b"]),
      "choice-inside": on({ matches: "x(a|bc)y" }, ["xay", "xbcy"], ["xy", "xabcy"]),
      star: on({ matches: "(ab)*" }, ["", "ab", "abab"], ["a", "aba"]),
      plus: on({ matches: "a+b?" }, ["a", "aaab"], ["b", "abb"]),
      exact: on({ matches: "a{3}" }, ["aaa"], ["aa", "aaaa"]),
      range: on({ matches: "a{2,4}" }, ["aa", "aaaa"], ["a", "aaaaa"]),
      open: on({ matches: "(ab){2,}" }, ["abab", "ababab"], ["ab", "ababa"]),
      zero: on({ matches: "a{0}b" }, ["b"], ["ab"]),
      class: on({ matches: "[a-c_-]+" }, ["a-c", "_"], ["d", "", "B"]),
      negated: on({ matches: "[^a-c]" }, ["d", "\n", "\u{1f680}"], ["a", "", "dd"]),
      "class-of-specials": on({ matches: "[.*+?$(){}|]+" }, [".*+?$(){}|"], ["a", "^"]),
      caret: on({ matches: "\\^[a^]" }, ["^^", "^a"], ["^", "a^"]),
      escapes: on({ matches: "\\(\\)\\*\\+\\-\\.\\?\\[\\\\\\]\\^\\{\\|\\}" }, ["()*+-.?[\\]^{|}"], ["()"]),
      controls: on({ matches: "\\n\\r\\t" }, ["\n\r\t"], ["nrt"]),
      "astral-range": on(
        { matches: "[\u{1f600}-\u{1f64f}]" },
        ["\u{1f600}", "\u{1f64f}"],
        ["\u{1f650}", "\ud83c\udf00", "x"],
      ),
      "not-normalised": on({ matches: "\u00e9" }, ["\u00e9"], ["e\u0301"]),
      case: on({ matches: "straße" }, ["straße"], ["STRASSE", "strasse"]),
      nested: on({ matches: "((a*)*|b)*" }, ["", "aaab", "bab"], ["c", "aac"]),
      hostile: on({ matches: "(a|a)*(a|aa)+b" }, ["aaab"], ["a".repeat(1024), `${"a".repeat(1000)}c`]),
    },
  },
  enum: {
    declarations: {
      x: optional({ type: "enum", values: ["new", "vip", "Vip"] }),
      y: optional({ type: "enum", values: ["vip", "old"] }),
    },
    conditions: {
      equals: on({ equals: "vip" }, ["vip"], ["Vip", "new", absent]),
      "not-equals": on({ not_equals: "vip" }, ["Vip", "new"], ["vip", absent]),
      in: on({ in: ["new", "vip"] }, ["new", "vip"], ["Vip", absent]),
      "not-in": on({ not_in: ["new"] }, ["vip"], ["new", absent]),
      "y-equals": both(
        "equals",
        [["vip", "vip"]],
        [
          ["new", "old"],
          ["Vip", "vip"],
          ["vip", absent],
        ],
      ),
    },
  },
  date: {
    declarations: { x: optional({ type: "date" }), y: optional({ type: "date" }) },
    conditions: {
      ...order("2024-02-29", "2024-02-28", "2024-03-01"),
      ...ordered("2026-11-20", "0001-01-01", "9999-12-31"),
    },
  },
  timestamp: {
    declarations: { x: optional({ type: "timestamp" }), y: optional({ type: "timestamp" }) },
    conditions: {
      ...order("2026-11-20T12:00:00.000Z", "2026-11-20T11:59:59.999Z", "2026-11-20T12:00:00.001Z"),
      ...ordered("2000-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z", "9998-12-31T23:59:59.999Z"),
    },
  },
  list: {
    declarations: {
      x: optional({ type: "list", items: { type: "string" }, maxItems: 5 }),
      y: optional({ type: "string" }),
      d: optional({ type: "list", items: { type: "decimal", scale: 2 }, maxItems: 5 }),
      e: optional({ type: "list", items: { type: "decimal", scale: 1 }, maxItems: 5 }),
      n: optional({ type: "list", items: { type: "integer", minimum: -9, maximum: 9 }, maxItems: 5 }),
      f: optional({ type: "decimal", scale: 3 }),
    },
    conditions: {
      equals: on({ equals: ["a", "b"] }, [["a", "b"]], [["b", "a"], ["a"], ["a", "b", "b"], [], absent]),
      "equals-empty": on({ equals: [] }, [[]], [["a"], [""], absent]),
      "not-equals": on({ not_equals: ["a"] }, [["b"], [], ["a", "a"]], [["a"], absent]),
      contains: on({ contains: "a" }, [["a"], ["b", "a"]], [[], ["A"], ["ab"], absent]),
      "y-contains": both(
        "contains",
        [[["a", "b"], "b"]],
        [
          [["a"], "b"],
          [["a"], absent],
          [absent, "a"],
        ],
      ),
      "decimals-equal": any(
        { signal: "d", equals: { signal: "e" } },
        [
          { d: ["1.50", "-2.00"], e: ["1.5", "-2.0"] },
          { d: [], e: [] },
        ],
        [{ d: ["1.51"], e: ["1.5"] }, { d: ["1.50"], e: ["1.5", "1.5"] }, { d: ["1.50"] }],
      ),
      "decimal-contained": any(
        { signal: "d", contains: { signal: "f" } },
        [{ d: ["0.10", "1.50"], f: "1.500" }],
        [
          { d: ["1.50"], f: "1.501" },
          { d: [], f: "0.000" },
        ],
      ),
      integers: any({ signal: "n", contains: 0 }, [{ n: [0] }, { n: [1, 0] }], [{ n: [1] }, { n: [] }]),
      exists: on({ exists: true }, [[], ["a"]], [absent]),
    },
  },
  logic: {
    declarations: { p: optional({ type: "boolean" }), q: optional({ type: "boolean" }) },
    conditions: {
      "all-of-nothing": any({ all: [] }, [{}, { p: true }], []),
      all: any(
        {
          all: [
            { signal: "p", equals: true },
            { signal: "q", equals: true },
          ],
        },
        [{ p: true, q: true }],
        [{ p: true, q: false }, { q: true }, {}],
      ),
      any: any(
        {
          any: [
            { signal: "p", equals: true },
            { signal: "q", equals: true },
          ],
        },
        [{ p: true, q: false }, { q: true }],
        [{ p: false, q: false }, {}],
      ),
      not: any({ not: { signal: "p", equals: true } }, [{ p: false }, {}], [{ p: true }]),
      "not-not": any({ not: { not: { signal: "p", equals: true } } }, [{ p: true }], [{ p: false }, {}]),
      "not-all-of-nothing": any({ not: { all: [] } }, [], [{}, { p: true }]),
      "not-any": any(
        {
          not: {
            any: [
              { signal: "p", equals: true },
              { signal: "q", equals: true },
            ],
          },
        },
        [{ p: false }, {}],
        [{ p: true }, { q: true }],
      ),
      guarded: any(
        { all: [{ signal: "p", exists: true }, { not: { signal: "p", equals: true } }] },
        [{ p: false }],
        [{ p: true }, {}],
      ),
      deep: any(
        Array.from({ length: 28 }).reduce((inner) => ({ not: inner }), { signal: "p", equals: true }),
        [{ p: true }],
        [{ p: false }, {}],
      ),
    },
  },
};
