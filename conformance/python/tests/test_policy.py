"""The policy language (section 12)."""

from __future__ import annotations

import json
import re
import time
import unittest
from typing import Any, Dict, Optional

from parmana_verifier.patterns import read_pattern
from parmana_verifier.policy import Policy, read_policy

from .test_strict_json import code_of

OUTCOME = {"decision": "approved", "action": "a", "reason": "r"}
CATCH_ALL = {"id": "last", "condition": {"all": []}, "outcome": {**OUTCOME, "decision": "rejected"}}


def document(schema: Dict[str, Any], condition: Any = None, **members: Any) -> Dict[str, Any]:
    rules = [] if condition is None else [{"id": "first", "condition": condition, "outcome": OUTCOME}]
    return {
        "policyId": "p",
        "policyVersion": "1.0.0",
        "schemaVersion": "1.0.0",
        "signalsSchema": schema,
        "rules": rules + [CATCH_ALL],
        **members,
    }


def read(value: Any) -> Policy:
    return read_policy(json.dumps(value).encode("utf-8"), "p", "1.0.0")


def refused(value: Any) -> Optional[str]:
    return code_of(read, value)


def declared(declaration: Any) -> Optional[str]:
    return refused(document({"s": declaration}))


def decides(schema: Dict[str, Any], condition: Any, signals: Dict[str, Any]) -> bool:
    policy = read(document(schema, condition))
    signals = {name: float(value) if type(value) is int else value for name, value in signals.items()}
    policy.validate(signals)
    return policy.decide(signals).id == "first"


INTEGER = {"type": "integer", "minimum": 0, "maximum": 100}
DECIMAL = {"type": "decimal", "scale": 2}
STRING = {"type": "string"}
LIST = {"type": "list", "items": {"type": "string"}, "maxItems": 3}


