from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tuinet.cli.findings import (
    Fact,
    aligned,
    arithmetic_finding,
    blas_finding,
    disk_finding,
    folder_finding,
    privacy_findings,
    runs_finding,
    strangers_finding,
    terminal_findings,
    version_findings,
)

TERMINAL = {"input": True, "output": True}
GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "de_DE.UTF-8"}


def finding(name: str, environ: Mapping[str, str] = GOOD, encoding: str = "utf-8", size: str = "80x24") -> Fact:
    columns, lines = map(int, size.split("x"))
    findings = terminal_findings(environ, encoding, os.terminal_size((columns, lines)), TERMINAL)
    return next(one for one in findings if one.name == name)


def test_a_good_terminal_has_nothing_to_mend() -> None:
    findings = terminal_findings(GOOD, "utf-8", os.terminal_size((120, 36)), TERMINAL)
    assert {one.verdict for one in findings} == {"ok"}
    assert not any(one.remedy for one in findings)


@pytest.mark.parametrize(
    ("environ", "colours", "verdict"),
    [
        (GOOD, "true colour (COLORTERM=truecolor)", "ok"),
        ({"TERM": "xterm-kitty"}, "true colour (TERM=xterm-kitty takes any)", "ok"),
        ({"TERM": "xterm-256color"}, "256 (TERM=xterm-256color, and nothing that speaks of more)", "note"),
        ({**GOOD, "STY": "1.pts", "TERM": "screen.xterm-256color"}, "256 (TERM=screen.xterm-256color", "note"),
        ({**GOOD, "NO_COLOR": "1"}, "none (NO_COLOR is set)", "ok"),
        ({"TERM": "linux"}, "16 (TERM=linux is the console of Linux)", "ok"),
        ({"TERM": "vt100"}, "none (TERM=vt100 has none)", "ok"),
        ({"TERM": "screen", "TMUX": "/tmp/x"}, "256 (tmux, which has 256 at least)", "note"),
        ({"TERM": "xterm"}, "16 (TERM=xterm speaks of no more)", "note"),
        ({**GOOD, "TEXTUAL_COLOR_SYSTEM": "256"}, "256 (TEXTUAL_COLOR_SYSTEM=256)", "ok"),
    ],
)
def test_colours_come_with_their_reason(environ: Mapping[str, str], colours: str, verdict: str) -> None:
    found = finding("colours", environ)
    assert found.value.startswith(colours)
    assert found.verdict == verdict
    assert bool(found.remedy) == (verdict == "note")


@pytest.mark.parametrize(
    ("term", "verdict"), [("xterm", "ok"), ("", "note"), ("dumb", "problem"), ("unknown", "problem")]
)
def test_a_terminal_that_can_show_no_screen_is_a_problem(term: str, verdict: str) -> None:
    assert finding("TERM", {"TERM": term}).verdict == verdict


def test_what_is_not_utf_8_gets_ascii() -> None:
    latin = {**GOOD, "LC_ALL": "de_DE.ISO-8859-1"}
    assert finding("encoding", latin).value == "utf-8 (LC_ALL=de_DE.ISO-8859-1)"
    assert finding("encoding", latin).verdict == "note"
    assert finding("characters", latin).value == "ASCII only"
    assert finding("encoding", GOOD, "ascii").verdict == "note"
    assert finding("characters", {"TERM": "linux"}).value == "those of the Linux console"


@pytest.mark.parametrize(
    ("size", "verdict"),
    [
        ("80x24", "ok"),
        ("79x24", "note"),
        ("80x23", "note"),
        ("40x12", "note"),
        ("39x12", "problem"),
        ("40x11", "problem"),
    ],
)
def test_the_size_is_judged(size: str, verdict: str) -> None:
    assert finding("size", size=size).verdict == verdict


def test_how_cells_are_divided_is_said_and_how_to_overrule_it() -> None:
    assert finding("cells").value.startswith("half (every font has these); --cells NAME draws others")
    assert finding("cells", {"TERM": "xterm-kitty"}).value.startswith("sextant (TERM=xterm-kitty draws them)")
    for environ in ({"TERM": "linux"}, {**GOOD, "NO_COLOR": "1"}):
        assert finding("cells", environ).value.startswith("half blocks at most")


def test_whether_there_may_be_pictures_is_said_and_how_to_overrule_it() -> None:
    assert finding("graphics").value.endswith("--graphics off draws in cells")
    assert "allow-passthrough" in finding("graphics", {**GOOD, "TMUX": "x"}).value
    assert finding("graphics", {**GOOD, "STY": "x"}).value.startswith("in cells: not through screen; --graphics on")


