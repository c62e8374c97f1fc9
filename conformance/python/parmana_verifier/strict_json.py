"""Strict JSON (section 1.1).

Objects become dicts in document order, numbers floats without a negative zero, the rest what one expects.
Names that are indices of arrays come first, in ascending order.
The parser is iterative, and ends at the first defect that it meets.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Dict, List, NoReturn, Optional

from .refusal import Refusal

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_SAFE = (1 << 53) - 1

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(
    r"([{}\[\],:])"
    r'|(")'
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(true|false|null)"
)
# So many at once that the matcher, which remembers where it could have stopped, needs little memory.
_CHARACTERS = re.compile(r'(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,1000}')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?")
_INDEX = re.compile("0|[1-9][0-9]{0,9}")
_MAX_INDEX = (1 << 32) - 2


def parse(
    data: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, max_values: Optional[int] = None
) -> Any:
    """The value that the bytes hold: at most so many objects, lists and scalars together."""
    if len(data) > max_bytes:
        raise Refusal("CANONICAL-013", f"{len(data)} bytes, at most {max_bytes} are allowed")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Refusal("CANONICAL-014", "byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal("CANONICAL-014", f"not UTF-8 at byte {error.start}") from None
    return _Parser(text, max_depth, max_values).document()


def _is_index(name: str) -> bool:
    return _INDEX.fullmatch(name) is not None and int(name) <= _MAX_INDEX


def _order(members: Dict[str, Any]) -> None:
    """Puts names that are indices first."""
    indices = sorted((name for name in members if _is_index(name)), key=int)
    if not indices:
        return
    read = dict(members)
    members.clear()
    for name in indices:
        members[name] = read.pop(name)
    members.update(read)


class _Parser:
    def __init__(self, text: str, max_depth: int, max_values: Optional[int]) -> None:
        self.text = text
        self.max_depth = max_depth
        self.values_left = len(text) if max_values is None else max_values

    def document(self) -> Any:
        text, space, token = self.text, _SPACE.match, _TOKEN.match
        position = 0
        root: List[Any] = []
        containers: List[Any] = [root]  # the root list takes the one value of the document
        names: List[Optional[str]] = [None]
        # What may come next: v a value, V a value or ], n a name, N a name or }, : a colon, e the end of an item.
        state = "v"
        while True:
            position = space(text, position).end()  # type: ignore[union-attr]
            if len(containers) == 1 and root:
                if position != len(text):
                    self._syntax(position)
                return root[0]
            match = token(text, position)
            if match is None:
                self._syntax(position)
            kind = match.lastindex
            symbol = match.group(1)
            value: Any
            end = match.end()
            if kind == 1:
                if symbol in "{[" and state in "vV":
                    if len(containers) > self.max_depth:
                        raise Refusal("CANONICAL-007", f"nested too deep at character {position}")
                    inner: Any = {} if symbol == "{" else []
                    self._put(containers[-1], names, inner)
                    containers.append(inner)
                    names.append(None)
                    state = "N" if symbol == "{" else "V"
                elif symbol == ":" and state == ":":
                    state = "v"
                elif symbol == "," and state == "e":
                    state = "n" if isinstance(containers[-1], dict) else "v"
                elif symbol == "}" and state in "Ne" and isinstance(containers[-1], dict):
                    _order(containers.pop())
                    names.pop()
                    state = "e"
                elif symbol == "]" and state in "Ve" and isinstance(containers[-1], list) and len(containers) > 1:
                    containers.pop()
                    names.pop()
                    state = "e"
                else:
                    self._syntax(position)
            else:
                if state not in ("nN" if kind == 2 else "") + "vV":
                    self._syntax(position)
                if kind == 2:
                    end = self._end_of_string(match.end())
                    value = self._string(text[match.end() : end - 1])
                    if state in "nN":
                        if value in containers[-1]:
                            raise Refusal("CANONICAL-011", f"{value} twice")
                        names[-1] = value
                        position = end
                        state = ":"
                        continue
                elif kind == 3:
                    value = self._number(match)
                else:
                    value = _WORDS[match.group(4)]
                self._put(containers[-1], names, value)
                state = "e"
            position = end

    def _put(self, container: Any, names: List[Optional[str]], value: Any) -> None:
        if self.values_left == 0:
            raise Refusal("CANONICAL-013", "too many values")
        self.values_left -= 1
        if isinstance(container, dict):
            container[names[-1]] = value
        else:
            container.append(value)

    def _syntax(self, position: int) -> NoReturn:
        raise Refusal("CANONICAL-010", f"not JSON at character {position}")

    def _end_of_string(self, position: int) -> int:
        """Where a string ends that begins before the position, its closing quote included."""
        match = _CHARACTERS.match(self.text, position)
        while match is not None:
            position = match.end()
            match = _CHARACTERS.match(self.text, position)
        if not self.text.startswith('"', position):
            self._syntax(position)
        return position + 1

    def _string(self, raw: str) -> str:
        if "\\" not in raw:
            return raw

        def character(match: "re.Match[str]") -> str:
            return chr(int(match.group(1), 16)) if match.group(1) else _ESCAPED[match.group(2)]

        text = _ESCAPE.sub(character, raw)
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
            if _SURROGATE.search(text):
                raise Refusal("CANONICAL-008", "a lone surrogate")
        return text

    def _number(self, token: "re.Match[str]") -> float:
        literal, after = token.group(3), self.text[token.end() : token.end() + 1]
        match = _NUMBER.fullmatch(literal)
        assert match is not None
        if match.group(4) is None and (after in ("e", "E") or after == "." and match.group(2) is None):
            self._syntax(token.end())
        whole, fraction, sign, power = match.group(1), match.group(2) or "", match.group(3), match.group(4) or "0"
        if not (whole + fraction).strip("0"):
            return 0.0
        power = power.lstrip("0") or "0"
        too_large = Refusal("CANONICAL-012", literal[:64])
        if len(power) > 12:  # no significand of a document makes up for such an exponent
            raise too_large
        digits = (whole + fraction).lstrip("0")
        exponent = (-int(power) if sign == "-" else int(power)) - len(fraction)
        if len(digits) + exponent > 16:
            raise too_large
        if len(digits) + exponent == 16:
            # 16 digits before the point: compare exactly. Digits after the point only matter if there is one but 0.
            head, tail = digits[:16].ljust(16, "0"), digits[16:]
            if Decimal(head) > MAX_SAFE or (Decimal(head) == MAX_SAFE and tail.strip("0")):
                raise too_large
        value = float(literal)
        if value == 0.0:
            raise too_large
        return value + 0.0
