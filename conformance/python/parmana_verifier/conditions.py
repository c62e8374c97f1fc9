"""Conditions of rules, and whether they hold (section 12.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from .declarations import Declaration


class Group(NamedTuple):
    """`all`, `any` or `not`."""

    kind: str
    parts: Tuple[Any, ...]


class Leaf(NamedTuple):
    """One question about one signal. `other` is the signal that is the operand, if one is."""

    signal: str
    operator: str
    operand: Any
    other: Optional[str]


def comparable(declaration: Declaration, value: Any) -> Any:
    """The value as it is compared: decimals as exact numbers, lists as tuples."""
    if declaration.type == "decimal":
        return Decimal(value)
    if declaration.items is not None:
        return tuple(comparable(declaration.items, item) for item in value)
    return value


_COMPARE: Dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, operand: value == operand,
    "not_equals": lambda value, operand: value != operand,
    "greater_than": lambda value, operand: value > operand,
    "greater_than_or_equal": lambda value, operand: value >= operand,
    "less_than": lambda value, operand: value < operand,
    "less_than_or_equal": lambda value, operand: value <= operand,
    "between": lambda value, operand: operand[0] <= value <= operand[1],
    "in": lambda value, operand: value in operand,
    "not_in": lambda value, operand: value not in operand,
    "contains": lambda value, operand: operand in value,
    "starts_with": lambda value, operand: value.startswith(operand),
    "ends_with": lambda value, operand: value.endswith(operand),
}


class Evaluation:
    """The conditions of one policy over one set of signals."""

    def __init__(self, schema: Dict[str, Declaration], signals: Dict[str, Any]) -> None:
        self.values = {name: comparable(schema[name], value) for name, value in signals.items()}
        self.matched: Dict[Tuple[str, str], bool] = {}

    def holds(self, condition: Any) -> bool:
        if isinstance(condition, Leaf):
            return self._leaf(condition)
        if condition.kind == "all":
            return all(self.holds(part) for part in condition.parts)
        if condition.kind == "any":
            return any(self.holds(part) for part in condition.parts)
        return not self.holds(condition.parts[0])

    def _leaf(self, leaf: Leaf) -> bool:
        if leaf.operator == "exists":
            return (leaf.signal in self.values) == leaf.operand
        if leaf.signal not in self.values or (leaf.other is not None and leaf.other not in self.values):
            return False
        value = self.values[leaf.signal]
        if leaf.operator == "matches":
            key = (leaf.operand.text, leaf.signal)
            if key not in self.matched:
                self.matched[key] = leaf.operand.matches(value)
            return self.matched[key]
        operand = leaf.operand if leaf.other is None else self.values[leaf.other]
        return _COMPARE[leaf.operator](value, operand)
