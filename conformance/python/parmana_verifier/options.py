"""The command line of the verify protocol (section 15)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import List, Optional

from .grammar import is_timestamp, milliseconds
from .refusal import demand
from .report import LEVELS

_COUNT = re.compile("[1-9][0-9]{0,8}")

USAGE = """usage: verify.py verify [--json] [options] <path>...

Of several paths, or a directory, what belongs to a file lies beside it:
<path>.evidence, <path>.original, <path>.votes, <path>.tlog-proof.

  --home <directory>       trust root, policies and releases (else PARMANA_HOME, else .parmana)
  --evidence <file>        of an attestation
  --original <file>        of a resolution: the attestation that it ends
  --votes <file>           of a resolution
  --log-proof <file>       else <path>.tlog-proof where there is one
  --remembered <file>      a checkpoint that was seen before
  --remembered-since <timestamp>   since when it has been kept
  --consistency <file>     with --remembered: hashes in base64, one a line
  --origin <name>          the origin that the log must have
  --witness <verifier key>=<operator>   a witness; may be repeated
  --threshold <n>          how many operators of witnesses must have cosigned (else all)
  --level L1|L2|L3|L4      what must be reached
  --root-key <file>        the pinned root key, PEM (else trust/root.pub of the home)
  --runtime-key <file>...  runtime keys, PEM, for a trust root without role runtime; another option follows
  --at <timestamp>         the time of verification, such as 2026-11-20T22:00:00.000Z (else now)
  --unsafe-trust-on-first-use   of an evidence bundle: believe its own first root key
"""

_VALUES = (
    "home",
    "evidence",
    "original",
    "votes",
    "log-proof",
    "remembered",
    "remembered-since",
    "consistency",
    "origin",
    "witness",
    "threshold",
    "level",
    "root-key",
    "runtime-key",
    "at",
)
_FLAGS = ("json", "unsafe-trust-on-first-use")


@dataclass
class Options:
    home: str = ""
    evidence: Optional[str] = None
    original: Optional[str] = None
    votes: Optional[str] = None
    log_proof: Optional[str] = None
    remembered: Optional[str] = None
    remembered_since: Optional[str] = None
    consistency: Optional[str] = None
    origin: Optional[str] = None
    level: Optional[str] = None
    root_key: Optional[str] = None
    runtime_key: List[str] = field(default_factory=list)
    witness: List[str] = field(default_factory=list)
    threshold: Optional[str] = None
    at: Optional[str] = None
    json: bool = False
    unsafe_trust_on_first_use: bool = False
    paths: List[str] = field(default_factory=list)

    @property
    def of_one_file(self) -> List[str]:
        """What options name that belongs to one file only."""
        named = [self.evidence, self.original, self.votes, self.log_proof]
        return [name for name in named if name is not None]


def read_options(words: List[str]) -> Options:
    """Refuses with CLI-001 what is no command line of the protocol."""
    options = Options()
    seen = set()
    demand(words[:1] == ["verify"], "CLI-001", "the command is verify")
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word == "--":
            options.paths += rest
            break
        if not word.startswith("--") or word == "-":
            demand(word == "-" or not word.startswith("-"), "CLI-001", f"unknown option {word}")
            options.paths.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        if name in _FLAGS:
            demand(not equals, "CLI-001", f"--{name} takes no value")
            setattr(options, name.replace("-", "_"), True)
            continue
        demand(name in _VALUES, "CLI-001", f"unknown option --{name}")
        if not equals:
            demand(bool(rest), "CLI-001", f"--{name} needs a value")
            value = rest.pop(0)
        if name == "runtime-key":
            options.runtime_key.append(value)
            while not equals and rest and not rest[0].startswith("--"):
                options.runtime_key.append(rest.pop(0))
            continue
        if name == "witness":
            options.witness.append(value)
            continue
        demand(name not in seen, "CLI-001", f"--{name} twice")
        seen.add(name)
        setattr(options, name.replace("-", "_"), value)
    demand(options.home != "" or "home" not in seen, "CLI-001", "--home names no directory")
    options.home = options.home or os.environ.get("PARMANA_HOME") or ".parmana"
    demand(bool(options.paths), "CLI-001", "nothing to verify")
    named = [options.evidence, options.original, options.votes, options.log_proof]
    named += [options.remembered, options.consistency]
    demand((options.paths + named).count("-") <= 1, "CLI-001", "standard input twice")
    demand(options.root_key is None or not options.unsafe_trust_on_first_use, "CLI-001", "two root keys")
    demand(options.level is None or options.level in LEVELS, "CLI-001", "--level is L1, L2, L3 or L4")
    for name, time in (("--at", options.at), ("--remembered-since", options.remembered_since)):
        demand(time is None or is_timestamp(time), "CLI-001", f"{name} is no timestamp")
    demand(options.threshold is None or bool(options.witness), "CLI-001", "--threshold needs --witness")
    demand(options.threshold is None or _COUNT.fullmatch(options.threshold) is not None, "CLI-001", "--threshold")
    of_remembered = options.consistency is not None or options.remembered_since is not None
    demand(options.remembered is not None or not of_remembered, "CLI-001", "an option that needs --remembered")
    return options


def time_of(options: Options, now: int) -> int:
    return now if options.at is None else milliseconds(options.at)


def remembered_at(options: Options) -> Optional[int]:
    return None if options.remembered_since is None else milliseconds(options.remembered_since)