def test_what_stands_between_is_named() -> None:
    assert finding("inside").value == "neither tmux, screen nor ssh"
    assert finding("inside", {"TMUX": "x", "SSH_CONNECTION": "y"}).value == "tmux, ssh"
    assert finding("inside", {"STY": "x"}).verdict == "note"


def test_no_terminal_is_no_problem() -> None:
    findings = terminal_findings(GOOD, "utf-8", None, {"input": False, "output": False})
    assert findings[0].value == "standard input and output are none"
    assert not any(one.verdict == "problem" for one in findings)


def test_versions_are_those_that_are_installed() -> None:
    found = {one.name: one.value for one in version_findings()}
    assert found["numpy"] == np.__version__
    assert {"tuinet", "Python", "textual", "rich", "plotext"} <= set(found)


def test_blas_threads_are_told() -> None:
    config = {"Build Dependencies": {"blas": {"name": "openblas", "version": "0.3"}}}
    one = blas_finding(config, {"OPENBLAS_NUM_THREADS": "1"})
    assert (one.value, one.verdict) == ("openblas 0.3, 1 thread (OPENBLAS_NUM_THREADS)", "ok")
    assert blas_finding(config, {"OPENBLAS_NUM_THREADS": "4"}).verdict == "note"
    assert blas_finding({}, {}).value == "unknown, threads as it chooses"


def test_a_processor_with_a_tanh_of_its_own_is_noted() -> None:
    assert arithmetic_finding(True).verdict == "ok"
    assert (arithmetic_finding(False).verdict, "without AVX2" in arithmetic_finding(False).value) == ("note", True)


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert folder_finding("runs", lambda: tmp_path, "").verdict == "ok"
    assert folder_finding("runs", lambda: tmp_path / "a" / "b", "").value.endswith("(made when it is needed)")
    assert folder_finding("runs", lambda: file / "runs", "mend").verdict == "problem"
    assert folder_finding("runs", lambda: Path("~/runs"), "").verdict == "problem"

    def no_home() -> Path:
        raise OSError("there is no home directory")

    assert folder_finding("runs", no_home, "").verdict == "problem"


def test_room_and_runs(tmp_path: Path) -> None:
    assert disk_finding(tmp_path / "no" / "such", lambda folder: 2**30).value == "1,024 MB free for saved runs"
    assert disk_finding(tmp_path, lambda folder: 2**20).verdict == "note"
    assert runs_finding(0, tmp_path).verdict == "ok"
    assert runs_finding(3, tmp_path) == Fact(
        "interrupted runs", f"3 in {tmp_path}", "note", "`tuinet runs` lists, opens and discards them"
    )


def test_lines_are_aligned() -> None:
    assert aligned([Fact("a", "1"), Fact("longer", "2", "problem", "mend it")]) == [
        "ok       a       1",
        "problem  longer  2 - mend it",
    ]
    assert aligned([]) == []


def test_a_folder_of_the_runs_that_is_not_ones_own_is_told_with_its_remedy(tmp_path: Path) -> None:
    outer, runs = tmp_path / "tuinet", tmp_path / "tuinet" / "runs"
    assert list(privacy_findings(outer, runs)) == []
    outer.mkdir(mode=0o700)
    runs.mkdir()
    runs.chmod(0o777)
    (one,) = privacy_findings(outer, runs)
    assert (one.verdict, one.value) == ("note", f"{runs} is open to others (drwxrwxrwx)")
    assert one.remedy.startswith(f"chmod 700 {runs}")
    runs.chmod(0o700)
    assert list(privacy_findings(outer, runs)) == []
    link = tmp_path / "link"
    link.symlink_to(outer)
    (one,) = privacy_findings(link, link / "runs")
    assert (one.verdict, one.value) == ("problem", f"{link} is a symbolic link, which is not followed")
    assert one.remedy


def test_strangers_in_the_folder_of_the_runs_are_told(tmp_path: Path) -> None:
    assert strangers_finding([]) is None
    one = strangers_finding([tmp_path / "a", tmp_path / "b"])
    assert one is not None
    assert one.value == f"{tmp_path / 'a'} and 1 more: no ordinary file of yours, and left alone"
    assert (one.verdict, one.remedy) == ("note", "look at it, and move it away")
