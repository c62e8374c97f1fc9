"""What a command line names: files, directories, witnesses (section 15)."""

from __future__ import annotations

import os
import sys
from typing import List, Optional, Tuple

from .attestation import ATTESTATION, Statement
from .canonical import code_units
from .evidence_bundle import MAX_BUNDLE
from .grammar import from_base64
from .material import Witnesses
from .options import Options
from .presented import read_presented
from .refusal import Refusal, demand
from .resolution import RESOLUTION
from .signed_note import MAX_NOTE, WITNESS, read_verifier_key

_INPUT_ERROR = "CLI-004"
# In a directory, what lies beside files of these names belongs to them.
BESIDE = {"attestation.json": ("evidence.json",), "resolution.json": ("votes.json", "original.json")}


def optional_input(path: Optional[str], most: int) -> Optional[bytes]:
    return None if path is None else read_input(path, most)


def read_input(path: str, most: int) -> bytes:
    """A file named on the command line; one byte more than the limit of one that is too large."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(most + 1)
        with open(path, "rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Refusal(_INPUT_ERROR, f"{path}: {getattr(error, 'strerror', None) or error}") from None


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
        raise Refusal(_INPUT_ERROR, f"{path} is no list of hashes in base64") from None


def files_below(directory: str) -> List[str]:
    """All `*.json` files below a directory, sorted by path in code-unit order, without companions."""
    found = []
    for folder, _, names in os.walk(directory):
        companions = {one for name in names for one in _companions_of(folder, name, names)}
        for name in names:
            path = os.path.join(folder, name)
            # A link to nothing stays: reading it says so. Pipes and devices are no files.
            if name.endswith(".json") and name not in companions and (os.path.isfile(path) or not os.path.exists(path)):
                found.append(path)
    return sorted(found, key=code_units)


def _companions_of(folder: str, name: str, names: List[str]) -> List[str]:
    """Those among the names that this file, as it is, is judged with."""
    beside = [one for one in BESIDE.get(name, ()) if one in names and f"{name}.{one[:-len('.json')]}" not in names]
    if not beside:
        return []
    try:
        presented = read_presented(read_input(os.path.join(folder, name), MAX_BUNDLE))
    except Refusal:
        return []
    expected = ATTESTATION if name == "attestation.json" else RESOLUTION
    return beside if isinstance(presented, Statement) and presented.kind is expected else []


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