class Documents(unittest.TestCase):
    def test_shape(self) -> None:
        good = document({"s": INTEGER})
        self.assertIsNone(refused(good))
        for change, code in (
            ({"schemaVersion": "2.0.0"}, "POL-009"),
            ({"other": 1}, "POL-005"),
            ({"policyId": "P"}, "POL-023"),
            ({"policyId": "q"}, "POL-008"),
            ({"policyVersion": "1"}, "POL-022"),
            ({"policyVersion": "1.0.1"}, "POL-008"),
            ({"signalsSchema": []}, "POL-006"),
            ({"signalsSchema": {f"s{i}": {"type": "boolean"} for i in range(257)}}, "POL-025"),
            ({"signalsSchema": {"1": {"type": "boolean"}}}, "POL-010"),
            ({"rules": {}}, "POL-006"),
            ({"rules": []}, "POL-021"),
            ({"rules": [CATCH_ALL, CATCH_ALL]}, "POL-020"),
            ({"rules": [{**CATCH_ALL, "x": 1}]}, "POL-005"),
            ({"rules": [{**CATCH_ALL, "outcome": {**OUTCOME, "action": "é" * 65}}]}, "POL-019"),
            ({"rules": [{**CATCH_ALL, "outcome": {**OUTCOME, "decision": "pending_override"}}]}, "POL-024"),
            ({"description": ""}, "POL-006"),
            ({"replay": {"identity": "none"}}, "POL-006"),
            ({"override": {"approverRoles": ["a", "a"], "quorum": 1, "expiresAfterSeconds": 1}}, "POL-026"),
            ({"override": {"approverRoles": ["A"], "quorum": 1, "expiresAfterSeconds": 1}}, "POL-023"),
            ({"override": {"approverRoles": ["a"], "quorum": 0, "expiresAfterSeconds": 1}}, "POL-026"),
            ({"override": {"approverRoles": ["a"], "quorum": 1, "expiresAfterSeconds": 1, "signed": None}}, "POL-026"),
        ):
            self.assertEqual(refused({**good, **change}), code, change)
        for name in good:
            less = {member: value for member, value in good.items() if member != name}
            self.assertEqual(refused(less), "POL-004", name)
        self.assertEqual(refused([]), "POL-003")
        self.assertEqual(code_of(read_policy, b"", "p", "1.0.0"), "POL-001")
        self.assertEqual(code_of(read_policy, b"{", "p", "1.0.0"), "POL-002")

    def test_declarations(self) -> None:
        for declaration, code in (
            (None, "POL-011"),
            ({}, "POL-011"),
            ({"type": "text"}, "POL-011"),
            ({"type": "boolean", "minimum": 1}, "POL-011"),
            ({"type": "integer", "minimum": 0}, "POL-011"),
            ({"type": "integer", "minimum": 0.5, "maximum": 1}, "POL-012"),
            ({"type": "integer", "minimum": 2, "maximum": 1}, "POL-012"),
            ({"type": "number"}, None),
            ({"type": "decimal", "scale": 10}, "POL-012"),
            ({"type": "decimal", "scale": 2, "minimum": "1.0"}, "POL-012"),
            ({"type": "decimal", "scale": 2, "minimum": "1.00", "maximum": "0.99"}, "POL-012"),
            ({"type": "string", "minLength": 2000}, "POL-012"),
            ({"type": "string", "maxLength": 16385}, "POL-012"),
            ({"type": "string", "format": "uri"}, "POL-012"),
            ({"type": "enum", "values": []}, "POL-012"),
            ({"type": "enum", "values": ["a", "a"]}, "POL-012"),
            ({"type": "enum", "values": [str(i) for i in range(1001)]}, "POL-025"),
            ({"type": "list", "items": LIST, "maxItems": 1}, "POL-011"),
            ({"type": "list", "items": {"type": "string", "optional": True}, "maxItems": 1}, "POL-011"),
            ({"type": "list", "items": STRING, "maxItems": 1, "minItems": 2}, "POL-012"),
            ({"type": "boolean", "optional": 1}, "POL-012"),
            ({"type": "boolean", "description": 1}, "POL-006"),
            ({"type": "boolean", "provenance": {}}, "POL-029"),
            ({"type": "boolean", "provenance": {"source": []}}, "POL-005"),
            ({"type": "boolean", "provenance": {"signed": False}}, "POL-029"),
            ({"type": "boolean", "provenance": {"signed": True, "subject": "s"}}, "POL-029"),
            ({"type": "boolean", "provenance": {"maxAgeSeconds": 0}}, "POL-029"),
        ):
            self.assertEqual(declared(declaration), code, declaration)

    def test_conditions(self) -> None:
        schema = {"i": INTEGER, "d": DECIMAL, "s": {**STRING, "maxLength": 5}, "l": LIST, "t": {"type": "date"}}
        for condition, code in (
            ([], "POL-013"),
            ({}, "POL-013"),
            ({"all": [], "any": []}, "POL-013"),
            ({"any": []}, "POL-013"),
            ({"all": [{"all": []}] * 1001}, "POL-025"),
            ({"signal": "i", "is": 1}, "POL-014"),
            ({"signal": "i"}, "POL-015"),
            ({"signal": "i", "equals": 1, "not_equals": 2}, "POL-015"),
            ({"signal": 1, "equals": 1}, "POL-013"),
            ({"signal": "x", "equals": 1}, "POL-016"),
            ({"signal": "s", "less_than": "a"}, "POL-018"),
            ({"signal": "l", "in": [["a"]]}, "POL-018"),
            ({"signal": "i", "equals": 101}, "POL-017"),
            ({"signal": "i", "equals": True}, "POL-017"),
            ({"signal": "i", "between": [2, 1]}, "POL-017"),
            ({"signal": "d", "between": ["10.00", "9.00"]}, "POL-017"),
            ({"signal": "i", "in": []}, "POL-017"),
            ({"signal": "i", "in": [1, 1.0]}, "POL-017"),
            ({"signal": "i", "exists": 1}, "POL-017"),
            ({"signal": "s", "contains": "123456"}, "POL-017"),
            ({"signal": "s", "matches": "a**"}, "POL-028"),
            ({"signal": "i", "equals": {"signal": "d"}}, "POL-027"),
            ({"signal": "i", "exists": {"signal": "i"}}, "POL-027"),
            ({"signal": "l", "contains": {"signal": "l"}}, "POL-027"),
            ({"signal": "i", "equals": {"signal": "i", "x": 1}}, "POL-017"),
            ({"signal": "i", "equals": {"signal": 1}}, "POL-013"),
            ({"signal": "i", "equals": {"signal": "x"}}, "POL-016"),
            ({"signal": "l", "contains": {"signal": "s"}}, None),
        ):
            self.assertEqual(refused(document(schema, condition)), code, condition)
        deep: Any = {"all": []}
        for _ in range(31):
            deep = {"not": deep}
        self.assertIsNone(refused(document(schema, deep)))
        self.assertEqual(refused(document(schema, {"not": deep})), "POL-025")

    def test_work_of_patterns(self) -> None:
        schema = {f"s{i}": {"type": "string", "maxLength": 16384} for i in range(3)}
        leaves = [{"signal": f"s{i}", "matches": "[a-z]{1000}"} for i in range(3)]
        self.assertIsNone(refused(document(schema, {"all": leaves[:2] + leaves[:2]})))
        self.assertEqual(refused(document(schema, {"all": leaves})), "POL-025")


