"""The one exception of this package: something is not allowed, and has a code (docs/errors.md)."""

from __future__ import annotations

from collections import OrderedDict
from functools import wraps
from typing import Any, Callable, TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """A broken rule of the document."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def demand(condition: bool, code: str, detail: str = "") -> None:
    """Refuse with `code` unless the condition holds."""
    if not condition:
        raise Refusal(code, detail)


def remembered(size: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Remember results and refusals of a pure function of hashable arguments, the latest `size` of them."""

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        memory: "OrderedDict[Any, Any]" = OrderedDict()

        @wraps(function)
        def call(*arguments: Any) -> T:
            if arguments in memory:
                memory.move_to_end(arguments)
                outcome = memory[arguments]
            else:
                try:
                    outcome = (function(*arguments), None)
                except Refusal as refusal:
                    outcome = (None, (refusal.code, refusal.detail))
                memory[arguments] = outcome
                if len(memory) > size:
                    memory.popitem(last=False)
            if outcome[1] is not None:
                raise Refusal(*outcome[1])
            return outcome[0]

        return call

    return decorate
