"""What belongs to one of several files lies beside it (section 15)."""

from __future__ import annotations

import errno
import os
import stat
from typing import Dict, List, Tuple

from .attestation import ATTESTATION, MAX_FILE, Statement
from .evidence import MAX_EVIDENCE
from .evidence_bundle import MAX_BUNDLE
from .inputs import INPUT_ERROR, read_input
from .log_proof import MAX_PROOF
from .presented import read_presented
from .refusal import Refusal
from .resolution import MAX_VOTES

_LIMITS = {"evidence": MAX_EVIDENCE, "original": MAX_FILE, "votes": MAX_VOTES, "log_proof": MAX_PROOF}
_ENDINGS = {"evidence": ".evidence", "original": ".original", "votes": ".votes", "log_proof": ".tlog-proof"}
# Beside files of these names, names of their own will do.
_NAMES = {
    "attestation.json": {"evidence": "evidence.json"},
    "resolution.json": {"votes": "votes.json", "original": "original.json"},
}
# What the system says of a file that is not there; a name that is too long is none's.
_NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


def members_of(statement: Statement) -> Tuple[str, ...]:
    """What is looked for beside a statement."""
    return ("evidence", "log_proof") if statement.kind is ATTESTATION else ("original", "votes", "log_proof")


def read_beside(path: str, members: Tuple[str, ...]) -> Dict[str, bytes]:
    """What lies beside a path."""
    return {member: read_input(file, _LIMITS[member]) for member, file in _beside(path, members).items()}


def companions_in(folder: str, names: List[str]) -> List[str]:
    """Those of a folder, whose path ends with a slash, that another of its files, as it is, is judged with."""
    used: List[str] = []
    for name, named in _NAMES.items():
        if name in names and any(one in names for one in named.values()):
            paths = _used_by(folder + name)
            used += [one for one in named.values() if folder + one in paths]
    return used


def _used_by(path: str) -> List[str]:
    """None of an evidence bundle, and of what cannot be judged: why not, its own line says."""
    try:
        presented = read_presented(read_input(path, MAX_BUNDLE))
        return list(_beside(path, members_of(presented)).values()) if isinstance(presented, Statement) else []
    except Refusal:
        return []


def _beside(path: str, members: Tuple[str, ...]) -> Dict[str, str]:
    """The paths of what lies beside a path."""
    at = path.rfind("/") + 1
    found: Dict[str, str] = {}
    for member in members:
        name = _NAMES.get(path[at:], {}).get(member)
        candidates = [path + _ENDINGS[member]] + ([] if name is None else [path[:at] + name])
        there = next((one for one in candidates if _is_there(one)), None)
        if there is not None:
            found[member] = there
    return found


def _is_there(path: str) -> bool:
    """A link that leads nowhere is there, and reading it says so."""
    try:
        os.lstat(path)
    except OSError as error:
        if error.errno in _NOWHERE:
            return False
        raise Refusal(INPUT_ERROR, f"{path}: {error.strerror}") from None
    try:
        regular = stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True
    if not regular:  # reading a pipe might never end
        raise Refusal(INPUT_ERROR, f"{path} is no regular file")
    return True
