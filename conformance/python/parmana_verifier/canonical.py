"""Canonical JSON, RFC 8785 (section 1.2)."""

from __future__ import annotations

import re
from typing import Any, List

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_SPECIAL = re.compile(r'["\\\x00-\x1f]')


def canonical(value: Any) -> bytes:
    """The canonical form in UTF-8."""
    parts: List[str] = []
    _write(value, parts)
    return "".join(parts).encode("utf-8")


def _write(value: Any, parts: List[str]) -> None:
    if value is None:
        parts.append("null")
    elif value is True:
        parts.append("true")
    elif value is False:
        parts.append("false")
    elif isinstance(value, str):
        parts.append(_text(value))
    elif isinstance(value, (int, float)):
        parts.append(number(float(value)))
    elif isinstance(value, (list, tuple)):
        parts.append("[")
        for place, item in enumerate(value):
            if place:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    else:
        parts.append("{")
        for place, name in enumerate(sorted(value, key=code_units)):
            if place:
                parts.append(",")
            parts.append(_text(name))
            parts.append(":")
            _write(value[name], parts)
        parts.append("}")


def code_units(text: str) -> bytes:
    """What sorts texts by their UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def _text(text: str) -> str:
    return '"' + _SPECIAL.sub(lambda match: _ESCAPES.get(match.group(), f"\\u{ord(match.group()):04x}"), text) + '"'


def number(value: float) -> str:
    """ECMAScript's Number-to-String. Python's repr gives the same shortest digits."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    significand, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = significand.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    # The value is 0.digits times ten to the power of `point`.
    point = int(power or 0) + len(whole)
    point -= len(whole + fraction) - len((whole + fraction).lstrip("0"))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    exponent = point - 1
    mark = "+" if exponent > 0 else "-"
    head = digits if count == 1 else digits[0] + "." + digits[1:]
    return f"{sign}{head}e{mark}{abs(exponent)}"
