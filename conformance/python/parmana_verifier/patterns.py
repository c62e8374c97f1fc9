"""I-Regexp patterns (section 12.4): a parser, and a matcher whose time is bounded by text times positions.

A pattern becomes a position automaton (Glushkov): one state for each position, no empty transitions. A set of states
is one integer, so a step of the simulation costs at most one operation for each position that is reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from .refusal import Refusal

MAX_LENGTH = 1000
MAX_POSITIONS = 1000
MAX_REPEAT = 1000
MAX_GROUPS = 32

Ranges = Tuple[Tuple[int, int], ...]

_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_EVERY: Ranges = ((0, 0xD7FF), (0xE000, _LAST))
_ESCAPES = {**{character: character for character in "()*+-.?[\\]^{|}"}, "n": "\n", "r": "\r", "t": "\t"}


def _bad(detail: str) -> Refusal:
    return Refusal("POL-028", detail)


def _normal(ranges: List[Tuple[int, int]]) -> Ranges:
    """Sorted, joined, without surrogates."""
    parts: List[Tuple[int, int]] = []
    for low, high in ranges:
        if low < _SURROGATES[0]:
            parts.append((low, min(high, _SURROGATES[0] - 1)))
        if high > _SURROGATES[1]:
            parts.append((max(low, _SURROGATES[1] + 1), high))
    joined: List[Tuple[int, int]] = []
    for low, high in sorted(parts):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def _complement(ranges: Ranges) -> Ranges:
    result, start = [], 0
    for low, high in ranges:
        if low > start:
            result.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        result.append((start, _LAST))
    return _normal(result)


_DOT = _complement(_normal([(10, 10), (13, 13)]))


# The syntax tree. `positions` is what section 12.4 counts.
class Empty(NamedTuple):
    positions: int = 0


class Character(NamedTuple):
    ranges: Ranges
    positions: int = 1


class Sequence(NamedTuple):
    parts: Tuple["Node", ...]
    positions: int


class Choice(NamedTuple):
    parts: Tuple["Node", ...]
    positions: int


class Repetition(NamedTuple):
    part: "Node"
    least: int
    most: Optional[int]
    positions: int


Node = Union[Empty, Character, Sequence, Choice, Repetition]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def peek(self) -> str:
        return self.text[self.place] if self.place < len(self.text) else ""

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise _bad("the pattern ends too early")
        self.place += 1
        return character

    def choice(self, depth: int) -> Node:
        if depth > MAX_GROUPS:
            raise _bad("groups are nested too deep")
        parts = [self.sequence(depth)]
        while self.peek() == "|":
            self.place += 1
            parts.append(self.sequence(depth))
        if len(parts) == 1:
            return parts[0]
        return Choice(tuple(parts), sum(part.positions for part in parts))

    def sequence(self, depth: int) -> Node:
        parts: List[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.quantified(self.atom(depth)))
        if len(parts) == 1:
            return parts[0]
        return Sequence(tuple(parts), sum(part.positions for part in parts))

    def atom(self, depth: int) -> Node:
        character = self.take()
        if character == "(":
            inner = self.choice(depth + 1)
            if self.take() != ")":
                raise _bad("a group without end")
            return inner
        if character == ".":
            return Character(_DOT)
        if character == "[":
            return Character(self.character_class())
        if character == "\\":
            character = self.escape()
        elif character in "*+?{}])^$":
            raise _bad(f"{character} at {self.place - 1}")
        return Character(((ord(character), ord(character)),))

    def escape(self) -> str:
        character = self.take()
        if character not in _ESCAPES:
            raise _bad(f"the escape \\{character}")
        return _ESCAPES[character]

    def character_class(self) -> Ranges:
        negative = self.peek() == "^"
        if negative:
            self.place += 1
        ranges: List[Tuple[int, int]] = []
        first = True
        while True:
            character = self.take()
            if character == "]" and not first:
                break
            if character == "-":
                if not first and self.peek() != "]":
                    raise _bad("- inside a class")
                ranges.append((ord("-"), ord("-")))
                first = False
                continue
            low = self.class_character(character)
            first = False
            high = low
            if self.peek() == "-" and self.text[self.place + 1 : self.place + 2] != "]":
                self.place += 1
                high = self.class_character(self.take())
                if high < low:
                    raise _bad("a range upside down")
            ranges.append((low, high))
        result = _normal(ranges)
        if negative:
            result = _complement(result)
        if not result or result == _EVERY:
            raise _bad("a class of none or every character")
        return result

    def class_character(self, character: str) -> int:
        if character == "\\":
            return ord(self.escape())
        if character in "[]-":
            raise _bad(f"{character} in a class")
        return ord(character)

    def quantified(self, part: Node) -> Node:
        quantity = self.quantity()
        if quantity is None:
            return part
        if self.peek() in ("*", "+", "?", "{"):
            raise _bad("two quantities after one another")
        least, most = quantity
        size = part.positions * max(1, least if most is None else most)
        if size == 0 or most == 0:
            return Empty()
        return Repetition(part, least, most, size)

    def quantity(self) -> Optional[Tuple[int, Optional[int]]]:
        character = self.peek()
        if character in ("*", "+", "?"):
            self.place += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[character]
        if character != "{":
            return None
        self.place += 1
        least = self.count()
        most: Optional[int] = least
        if self.peek() == ",":
            self.place += 1
            most = None if self.peek() == "}" else self.count()
        if self.take() != "}":
            raise _bad("a quantity without end")
        if most is not None and most < least:
            raise _bad("a quantity upside down")
        return least, most

    def count(self) -> int:
        start = self.place
        while self.peek() and self.peek() in "0123456789":
            self.place += 1
        digits = self.text[start : self.place]
        if not digits:
            raise _bad("a quantity without a number")
        digits = digits.lstrip("0") or "0"
        if len(digits) > 4 or int(digits) > MAX_REPEAT:
            raise _bad(f"more than {MAX_REPEAT} times")
        return int(digits)


@dataclass
class Pattern:
    """A pattern that was admitted."""

    text: str
    positions: int
    _tree: Node
    _automaton: Optional["_Automaton"] = field(default=None)

    @property
    def size(self) -> int:
        return max(len(self.text), self.positions)

    def matches(self, text: str) -> bool:
        """Whether the whole text is in the language."""
        if self._automaton is None:
            self._automaton = _Automaton(self._tree)
        return self._automaton.accepts(text)


@lru_cache(maxsize=2048)
def _read(text: str) -> object:
    try:
        if len(text) > MAX_LENGTH:
            raise _bad("longer than 1,000 characters")
        reader = _Reader(text)
        tree = reader.choice(0)
        if reader.place != len(text):
            raise _bad(f"{reader.peek()} at {reader.place}")
        if tree.positions > MAX_POSITIONS:
            raise _bad("more than 1,000 positions")
        return Pattern(text, tree.positions, tree)
    except Refusal as refusal:
        return refusal


def read_pattern(text: str) -> Pattern:
    """The pattern, or POL-028."""
    result = _read(text)
    if isinstance(result, Refusal):
        raise Refusal(result.code, result.detail)
    assert isinstance(result, Pattern)
    return result


class _Fragment(NamedTuple):
    nullable: bool
    first: int
    last: int


class _Automaton:
    _MEMORY = 4096

    def __init__(self, tree: Node) -> None:
        self.ranges: List[Ranges] = []
        self.follow: List[int] = []
        whole = self._build(tree)
        self.nullable, self.first, self.last = whole
        self.masks: Dict[str, int] = {}
        self.steps: Dict[int, int] = {}

    def _build(self, node: Node) -> _Fragment:
        if isinstance(node, Character):
            bit = 1 << len(self.ranges)
            self.ranges.append(node.ranges)
            self.follow.append(0)
            return _Fragment(False, bit, bit)
        if isinstance(node, Sequence):
            return self._sequence([self._build(part) for part in node.parts])
        if isinstance(node, Choice):
            parts = [self._build(part) for part in node.parts]
            first = last = 0
            for part in parts:
                first |= part.first
                last |= part.last
            return _Fragment(any(part.nullable for part in parts), first, last)
        if isinstance(node, Repetition):
            return self._repetition(node)
        return _Fragment(True, 0, 0)

    def _sequence(self, parts: List[_Fragment]) -> _Fragment:
        nullable, first, last = True, 0, 0
        for part in parts:
            self._link(last, part.first)
            if nullable:
                first |= part.first
            last = last | part.last if part.nullable else part.last
            nullable = nullable and part.nullable
        return _Fragment(nullable, first, last)

    def _repetition(self, node: Repetition) -> _Fragment:
        copies = max(1, node.least if node.most is None else node.most)
        parts = []
        for copy in range(copies):
            part = self._build(node.part)
            if node.most is None and copy == copies - 1:
                self._link(part.last, part.first)
            if copy >= node.least:
                part = part._replace(nullable=True)
            parts.append(part)
        return self._sequence(parts)

    def _link(self, last: int, first: int) -> None:
        for place in _bits(last):
            self.follow[place] |= first

    def _mask(self, character: str) -> int:
        """The positions that take a character."""
        mask = self.masks.get(character)
        if mask is None:
            code, mask = ord(character), 0
            for place, ranges in enumerate(self.ranges):
                if any(low <= code <= high for low, high in ranges):
                    mask |= 1 << place
            if len(self.masks) >= self._MEMORY:
                self.masks.clear()
            self.masks[character] = mask
        return mask

    def accepts(self, text: str) -> bool:
        if not text:
            return self.nullable
        reachable, reached = self.first, 0
        for character in text:
            reached = reachable & self._mask(character)
            if not reached:
                return False
            known = self.steps.get(reached)
            if known is None:
                known = 0
                for place in _bits(reached):
                    known |= self.follow[place]
                if len(self.steps) >= self._MEMORY:
                    self.steps.clear()
                self.steps[reached] = known
            reachable = known
        return bool(reached & self.last)


def _bits(mask: int) -> List[int]:
    """The places of the bits that are set."""
    return [place for place, bit in enumerate(reversed(bin(mask)[2:])) if bit == "1"]
