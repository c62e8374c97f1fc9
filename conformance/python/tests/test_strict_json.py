"""Strict JSON (section 1.1), canonical form (1.2) and the grammar (1.3)."""

from __future__ import annotations

import tracemalloc
import unittest
from typing import Optional

from parmana_verifier import grammar, keys, strict_json
from parmana_verifier.refusal import Refusal

from .world import Signer


def code_of(function: object, *arguments: object) -> Optional[str]:
    try:
        function(*arguments)  # type: ignore[operator]
    except Refusal as refusal:
        return refusal.code
    return None


class StrictJson(unittest.TestCase):
    def test_values(self) -> None:
        for text, value in (
            (" [1, 1.0, 1e0, -0, -0.0] ", [1.0, 1.0, 1.0, 0.0, 0.0]),
            ('{"__proto__": {"a": null}, "b": [true, false]}', {"__proto__": {"a": None}, "b": [True, False]}),
            ('"\\ud83d\\ude00\\u0041\\/"', "😀A/"),
            ("9007199254740991", 9007199254740991.0),
            ("-9007199254740991.0", -9007199254740991.0),
            ("90071992547409910000e-4", 9007199254740991.0),
            ("0e999999999999999999", 0.0),
            ("5e-324", 5e-324),
        ):
            self.assertEqual(strict_json.parse(text.encode("utf-8")), value, text)

    def test_number_of_values(self) -> None:
        data = b'{"a":[1,{}],"b":""}'
        self.assertEqual(strict_json.parse(data, max_values=5), {"a": [1.0, {}], "b": ""})
        self.assertEqual(code_of(lambda: strict_json.parse(data, max_values=4)), "CANONICAL-013")

    def test_memory_of_a_text(self) -> None:
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        data = b'"' + b"\\n" * (1 << 19) + b'"'
        self.assertEqual(len(strict_json.parse(data, len(data))), 1 << 19)
        self.assertLess(tracemalloc.get_traced_memory()[1], 32 << 20)

    def test_refusals(self) -> None:
        for data, code in (
            (b"", "CANONICAL-010"),
            (b"1 2", "CANONICAL-010"),
            (b"[1,]", "CANONICAL-010"),
            (b"[,1]", "CANONICAL-010"),
            (b'{"a":1,}', "CANONICAL-010"),
            (b'{"a" 1}', "CANONICAL-010"),
            (b"{1:1}", "CANONICAL-010"),
            (b'["a":1]', "CANONICAL-010"),
            (b"[1}", "CANONICAL-010"),
            (b"]", "CANONICAL-010"),
            (b"01", "CANONICAL-010"),
            (b"+1", "CANONICAL-010"),
            (b"1.", "CANONICAL-010"),
            (b".5", "CANONICAL-010"),
            (b"NaN", "CANONICAL-010"),
            (b"1true", "CANONICAL-010"),
            (b'"\t"', "CANONICAL-010"),
            (b'"\\x"', "CANONICAL-010"),
            (b"\x0b1", "CANONICAL-010"),
            ("\u00a01".encode(), "CANONICAL-010"),
            (b"'a'", "CANONICAL-010"),
            (b"\xef\xbb\xbf1", "CANONICAL-014"),
            (b'"\xc0\x80"', "CANONICAL-014"),
            (b'"\xed\xa0\x80"', "CANONICAL-014"),
            (b'"\xf4\x90\x80\x80"', "CANONICAL-014"),
            (b"[" * 65 + b"]" * 65, "CANONICAL-007"),
            (b"[" * 500000, "CANONICAL-007"),
            (b'{"a":1,"\\u0061":2}', "CANONICAL-011"),
            (b'"\\ud800"', "CANONICAL-008"),
            (b'"\\udc00\\ud800"', "CANONICAL-008"),
            (b'{"\\ud800":1}', "CANONICAL-008"),
            (b"9007199254740992", "CANONICAL-012"),
            (b"9007199254740991.4", "CANONICAL-012"),
            (b"-9007199254740991.00000000000000000000000001", "CANONICAL-012"),
            (b"1e999999999999999999", "CANONICAL-012"),
            (b"1e-400", "CANONICAL-012"),
            (b"0.00e5", None),
            (b"1e15", None),
            (b"1e16", "CANONICAL-012"),
            (b"[" * 64 + b"]" * 64, None),
        ):
            self.assertEqual(code_of(strict_json.parse, data), code, data[:60])

    def test_the_first_defect_that_is_met_counts(self) -> None:
        for data, code in (
            (b'{"a":1,"a":2', "CANONICAL-011"),
            (b'{"a":1,"a" 2}', "CANONICAL-011"),
            (b'[1e99,{"a":1,"a":2}]', "CANONICAL-012"),
            (b'["\\ud800",1e99]', "CANONICAL-008"),
            (b'["\\ud800\\x"]', "CANONICAL-010"),
            (b"[1e99", "CANONICAL-012"),
            (b"{1e99:1}", "CANONICAL-010"),
            (b"9007199254740993.", "CANONICAL-010"),
            (b"9007199254740993.5.", "CANONICAL-012"),
            (b"9007199254740993e", "CANONICAL-010"),
            (b"9007199254740993.5e", "CANONICAL-010"),
            (b"[" * 65 + b"1e99", "CANONICAL-007"),
        ):
            self.assertEqual(code_of(strict_json.parse, data), code, data[:60])
        self.assertEqual(code_of(strict_json.parse, b"[1,2]", 4), "CANONICAL-013")

    def test_indices_come_first(self) -> None:
        value = strict_json.parse(b'{"b":1,"10":1,"a":1,"9":1,"01":1,"4294967295":1,"4294967294":1}')
        self.assertEqual(list(value), ["9", "10", "4294967294", "b", "a", "01", "4294967295"])

    def test_long_numbers(self) -> None:
        self.assertEqual(strict_json.parse(b"0." + b"1" * 500000), float("0." + "1" * 400))
        self.assertEqual(code_of(strict_json.parse, b"1" * 500000), "CANONICAL-012")
        self.assertEqual(strict_json.parse(b"1" + b"0" * 500000 + b"e-500000"), 1.0)


