"""The files of a directory, each to be verified by itself (section 15)."""

from __future__ import annotations

import os
from typing import Iterator, List, NamedTuple, Optional

from .canonical import code_units
from .companions import companions_in
from .inputs import INPUT_ERROR, is_utf8, spelled
from .refusal import Refusal


class Found(NamedTuple):
    """A file to verify, or what cannot even be looked at."""

    path: str
    refusal: Optional[Refusal] = None


def is_directory(path: str) -> bool:
    """Standard input is none, whatever lies under its name."""
    return path != "-" and os.path.isdir(path)


def files_below(directory: str) -> Iterator[Found]:
    """All `*.json` files below a directory, sorted by path in code-unit order, without companions."""
    # Folders on the way, as deep as the system has them; each path that ends with a slash is one.
    waiting = [Found(directory.rstrip("/") + "/")]
    while waiting:
        found = waiting.pop()
        if found.refusal is not None or not found.path.endswith("/"):
            yield found
            continue
        try:
            waiting.extend(reversed(_in_folder(found.path)))
        except OSError as error:  # it may hold what would be refused: to leave it out would be silent
            folder = found.path.rstrip("/") or "/"
            yield Found(folder, Refusal(INPUT_ERROR, f"the directory {folder} cannot be read: {error.strerror}"))


def _in_folder(folder: str) -> List[Found]:
    """Folders, and files that are verified by themselves, where their paths come."""
    with os.scandir(folder) as scan:
        entries = [entry for entry in scan if entry.is_dir(follow_symlinks=False) or _is_candidate(entry)]
    files = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
    companions = companions_in(folder, files)
    own = [entry for entry in entries if entry.name not in companions]
    return [_found(folder, entry) for entry in sorted(own, key=lambda entry: code_units(_place(entry)))]


def _place(entry: "os.DirEntry[str]") -> str:
    """What is in a folder comes where its path does."""
    return spelled(entry.name) + ("/" if entry.is_dir(follow_symlinks=False) else "")


def _found(folder: str, entry: "os.DirEntry[str]") -> Found:
    if is_utf8(entry.name):
        return Found(folder + _place(entry))
    # What shows such a name otherwise could name another file.
    name = spelled(entry.name)
    return Found(folder + name, Refusal(INPUT_ERROR, f"the name {name} is not UTF-8"))


def _is_candidate(entry: "os.DirEntry[str]") -> bool:
    """Pipes and devices are no files. A link that leads nowhere stays: left out, it would not be missed."""
    if not entry.name.endswith(".json"):
        return False
    if not entry.is_symlink():
        return entry.is_file(follow_symlinks=False)
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:
        return True
