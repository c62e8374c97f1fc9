"""The command: reads the command line, prints reports (section 15)."""

from __future__ import annotations

import json
import os
import sys
import time as clock
from typing import List, Optional, TextIO, Tuple

from .home import NoTrustRoot
from .inputs import files_below
from .options import USAGE, Options, read_options
from .outcome import MALFORMED, NO_TRUST_ROOT, Outcome
from .refusal import Refusal
from .report import Report
from .verifier import Verifier


def main(words: List[str], out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    in_json = "--json" in words
    try:
        options = read_options(words)
        verifier = Verifier(options, int(clock.time() * 1000))
        verifier.check_trust()
    except Refusal as refusal:
        exit_code = NO_TRUST_ROOT if isinstance(refusal, NoTrustRoot) else MALFORMED
        _print_error(Outcome(exit_code, code=refusal.code, detail=refusal.detail), in_json, out, err)
        if refusal.code == "CLI-001" and not in_json:
            err.write(USAGE)
        return exit_code
    if verifier.several:
        return _several(verifier, options, out, err)
    path = options.paths[0]
    outcome = verifier.verify(path)
    if outcome.report is None:
        _print_error(outcome, in_json, out, err)
    elif in_json:
        out.write(json.dumps(outcome.to_json(), indent=2, ensure_ascii=False) + "\n")
    else:
        out.write("\n".join(_human(path, outcome)) + "\n")
    return outcome.exit_code


def _several(verifier: Verifier, options: Options, out: TextIO, err: TextIO) -> int:
    codes = []
    for path in options.paths:
        for file in files_below(path) if os.path.isdir(path) else [path]:
            outcome = verifier.verify(file)
            codes.append(outcome.exit_code)
            if options.json:
                out.write(json.dumps(outcome.to_line(file), ensure_ascii=False, separators=(",", ":")) + "\n")
            else:
                out.write("\n".join(_human(file, outcome)) + "\n")
    if not codes:
        nothing = Outcome(MALFORMED, code="CLI-066", detail="no .json file below the directories named")
        _print_error(nothing, options.json, out, err)
        return MALFORMED
    return max(codes)


def _print_error(outcome: Outcome, in_json: bool, out: TextIO, err: TextIO) -> None:
    if in_json:
        out.write(json.dumps(outcome.to_json(), indent=2, ensure_ascii=False) + "\n")
    else:
        err.write(f"{outcome.code}: {outcome.detail}\n")


def _human(path: str, outcome: Outcome) -> List[str]:
    if outcome.report is None:
        return [f"{path}: {outcome.code}: {outcome.detail}"]
    lines = []
    reports: Tuple[Tuple[str, Optional[Report]], ...] = ((path, outcome.report), ("its resolution", outcome.resolution))
    for name, report in reports:
        if report is None:
            continue
        lines.append(f"{name}: {report.verdict}, level {report.level}")
        for finding in report.findings:
            if finding.status == "fail":
                lines.append(f"  {finding.check.level} {finding.check.id}: {finding.code} {finding.detail}")
        missing = [finding.check.id for finding in report.findings if finding.status == "not_checked"]
        if missing:
            lines.append(f"  not checked: {', '.join(missing)}")
    if outcome.trust_on_first_use is not None:
        lines.append(f"  believed on first use, by nobody's word: root key {outcome.trust_on_first_use}")
    return lines