class Grammar(unittest.TestCase):
    def test_timestamps(self) -> None:
        self.assertEqual(grammar.milliseconds("1970-01-01T00:00:00.001Z"), 1)
        self.assertEqual(grammar.milliseconds("2024-02-29T23:59:59.999Z"), 1709251199999)
        for text in (
            "1969-12-31T23:59:59.999Z",
            "9999-01-01T00:00:00.000Z",
            "2023-02-29T00:00:00.000Z",
            "2024-01-01T24:00:00.000Z",
            "2024-01-01T00:00:60.000Z",
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00.000Z\n",
            "２024-01-01T00:00:00.000Z",
        ):
            self.assertFalse(grammar.is_timestamp(text), text)

    def test_base64(self) -> None:
        self.assertEqual(grammar.from_base64("AA=="), b"\0")
        for text in ("AB==", "AA", "AA=", "A A=", "AA==\n", "A-==", None, "ＡA=="):
            self.assertEqual(code_of(grammar.from_base64, text), "SIG-001", text)
        self.assertEqual(grammar.from_base64url("AA"), b"\0")
        for text in ("AB", "AA==", "A", "A+"):
            self.assertEqual(code_of(grammar.from_base64url, text), "SIG-001", text)

    def test_versions(self) -> None:
        for text in ("1.0.0", "1.0.0-a.1", "0.0.0-0+01.b", "1.0.0--"):
            self.assertTrue(grammar.is_version(text), text)
        for text in ("v1.0.0", "1.0", "01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+", "1.0.0-a..b", "1.0.0-" + "a" * 60):
            self.assertFalse(grammar.is_version(text), text)

    def test_texts(self) -> None:
        self.assertTrue(grammar.is_party("😀" * 128))
        self.assertFalse(grammar.is_party("😀" * 128 + "a"))
        self.assertFalse(grammar.is_party("a\u202eb"))
        self.assertTrue(grammar.is_label("a\u202eb"))
        self.assertFalse(grammar.is_label("a\u0085b"))
        self.assertTrue(grammar.is_name("a b", 128))
        for text in (" a", "a\u3000", "a\u200db", "a\u200bb", ""):
            self.assertFalse(grammar.is_name(text, 128), text)


class Pem(unittest.TestCase):
    def test_forms(self) -> None:
        signer = Signer("a")
        pem = signer.pem
        self.assertEqual(keys.from_pem(pem), signer.public)
        self.assertEqual(keys.from_pem(pem.replace(b"\n", b"\r\n")), signer.public)
        self.assertEqual(keys.from_pem(pem.rstrip(b"\n")), signer.public)
        for data, code in (
            (pem + b"\n", "KEY-002"),
            (b" " + pem, "KEY-002"),
            (pem + pem, "KEY-002"),
            (pem.replace(b"\n", b"\r\n", 1), "KEY-002"),
            (pem.replace(b"PUBLIC KEY", b"CERTIFICATE"), "KEY-003"),
            (pem.replace(b"PUBLIC KEY", b"PRIVATE KEY"), "KEY-006"),
            (pem.replace(b"PUBLIC KEY", b"RSA PRIVATE KEY"), "KEY-006"),
            (pem.replace(b"MCowBQYDK2Vw", b"MCowBQYDK2Vu"), "KEY-005"),
            (pem.replace(b"MCowBQYDK2Vw", b"MCowBQYDK2Vz"), "KEY-004"),
            (b"\xff", "KEY-002"),
        ):
            self.assertEqual(code_of(keys.from_pem, data), code, data)
