"""Names that nobody should have given to anything, ways in which they come to the command line, and what may go out."""

from __future__ import annotations

import io
import json
import random
import re
import shlex
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuinet.cli.main import main
from tuinet.experiment.experiment import Experiment
from tuinet.replay import recording_file
from tuinet.replay.recorder import record
from tuinet.session.session import Session
from tuinet.storage import session_file
from tuinet.terminal_text import LINE_LIMIT

PIECES = (
    *("\x1b]52;c;cm0gLXJm\x07", "\x1b]0;title\x07", "\x1b[2J", "\x1b[31m", "\x1b[8m", "\x1bP1;2q\x1b\\", "\x1bc"),
    *(
        "\x9b31m",
        "\x9d0;title\x9c",
        "\x90q\x9c",
        "\x85",
        "\x80",
        "\x7f",
        "\x08\x08",
        "\r",
        "\n",
        "\nFORGED ",
        "\t",
        "\v",
        "\f",
        "\x0e",
    ),
    *("\u202a", "\u202d", "\u202e", "\u202c", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"),
    *("\u2028", "\u2029", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xad", "\u034f", "\u180e", "\u3164"),
    *("\udc9b", "\udcff", "\udc80", "\ud83d", "\ude00", "\U000e0041", "\U000e007f", "\U000e0fff", "\ufffa"),
    *("name", "x", "1", ".", " ", "-", "--", "'", '"', "\\", "%s", "{0}", "[red]", "$(id)", "=", ",", "#", "]", "/"),
    *(
        "é",
        "e\u0301",
        "日本",
        "Ω",
        "👩\u200d👩\u200d👧",
        "✊🏽",
        "שלום",
        "العربية",
        "می\u200cخواهم",
        "\u0661",
        "x" * 300,
        "y" * 5000,
    ),
)
_BAR = re.compile(
    r"\r?\x1b\[\?25[lh]|\r(?:training|runs|recording|on the way)[^\r\n\x1b]*(?:\x1b\[K)?|\x1b\[K(?=\r|\n|$)"
)
"""What the progress bar of click sends."""
_DIRECTION = re.compile(r"\u2068[^\u2068\u2069]*\u2069")
_NO_WIDTH = frozenset("\xad\u034f\u115f\u1160\u180e\u200b\u2060\u3164\ufeff\uffa0")


def hostile(source: random.Random) -> str:
    """A name of a few pieces."""
    return "".join(source.choice(PIECES) for _ in range(source.randint(1, 6)))


def of_system(name: str) -> str:
    """The name as an argument or a variable can have it."""
    return "".join(
        char for char in name if char != "\0" and not ("\ud800" <= char < "\udc80" or "\udd00" <= char < "\ue000")
    )


def of_file(name: str) -> str:
    """The name as a file can have it."""
    plain = of_system(name).replace("/", "")
    while len(plain.encode("utf-8", "surrogateescape")) > 200:
        plain = plain[: len(plain) // 2]
    return plain.strip(".") or "x"


def of_text(name: str) -> str:
    """The name as a text file can have it."""
    return "".join(char for char in name if not "\ud800" <= char < "\ue000")


@dataclass
class Call:
    """A command line."""

    arguments: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    is_data: bool = False
    """Whether lines may be as long as what stands in them."""


Way = Callable[[Path, str], Call]
WAYS: dict[str, Way] = {}
"""Each puts a name somewhere in a folder, and calls a command that comes across it."""


def _way(make: Way) -> Way:
    WAYS[make.__name__] = make
    return make


def _option(title: str, *before: str, after: tuple[str, ...] = ()) -> None:
    WAYS[title] = lambda folder, name: Call([*before, of_system(name), *after])


for _command in (
    "train",
    "check",
    "rates",
    "compare",
    "exercise",
    "explain",
    "export",
    "record",
    "replay",
    "share",
    "lesson",
    "themes",
    "worksheet",
):
    WAYS[f"option of {_command}"] = lambda folder, name, command=_command: Call([command, f"--{of_system(name)}"])  # type: ignore[misc]
for _command in (
    "doctor",
    "datasets",
    "completion",
    "config",
    "share",
    "themes",
    "check",
    "rates",
    "exercise",
    "explain",
    "worksheet",
):
    _option(f"argument of {_command}", _command)
_option("command")
WAYS["option"] = lambda folder, name: Call([f"--{of_system(name)}"])
for _name in (
    "dataset",
    "hidden",
    "activation",
    "at",
    "edit",
    "points",
    "expect",
    "weights",
    "target",
    "load",
    "seed",
    "from",
):
    _option(f"train --{_name}", "train", "--epochs", "0", f"--{_name}")
_option("speed", "--speed")
_option("theme", "--theme")
_option("vary", "compare", "--vary")
_option("vary with values", "compare", "--json", "--vary", "dataset=xor,")
_option("example", "explain", "--example")
_option("check --load", "check", "--load")
_option("rates --load", "rates", "--load")
_option("export of a run", "export", after=("--to", "json", "--out", "out"))
_option("export --to", "export", "--to")
_option("replay", "replay", after=("--cast", "cast"))
_option("replay --size", "replay", "x", "--size")
_option("lesson", "lesson")
_option("lesson check", "lesson", "check")
_option("worksheet check", "worksheet", "check")
_option("worksheet check --sheets", "worksheet", "check", "x", "--sheets")
_option("record", "record", after=("--out", "out"))
_option("config", "--config", after=("config",))
_option("share", "share")


@_way
def an_exported_folder(folder: Path, name: str) -> Call:
    out = folder / of_file(name)
    return Call(["export", "--epochs", "0", "--to", "json", "--to", "numpy", "--out", str(out)], is_data=True)


@_way
def a_saved_file(folder: Path, name: str) -> Call:
    return Call(["record", "--epochs", "1", "--out", str(folder / of_file(name))])


@_way
def a_saved_run(folder: Path, name: str) -> Call:
    return Call(["train", "--epochs", "0", "--save", f"./{of_system(name)}"])


@_way
def a_cast(folder: Path, name: str) -> Call:
    path = folder / "recording.npz"
    recording_file.write(path, record(Session(Experiment()), 1))
    return Call(
        ["replay", str(path), "--cast", str(folder / of_file(name)), "--theme", of_system(name), "--press", "l"]
    )


@_way
def a_recording(folder: Path, name: str) -> Call:
    path = folder / of_file(name)
    recording_file.write(path, record(Session(_experiment(folder, name)), 1))
    return Call(["replay", str(path), "--cast", str(folder / "none" / "cast")])


def _table(folder: Path, name: str) -> Path:
    path = folder / f"{of_file(name)}.csv"
    column, label = (
        json.dumps(of_text(text), ensure_ascii=False).replace('\\"', '""') for text in (f"n{name}", f"l{name}")
    )
    rows = [f"{column},b,y", *(f"{x},{-x},{label if x % 2 else 'other'}" for x in range(8))]
    path.write_text("\n".join(rows), encoding="utf-8", newline="")
    return path


def _experiment(folder: Path, name: str) -> Experiment:
    path = folder / f"{of_file(name)}.csv"
    path.write_text("a,b,y\n" + "".join(f"{x},{-x},{x % 2}\n" for x in range(8)))
    return Experiment(dataset=str(path), hidden=(2,))


@_way
def a_checkpoint(folder: Path, name: str) -> Call:
    experiment, path = _experiment(folder, name), folder / f"{of_file(name)}.npz"
    session_file.write(path, Session(experiment).save())
    return Call(["share", *(["--json"] if len(name) % 2 else []), str(path)], is_data=True)


@_way
def a_checkpoint_without_its_data(folder: Path, name: str) -> Call:
    experiment, path = _experiment(folder, name), folder / "saved.npz"
    session_file.write(path, Session(experiment).save())
    Path(experiment.dataset).unlink()
    return Call(["train", "--epochs", "0", "--load", str(path)])


@_way
def a_checkpoint_with_another_header(folder: Path, name: str) -> Call:
    path = folder / "saved.npz"
    session_file.write(path, Session(Experiment()).save())
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(arrays["header"].tobytes())
    header["tables"][0]["experiment"]["optimizer"] = name
    header[name] = name
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, **arrays)
    return Call(["check", "--load", str(path)])


@_way
def an_archive_of_arrays(folder: Path, name: str) -> Call:
    path = folder / "data.npz"
    arrays: dict[str, Any] = {of_text(name).replace("/", "") or "x": np.ones((3, 2))}
    np.savez(path, **arrays)
    return Call(["train", "--epochs", "0", "--dataset", str(path)])


for _words in (
    ("train", "--epochs", "0"),
    ("check",),
    ("explain",),
    ("explain", "--format", "markdown"),
    ("explain", "--all"),
):
    WAYS[f"a table for {' '.join(_words)}"] = lambda folder, name, words=_words: Call(  # type: ignore[misc]
        [*words, "--hidden", "1", "--dataset", str(_table(folder, name))], is_data=words[0] == "explain"
    )


@_way
def a_table_to_compare(folder: Path, name: str) -> Call:
    form = ("--json", "--csv")[len(name) % 2]
    return Call(
        ["compare", form, "--seeds", "1", "--workers", "1", "--vary", f"target={of_system(name)}"], is_data=True
    )


@_way
def a_table_without_its_target(folder: Path, name: str) -> Call:
    return Call(["train", "--epochs", "0", "--dataset", str(_table(folder, name)), "--target", of_system(name) or "x"])


@_way
def a_table_with_a_hostile_value(folder: Path, name: str) -> Call:
    path = folder / "data.csv"
    path.write_bytes(b"a,b,y\n1,2,0\n" + of_system(name).encode("utf-8", "surrogateescape") + b",2,1\n")
    return Call(["train", "--epochs", "0", "--dataset", str(path)])


def _line(folder: Path, name: str) -> str:
    return f"tuinet --defaults 1 --dataset {shlex.quote(of_system(name))} --seed 1 --at 0"


@_way
def a_line(folder: Path, name: str) -> Call:
    return Call(["share", _line(folder, name)], is_data=True)


@_way
def a_line_as_json(folder: Path, name: str) -> Call:
    return Call(["share", "--json", _line(folder, name)], is_data=True)


@_way
def a_line_with_an_option(folder: Path, name: str) -> Call:
    return Call(["share", f"tuinet --{shlex.quote(of_system(name))}"])


@_way
def a_line_in_a_file(folder: Path, name: str) -> Call:
    path = folder / of_file(name).replace(" ", "")
    path.write_bytes(b"tuinet --edit '" + of_system(name).replace("'", "").encode("utf-8", "surrogateescape") + b"'")
    return Call(["train", "--from", str(path)])


def _json_way(key: str, value: Callable[[str], object]) -> Way:
    def make(folder: Path, name: str) -> Call:
        shared = {"format": "tuinet run", "version": 1, "experiment": {"dataset": "xor"}}
        return Call(["share", json.dumps({**shared, key or name: value(name)})], is_data=True)

    return make


WAYS["a key of JSON"] = _json_way("", str)
WAYS["a field of JSON"] = _json_way("experiment", lambda name: {name: name})
WAYS["a value of JSON"] = _json_way("experiment", lambda name: {"dataset": name})
WAYS["an optimizer of JSON"] = _json_way("experiment", lambda name: {"optimizer": name})
for _key in ("format", "version", "defaults", "edits", "at", "speed", "paused", "epochs", "expect", "load"):
    WAYS[f"{_key} of JSON"] = _json_way(_key, lambda name, is_list=_key == "edits": [name] if is_list else name)  # type: ignore[misc]


def _toml(text: str) -> str:
    return json.dumps(of_text(text)).replace("\x7f", "\\u007f")


def _config_way(form: str, *arguments: str, is_data: bool = False) -> Way:
    def make(folder: Path, name: str) -> Call:
        path = folder / of_file(name)
        path.write_text(
            form.replace("NAME", re.sub(r"(\\ud[89ab]..)(\\ud[c-f]..)", _astral, _toml(name))), encoding="utf-8"
        )
        if len(name) % 2:
            return Call(list(arguments), {"TUINET_CONFIG": str(path)}, is_data)
        return Call(["--config", str(path), *arguments], is_data=is_data)

    return make


def _astral(pair: re.Match[str]) -> str:
    return f"\\U{ord(json.loads(chr(34) + pair[0] + chr(34))):08x}"


for _form in (
    "NAME = 1",
    "[NAME]",
    "[defaults]\nNAME = 1",
    "[defaults]\ndataset = NAME",
    "[defaults]\ntheme = NAME",
    "[defaults]\noptimizer = NAME",
    "[defaults]\nhidden = [NAME]",
    "[keys]\nNAME = 'p'",
    "[keys]\npause = NAME",
    "[keys.NAME]\npause = 'f2'",
    "[keys]\npause = [NAME, 1]",
    "[defaults\n NAME",
):
    for _words in (
        ("config",),
        ("doctor",),
        ("doctor", "--json"),
        ("train", "--epochs", "0"),
        ("--help",),
        ("compare", "--help"),
    ):
        WAYS[f"{_form!r} for {' '.join(_words)}"] = _config_way(_form, *_words, is_data="--json" in _words)

for _variable in (
    "TERM",
    "COLORTERM",
    "LC_ALL",
    "LANG",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "HOME",
    "TUINET_CONFIG",
    "TEXTUAL_COLOR_SYSTEM",
):
    WAYS[f"{_variable} for doctor"] = (
        lambda folder, name, variable=_variable: Call(  # type: ignore[misc]
            ["doctor"], {variable: str(folder / of_file(name)) if variable.startswith("XDG") else of_system(name)[:500]}
        )
    )
WAYS["threads"] = lambda folder, name: Call(["doctor"], {"OPENBLAS_NUM_THREADS": of_system(name)})
WAYS["folder of themes"] = lambda folder, name: Call(["themes"], {"XDG_CONFIG_HOME": str(folder / of_file(name))})
WAYS["folder of the configuration"] = lambda folder, name: Call(
    ["config"], {"XDG_CONFIG_HOME": str(folder / of_file(name))}
)


def _file_of(folder: Path, kind: str, name: str, text: str) -> dict[str, str]:
    below = folder / "tuinet" / kind
    below.mkdir(parents=True)
    (below / f"{of_file(name)}{'.toml' if kind == 'themes' else '.md'}").write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(folder)}


_THEME = (Path(__file__).parents[1] / "themes" / "dark.toml").read_text(encoding="utf-8")


def _theme_way(old: str, new: str, *arguments: str) -> Way:
    def make(folder: Path, name: str) -> Call:
        text = re.sub(
            old,
            lambda _: new.replace("NAME", re.sub(r"(\\ud[89ab]..)(\\ud[c-f]..)", _astral, _toml(name))),
            _THEME,
            count=1,
        )
        return Call(list(arguments), _file_of(folder, "themes", name, text))

    return make


for _words in (("themes",), ("doctor",)):
    for _old, _new in (
        ('name = "dark"', "name = NAME"),
        ("dark = true", "dark = NAME"),
        ('primary = "[^"]*"', "primary = NAME"),
        ('primary = "[^"]*"', "NAME = 1"),
        ("classes = \\[", "classes = [NAME, "),
        ("$", "x"),
    ):
        WAYS[f"{_new} in a theme for {' '.join(_words)}"] = _theme_way(_old, _new, *_words)

_LESSON = """+++
title = TITLE
summary = SUMMARY
minutes = 3
EXTRA
+++

## HEADING

```tuinet
experiment = EXPERIMENT
MORE
```

some words
"""


def _lesson_way(place: str, form: str, *arguments: str) -> Way:
    usual = {"TITLE": '"t"', "SUMMARY": '"s"', "EXTRA": "", "HEADING": "h", "EXPERIMENT": '"--dataset xor"', "MORE": ""}

    def make(folder: Path, name: str) -> Call:
        shown = re.sub(r"(\\ud[89ab]..)(\\ud[c-f]..)", _astral, _toml(name))
        values, text = {**usual, place: form.replace("NAME", shown).replace("RAW", of_text(name))}, _LESSON
        for key, value in values.items():
            text = text.replace(key, value)
        environ = _file_of(folder, "lessons", name, text)
        path = next((folder / "tuinet" / "lessons").glob("*.md"), folder)
        return Call([*arguments, *([str(path)] if "check" in arguments else [])], environ)

    return make


for _words in (("lesson",), ("lesson", "check"), ("lesson", "1")):
    for _place, _form in (
        ("TITLE", "NAME"),
        ("SUMMARY", "NAME"),
        ("EXTRA", "NAME = 1"),
        ("HEADING", "RAW"),
        ("EXPERIMENT", "NAME"),
        ("MORE", "show = [NAME]"),
        ("MORE", "keys = [NAME]"),
        ("MORE", "NAME = NAME"),
        ("MORE", "[[claims]]\nsays = NAME\nholds = NAME"),
        ("MORE", "[[claims]]\nsays = 'some words'\nholds = 'epoch == 1'\nat = NAME"),
    ):
        WAYS[f"{_place} {_form!r} of a lesson for {' '.join(_words)}"] = _lesson_way(_place, _form, *_words)


class FakeTerminal(io.TextIOWrapper):
    """A stream that says that it is a terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    def isatty(self) -> bool:
        return True

    def written(self) -> bytes:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue()


def call(arguments: list[str], environ: Mapping[str, str]) -> tuple[str, str, object]:
    """Call the command line before fake terminals: what it has written to each, and its exit status."""
    out, err = FakeTerminal(), FakeTerminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_COLOR", "1")
        for variable, value in environ.items():
            patch.setenv(variable, value)
        patch.setattr(sys, "argv", ["tuinet", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main()
    return out.written().decode(), err.written().decode(), ended.value.code


def faults_of(text: str, *, is_data: bool) -> list[str]:
    """What no terminal should have got."""
    text = _BAR.sub("", text)
    plain = _DIRECTION.sub("", text)
    faults = [f"U+{ord(char):04X}" for char in sorted(set(plain) - {"\n"}) if _is_bad(char)]
    if re.search("^FORGED", text, re.MULTILINE):
        faults.append("a line of its own")
    longest = max(map(len, text.split("\n")))
    # Behind the name of the program, and each right-to-left word between isolates.
    return faults if is_data or longest <= 2 * LINE_LIMIT else [*faults, f"a line of {longest} characters"]


def _is_bad(char: str) -> bool:
    direction = unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    return (
        direction
        or char in _NO_WIDTH
        or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or char in "\u200e\u200f\u061c"
    )
