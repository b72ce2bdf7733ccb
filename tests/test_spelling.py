"""Text for readers without Unicode: what the stream, the locale or an option cannot take is spelled."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.inline import run_inline
from tuinet.spelling import as_ascii, charset_of, within


class Screen(io.StringIO):
    """A terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def pipe(encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


@pytest.mark.parametrize(
    ("environ", "charset"),
    [
        ({}, "utf-8"),
        ({"LANG": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, "ascii"),
        ({"LANG": "de_DE.ISO-8859-1"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, "utf-8"),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, "utf-8"),
    ],
    ids=str,
)
def test_a_pipe_takes_what_the_locale_has(environ: dict[str, str], charset: str) -> None:
    assert charset_of(pipe(), environ) == charset
    assert charset_of(pipe("latin-1"), environ) == "latin-1"


def test_on_a_terminal_the_locale_c_says_nothing() -> None:
    assert charset_of(Screen(), {"LANG": "C"}) == "utf-8"
    assert charset_of(Screen(), {"LANG": "de_DE.ISO-8859-1"}) == "ascii"


def test_what_a_charset_has_is_kept() -> None:
    assert within("Größe", "latin-1") == "Größe" and within("δ", "utf-8") == "δ"
    assert within("δ·x ≠ Höhe", "latin-1") == as_ascii("δ·x ≠ Höhe") == "delta*x != Hohe"
    assert within("δ", "no such charset") == "delta"


@pytest.mark.parametrize(
    "arguments",
    [("manual", "--ascii"), ("manual", "panels", "--ascii"), ("exercise", "forward", "--ascii", "--count", "1")],
    ids=" ".join,
)
def test_whoever_asks_for_ascii_gets_it_in_a_pipe(arguments: tuple[str, ...]) -> None:
    done = run_inline(*arguments)
    assert done.returncode == 0 and done.stdout.isascii() and done.stderr.isascii()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("manual",),
        ("exercise", "--list"),
        ("explain", "--epoch", "1"),
        ("train", "--epochs", "2"),
        ("worksheet", "forward", "--students", "1"),
        ("datasets",),
        ("lesson", "--list"),
        ("train", "--dataset", "Größe"),
    ],
    ids=" ".join,
)
def test_every_command_respects_an_ascii_locale_in_a_pipe(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    monkeypatch.setenv("LC_ALL", "C")
    done = run_inline(*arguments)
    assert done.stdout.isascii() and done.stderr.isascii()
    assert done.stdout or done.stderr
