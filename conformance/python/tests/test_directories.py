"""Directories, what lies beside a file, and what is printed (section 15)."""

from __future__ import annotations

import io
import json
import os
import unittest
from pathlib import Path
from typing import Any, Dict, List, Tuple
from unittest import mock

from parmana_verifier import directories
from parmana_verifier.canonical import canonical
from parmana_verifier.cli import main
from parmana_verifier.directories import files_below
from parmana_verifier.output import shown

from .test_checks import Case

DECEIVING = "\x1b[2K\n\r\u202e\u2028\x9b\U000e0041"


class Directories(Case):
    def setUp(self) -> None:
        super().setUp()
        self.folder = self.directory / "many"
        self.folder.mkdir()
        self.evidence = self.world.evidence()
        self.flat = self.world.attestation(self.evidence)

    def statement(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(canonical(self.flat))
        return path

    def rows(self, *words: str) -> Tuple[int, List[Dict[str, Any]]]:
        code, out = self.run_command(str(self.folder), *words)
        return code, [json.loads(line) for line in out.splitlines()]

    def names(self) -> List[str]:
        return [found.path[len(str(self.folder)) + 1 :] for found in files_below(str(self.folder))]

    def test_order_and_what_is_a_file(self) -> None:
        for name in ("a/b.json", "a.json", "a-.json", "A.JSON", "\U0001f600.json", "\uff5a.json", ".json", "x.jsonl"):
            self.statement(name)
        (self.folder / "d.json").mkdir()
        (self.folder / "to-a").symlink_to("a")
        (self.folder / "to-a.json").symlink_to("a")
        (self.folder / "link.json").symlink_to("a.json")
        (self.folder / "nowhere.json").symlink_to("nothing")
        (self.folder / "round.json").symlink_to("round.json")
        os.mkfifo(self.folder / "pipe.json")
        expected = [".json", "a-.json", "a.json", "a/b.json", "link.json", "nowhere.json", "round.json"]
        self.assertEqual(self.names(), expected + ["\U0001f600.json", "\uff5a.json"])
        code, rows = self.rows()
        self.assertEqual((code, [row["exitCode"] for row in rows]), (2, [0, 0, 0, 0, 0, 2, 2, 0, 0]))

    def test_a_folder_that_cannot_be_read(self) -> None:
        self.statement("a.json")
        self.statement("b/c.json")

        def scandir(path: str) -> Any:
            if path.endswith("/b/"):
                raise PermissionError(13, "Permission denied")
            return os.scandir(path)

        with mock.patch.object(directories, "os", mock.Mock(wraps=os, scandir=scandir)):
            code, rows = self.rows()
            self.assertEqual((code, [(row["file"][-2:], row["exitCode"]) for row in rows]), (2, [("on", 0), ("/b", 2)]))
            (self.folder / "a.json").unlink()
            self.assertEqual(self.rows()[0], 2)

    def test_folders_in_one_another(self) -> None:
        deep = str(self.folder)
        for _ in range(1200):  # more than Python recurses
            deep += "/d"
            os.mkdir(deep)
            self.addCleanup(os.rmdir, deep)
        self.addCleanup(os.remove, self.statement("d/" * 1200 + "a.json"))
        self.assertEqual(len(self.names()), 1)

    def test_a_name_that_is_not_utf8_is_a_finding(self) -> None:
        self.statement("a.json")
        raw = os.fsencode(str(self.folder))
        for name in (b"\xff.json", b"\\xff.json", b"f\xc3\xa4\xe4/b.json", b"f\xe4.txt"):
            path = Path(os.fsdecode(raw + b"/" + name))
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(canonical(self.flat))
        code, rows = self.rows()
        self.assertEqual(code, 2)
        found = [(row["file"][len(str(self.folder)) + 1 :], row["exitCode"]) for row in rows]
        names = sorted([("\\xff.json", 0), ("\\xff.json", 2)])
        self.assertEqual(sorted(found), [*names, ("a.json", 0), ("f\\xc3\\xa4\\xe4", 2)])
        code, out = self.run_command(os.fsdecode(raw + b"/\xff.json"))
        self.assertEqual((code, json.loads(out)["error"]["code"]), (2, "CLI-004"))

    def test_a_companion_that_is_no_file(self) -> None:
        self.statement("attestation.json")
        (self.folder / "evidence.json").write_bytes(canonical(self.evidence))
        os.mkfifo(self.folder / "attestation.json.evidence")
        code, rows = self.rows()
        self.assertEqual((code, [row["exitCode"] for row in rows]), (2, [2, 2]))
        self.assertEqual(rows[0]["code"], "CLI-004")

    def test_what_is_looked_for_depends_on_the_statement(self) -> None:
        self.statement("a.json")
        (self.folder / "a.json.votes").mkdir()
        (self.folder / "a.json.original").mkdir()
        self.assertEqual(self.rows()[0], 0)

    def test_a_home_that_cannot_be_read_is_said_of_each_file(self) -> None:
        self.statement("a.json")
        self.statement("b.json")
        for name in ("root.pub", "trust-root.json"):
            path = self.directory / "home" / "trust" / name
            self.rows()  # writes the home
            path.unlink()
            path.symlink_to("nowhere")
            out = io.StringIO()
            words = ["verify", "--json", "--home", str(self.directory / "home"), str(self.folder)]
            self.assertEqual(main(words, out, io.StringIO()), 2)
            self.assertEqual([json.loads(line)["exitCode"] for line in out.getvalue().splitlines()], [2, 2])
            path.unlink()

    def test_a_name_too_long_for_anything_beside_it(self) -> None:
        self.statement("x" * 250 + ".json")
        self.assertEqual(self.rows()[0], 0)


class Printed(Case):
    def test_nothing_steers_the_terminal(self) -> None:
        self.assertEqual(shown(DECEIVING), "\\u001b[2K\\u000a\\u000d\\u202e\\u2028\\u009b\\udb40\\udc41")
        flat = self.world.attestation(self.world.evidence())
        for name, content in ((DECEIVING, flat), ("bad", {"type": "parmana/evidence-bundle/v1"})):
            folder = self.directory / "many"
            folder.mkdir(exist_ok=True)
            path = folder / f"{name}{DECEIVING}.json"
            path.write_bytes(canonical(content))
            for words in ((str(folder),), (str(path),), ("--json", str(folder)), (f"--{DECEIVING}", str(path))):
                self.world.write(self.directory / "home")
                out, err = io.StringIO(), io.StringIO()
                main(["verify", "--home", str(self.directory / "home"), *words], out, err)
                for line in (out.getvalue() + err.getvalue()).split("\n"):
                    self.assertEqual(shown(line), line)
                    self.assertNotIn("Traceback", line)

    def test_members_of_an_evidence_bundle_do_not_break_a_line(self) -> None:
        path = self.put("a.json", {"type": f"parmana/evidence-bundle/{DECEIVING}"})
        out = io.StringIO()
        self.assertEqual(main(["verify", path], out, out), 2)
        self.assertEqual(len(out.getvalue().splitlines()), 1)

    def test_output_that_is_lost(self) -> None:
        flat = self.put("a.json", self.world.attestation(self.world.evidence()))
        self.world.write(self.directory / "home")
        words = ["verify", "--home", str(self.directory / "home"), "--at", "2026-06-02T00:00:00.000Z", flat]
        for error, code in ((OSError(28, "No space left on device"), 6), (BrokenPipeError(), 0)):
            full = mock.Mock(io.StringIO())
            full.write.side_effect = error
            full.fileno.side_effect = OSError
            self.assertEqual(main(words, full, io.StringIO()), code)

    def test_a_defect_is_no_verdict(self) -> None:
        out = io.StringIO()
        with mock.patch("parmana_verifier.cli.Verifier", side_effect=KeyError("x")):
            self.assertEqual(main(["verify", "--json", "a.json"], out, out), 1)
        self.assertEqual(json.loads(out.getvalue())["error"]["code"], "UNEXPECTED")


if __name__ == "__main__":
    unittest.main()