class Validation(unittest.TestCase):
    def accepts(self, declaration: Any, value: Any) -> bool:
        policy = read(document({"s": declaration}))
        value = float(value) if type(value) is int else value
        return code_of(policy.validate, {"s": value}) is None

    def test_values(self) -> None:
        host = {"type": "string", "format": "hostname"}
        mail = {"type": "string", "format": "email"}
        address = {"type": "string", "format": "ipv4"}
        for declaration, good, bad in (
            (INTEGER, [0, 100, 1.0], [101, -1, 0.5, True, "1"]),
            (
                DECIMAL,
                ["0.00", "-0.01", "12.50", "9" * 30 + ".00"],
                ["-0.00", "1.5", "1", "01.00", "9" * 31 + ".00", 1],
            ),
            ({"type": "decimal", "scale": 0}, ["0", "-5"], ["-0", "0.", "+1", "1.0"]),
            ({"type": "string", "minLength": 1, "maxLength": 2}, ["😀😀", "a"], ["", "abc", 1]),
            (host, ["a", "a-b.c1", "1.a", "x" * 63], ["A", "-a", "a-", "a..b", "a.1", "", "a.", "x" * 64]),
            (
                mail,
                ["a.b+C@d.e", "x" * 64 + "@a"],
                ["a", "@a", "a@", ".a@b", "a..b@c", "x" * 65 + "@a", "a@B", "a@b@c"],
            ),
            (address, ["0.0.0.0", "255.1.10.100"], ["256.0.0.0", "01.0.0.0", "1.1.1", "1.1.1.1 ", "١.0.0.0"]),
            ({"type": "date"}, ["0001-01-01", "2024-02-29", "9999-12-31"], ["0000-01-01", "2023-02-29", "2023-1-1"]),
            (LIST, [[], ["a", "b", "c"]], [["a"] * 4, [1.0], "a"]),
            ({"type": "enum", "values": ["a", "é"]}, ["a", "é"], ["e\u0301", "A", ""]),
        ):
            for value in good:
                self.assertTrue(self.accepts(declaration, value), value)
            for value in bad:
                self.assertFalse(self.accepts(declaration, value), value)

    def test_the_first_problem_counts(self) -> None:
        policy = read(document({"a": INTEGER, "b": {"type": "boolean"}}))
        self.assertEqual(code_of(policy.validate, {"a": -1.0, "x": 1.0}), "VAL-003")
        self.assertEqual(code_of(policy.validate, {"a": -1.0}), "VAL-007")
        self.assertEqual(code_of(policy.validate, {"b": 1.0}), "VAL-004")


class Evaluation(unittest.TestCase):
    def test_operators(self) -> None:
        schema = {
            "i": {**INTEGER, "optional": True},
            "d": {**DECIMAL, "optional": True},
            "e": {"type": "decimal", "scale": 3, "optional": True},
            "s": {**STRING, "optional": True},
            "l": {**LIST, "optional": True},
            "t": {"type": "timestamp", "optional": True},
        }
        for condition, signals, expected in (
            ({"signal": "d", "equals": {"signal": "e"}}, {"d": "1.50", "e": "1.500"}, True),
            ({"signal": "d", "less_than": {"signal": "e"}}, {"d": "9.00", "e": "10.000"}, True),
            ({"signal": "d", "in": ["1.50", "2.00"]}, {"d": "2.00"}, True),
            ({"signal": "d", "greater_than": "9" * 30 + ".98"}, {"d": "9" * 30 + ".99"}, True),
            ({"signal": "i", "not_equals": 1}, {}, False),
            ({"signal": "i", "not_in": [1]}, {}, False),
            ({"not": {"signal": "i", "equals": 1}}, {}, True),
            ({"signal": "i", "exists": False}, {}, True),
            ({"signal": "i", "between": [1, 2]}, {"i": 2}, True),
            ({"signal": "s", "contains": "é"}, {"s": "e\u0301"}, False),
            ({"signal": "s", "starts_with": "ab"}, {"s": "abc"}, True),
            ({"signal": "s", "ends_with": "bc"}, {"s": "abc"}, True),
            ({"signal": "s", "matches": "a[0-9]{2}"}, {"s": "a12"}, True),
            ({"signal": "s", "matches": "a[0-9]{2}"}, {"s": "a123"}, False),
            ({"signal": "l", "equals": ["a", "b"]}, {"l": ["b", "a"]}, False),
            ({"signal": "l", "contains": "b"}, {"l": ["a", "b"]}, True),
            ({"signal": "l", "contains": {"signal": "s"}}, {"l": ["a"], "s": "a"}, True),
            ({"signal": "l", "contains": {"signal": "s"}}, {"l": ["a"]}, False),
            ({"signal": "t", "less_than": "2026-01-01T00:00:00.001Z"}, {"t": "2026-01-01T00:00:00.000Z"}, True),
            ({"any": [{"signal": "i", "equals": 1}, {"signal": "i", "equals": 2}]}, {"i": 2}, True),
        ):
            self.assertEqual(decides(schema, condition, signals), expected, (condition, signals))


