"""What the command prints: lines, in which nothing that was read steers a terminal (section 15)."""

from __future__ import annotations

import json
import os
import re
from typing import Any, TextIO

# Controls, separators of lines, the marks that turn text around, and the tag characters that no terminal shows.
_DECEIVING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


class Output:
    """A stream of lines. Once it takes no more, nothing is written to it; what is verified is verified all the same."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._open = True
        # A reader that has seen enough is no error; a full disk is.
        self.lost = False

    def line(self, text: str) -> None:
        self._write(shown(text) + "\n")

    def json(self, value: Any) -> None:
        """One object for machines, on lines of its own."""
        for line in json.dumps(value, indent=2, ensure_ascii=False).split("\n"):
            self.line(line)

    def json_line(self, value: Any) -> None:
        self.line(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def flush(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        if not self._open:
            return
        try:
            self._stream.write(text)
            if text == "":
                self._stream.flush()
        except OSError as error:
            self._open = False
            self.lost = not isinstance(error, BrokenPipeError)
            _discard(self._stream)


def shown(text: str) -> str:
    """The text with every character that could deceive a reader spelt as in JSON, which stays the same JSON."""
    return _DECEIVING.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at:at + 4]}" for at in range(0, len(units), 4))


def _discard(stream: TextIO) -> None:
    """What is still held for the stream must not be tried again when the process ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # no stream of the system
        pass
