"""Verifies Parmana attestations: /usr/bin/python3 verify.py verify --json [options] <path>..."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from parmana_verifier.cli import main  # noqa: E402

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