class Patterns(unittest.TestCase):
    def test_matches(self) -> None:
        for pattern, good, bad in (
            ("", [""], ["a"]),
            ("a|", ["a", ""], ["aa"]),
            ("(a|b)*c", ["c", "abac"], ["ab", "cc"]),
            (".", ["a", "😀", "\u2028"], ["\n", "\r", "", "ab"]),
            ("[^a-c]", ["d", "\n", "^"], ["a", "b"]),
            ("[-a]", ["-", "a"], ["b"]),
            ("[a-]", ["-", "a"], ["b"]),
            ("[--]", ["-"], ["a"]),
            ("[a^$]", ["^", "$"], ["b"]),
            ("\\^[$]\\n\\-", ["^$\n-"], ["^$n-"]),
            ("a{2}", ["aa"], ["a", "aaa"]),
            ("a{2,}", ["aa", "a" * 50], ["a"]),
            ("a{2,3}b{0}c", ["aac", "aaac"], ["ac", "aabc", "aaaac"]),
            ("a{0,}", ["", "aa"], ["b"]),
            ("(a?b){2}", ["bb", "abab", "bab"], ["b", "aab"]),
            ("(a*)+", ["", "aaa"], ["b"]),
            ("(ab?){0,2}", ["", "a", "ab", "aba", "aab"], ["b", "aaa"]),
        ):
            for text in good:
                self.assertTrue(read_pattern(pattern).matches(text), (pattern, text))
            for text in bad:
                self.assertFalse(read_pattern(pattern).matches(text), (pattern, text))

    def test_refusals(self) -> None:
        for pattern in (
            "a**", "a+?", "a{1}{2}", "*a", "(", ")", "a)", "(a", "(?:a)", "[", "[]", "[^]", "[a", "[z-a]", "[a-b-c]",
            "[[]", "[--a]", "a]", "{", "a{", "a{1", "a{,1}", "a{2,1}", "a{1001}", "a{1,1001}", "\\d", "\\p{L}", "\\",
            "^a", "a$", "[^\u0000-\U0010ffff]", "[\u0000-\U0010ffff]", "[\\u0041]", "a" * 1001, "(a{100}){11}",
            "(" * 33 + ")" * 33,
        ):  # fmt: skip
            self.assertEqual(code_of(read_pattern, pattern), "POL-028", pattern)
        for pattern in ("(" * 32 + ")" * 32, "a{1000}", "(a{0}){1000}b", "(()){1000}", "a{000001}"):
            self.assertIsNone(code_of(read_pattern, pattern), pattern)

    def test_against_another_matcher(self) -> None:
        """Small patterns and all short texts, compared with `re`."""
        atoms = ["a", "b", "(a|b)", "[ab]", "(ab)", "(a*b)", "(|a)"]
        quantities = ["", "*", "+", "?", "{2}", "{1,2}", "{2,}", "{0}"]
        texts = [""]
        for _ in range(5):
            texts += [text + character for text in texts for character in "ab"]
        texts = sorted(set(texts))
        for first in atoms:
            for quantity in quantities:
                for second in atoms[:3]:
                    pattern = f"({first}{quantity}{second}){quantity}"
                    mine, other = read_pattern(pattern), re.compile(pattern)
                    for text in texts:
                        self.assertEqual(mine.matches(text), bool(other.fullmatch(text)), (pattern, text))

    def test_time_is_bounded(self) -> None:
        started = time.monotonic()
        self.assertFalse(read_pattern("(a*)*b").matches("a" * 16384))
        self.assertFalse(read_pattern("(a?){400}a{400}b").matches("a" * 16384))
        self.assertFalse(read_pattern("(a|b)*a(a|b){400}c").matches("ab" * 8000))
        self.assertLess(time.monotonic() - started, 30)


if __name__ == "__main__":
    unittest.main()
