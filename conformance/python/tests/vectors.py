"""Where the shared vectors lie: PARMANA_VECTORS, else shared/vectors beside the repository."""

from __future__ import annotations

import os
import unittest
from pathlib import Path

_HERE = Path(__file__).resolve()
ROOT = Path(os.environ.get("PARMANA_VECTORS") or _HERE.parents[4] / "shared" / "vectors")


def needs_vectors(cls: type) -> type:
    return unittest.skipUnless(ROOT.is_dir(), f"no vectors in {ROOT}; set PARMANA_VECTORS")(cls)
