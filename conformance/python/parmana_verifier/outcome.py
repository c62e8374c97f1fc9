"""What became of one path (section 15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional

from .refusal import Refusal
from .report import Report

VERIFIED, REFUSED, MALFORMED, NO_TRUST_ROOT, OUTPUT_LOST = 0, 1, 2, 3, 6


@dataclass(frozen=True)
class Outcome:
    """What became of one path."""

    exit_code: int
    report: Optional[Report] = None
    resolution: Optional[Report] = None
    trust_on_first_use: Optional[str] = None
    code: str = ""
    detail: str = ""

    def to_json(self) -> Dict[str, Any]:
        if self.report is None:
            return {"error": {"code": self.code, "detail": self.detail}}
        body = self.report.to_json()
        if self.resolution is not None:
            body["resolution"] = self.resolution.to_json()
        if self.trust_on_first_use is not None:
            body["trustOnFirstUse"] = self.trust_on_first_use
        return body

    def to_line(self, path: str) -> Dict[str, Any]:
        line: Dict[str, Any] = {"file": path, "exitCode": self.exit_code}
        if self.report is None:
            line.update({"code": self.code, "detail": self.detail})
        else:
            line.update(self.to_json())
        return line


def unjudged(refusal: Refusal) -> Outcome:
    """Of what is malformed or cannot be read."""
    return Outcome(MALFORMED, code=refusal.code, detail=refusal.detail)
