"""What a command line names: files, witnesses (section 15)."""

from __future__ import annotations

import os
import re
import sys
from typing import Optional, Tuple

from .grammar import from_base64
from .material import Witnesses
from .options import Options
from .refusal import Refusal, demand
from .signed_note import MAX_NOTE, WITNESS, read_verifier_key

INPUT_ERROR = "CLI-004"
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


def optional_input(path: Optional[str], most: int) -> Optional[bytes]:
    return None if path is None else read_input(path, most)


def read_input(path: str, most: int) -> bytes:
    """A file named on the command line; one byte more than the limit of one that is too large."""
    demand(is_utf8(path), INPUT_ERROR, f"the name {spelled(path)} is not UTF-8")
    try:
        if path == "-":
            return sys.stdin.buffer.read(most + 1)
        with open(path, "rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Refusal(INPUT_ERROR, f"{path}: {getattr(error, 'strerror', None) or error}") from None


def is_utf8(path: str) -> bool:
    """Bytes that are not are lone surrogates in a path."""
    return _NOT_UTF8.search(path) is None


def spelled(path: str) -> str:
    """A path as text: of one that is not UTF-8, all bytes but ASCII in hexadecimal."""
    if is_utf8(path):
        return path
    return "".join(chr(byte) if byte < 0x80 else f"\\x{byte:02x}" for byte in os.fsencode(path))


def read_consistency(path: Optional[str]) -> Optional[Tuple[bytes, ...]]:
    """The lines of base64 of a consistency proof; whether they are hashes is for the check to say."""
    if path is None:
        return None
    try:
        lines = read_input(path, MAX_NOTE).decode("utf-8").split("\n")
        if lines[-1] == "":
            lines.pop()
        return tuple(from_base64(line) for line in lines)
    except (UnicodeDecodeError, Refusal):
        raise Refusal(INPUT_ERROR, f"{path} is no list of hashes in base64") from None


def read_witnesses(options: Options) -> Optional[Witnesses]:
    """The demand for witnesses."""
    if not options.witness:
        return None
    demand(len(options.witness) <= 64, "CLI-001", "more than 64 witnesses")
    witnesses = []
    for word in options.witness:
        key, _, operator = word.partition("=")
        demand(operator != "" and "=" not in operator, "CLI-001", "--witness is <verifier key>=<operator>")
        witnesses.append((read_verifier_key(key, WITNESS), operator))
    demand(len({key.value for key, _ in witnesses}) == len(witnesses), "CLI-001", "--witness names a key twice")
    operators = {operator for _, operator in witnesses}
    threshold = len(operators) if options.threshold is None else int(options.threshold)
    demand(threshold <= len(operators), "CLI-001", "--threshold is above the number of operators")
    return Witnesses(threshold, tuple(witnesses))
