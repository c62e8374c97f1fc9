"""The command: reads the command line, prints reports (section 15)."""

from __future__ import annotations

import sys
import time as clock
from typing import Iterator, List, Optional, TextIO, Tuple

from .directories import Found, files_below, is_directory
from .home import NoTrustRoot
from .inputs import spelled
from .options import USAGE, Options, read_options
from .outcome import MALFORMED, NO_TRUST_ROOT, OUTPUT_LOST, REFUSED, Outcome, unjudged
from .output import Output
from .refusal import Refusal
from .report import Report
from .verifier import Verifier


def main(words: List[str], out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    command = _Command("--json" in words, Output(out), Output(err))
    try:
        exit_code = command.run(words)
    except Exception as defect:  # nobody may take a defect for a verdict, or for output
        exit_code = command.failed(Outcome(REFUSED, code="UNEXPECTED", detail=f"{type(defect).__name__}: {defect}"))
    return OUTPUT_LOST if command.lost() else exit_code


class _Command:
    def __init__(self, in_json: bool, out: Output, err: Output) -> None:
        self.in_json = in_json
        self.out = out
        self.err = err

    def run(self, words: List[str]) -> int:
        try:
            options = read_options(words)
            verifier = Verifier(options, int(clock.time() * 1000))
            verifier.check_trust()
            return self._several(verifier, options) if verifier.several else self._one(verifier, options.paths[0])
        except Refusal as refusal:
            exit_code = NO_TRUST_ROOT if isinstance(refusal, NoTrustRoot) else MALFORMED
            if refusal.code == "CLI-001" and not self.in_json:
                for line in USAGE.splitlines():
                    self.err.line(line)
            return self.failed(Outcome(exit_code, code=refusal.code, detail=refusal.detail))

    def failed(self, outcome: Outcome) -> int:
        """Says why nothing was judged, or nothing more."""
        if self.in_json:
            self.out.json(outcome.to_json())
        else:
            self.err.line(f"{outcome.code}: {outcome.detail}")
        return outcome.exit_code

    def lost(self) -> bool:
        for stream in (self.out, self.err):
            stream.flush()
        return self.out.lost or self.err.lost

    def _one(self, verifier: Verifier, path: str) -> int:
        outcome = verifier.verify(path)
        if outcome.report is None:
            return self.failed(outcome)
        if self.in_json:
            self.out.json(outcome.to_json())
        else:
            self._describe(path, outcome)
        return outcome.exit_code

    def _several(self, verifier: Verifier, options: Options) -> int:
        worst: Optional[int] = None
        for path, refusal in _files(options.paths):
            outcome = verifier.verify(path) if refusal is None else unjudged(refusal)
            worst = outcome.exit_code if worst is None else max(worst, outcome.exit_code)
            if self.in_json:
                self.out.json_line(outcome.to_line(spelled(path)))
            else:
                self._describe(spelled(path), outcome)
        if worst is None:
            raise Refusal("CLI-066", "no .json file below the directories named")
        return worst

    def _describe(self, path: str, outcome: Outcome) -> None:
        for line in _human(path, outcome):
            self.out.line(line)


def _files(paths: List[str]) -> Iterator[Found]:
    for path in paths:
        if is_directory(path):
            yield from files_below(path)
        else:
            yield Found(path)


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
