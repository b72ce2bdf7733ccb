"""Names that would command the terminal, wherever they come from: what is written shows them."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.hostile import WAYS, FakeTerminal, call, faults_of, hostile, of_file, of_text
from tests.tui.chaos import SteppedRunner, make_app
from tuinet import output
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp

LONG_TRIES = 2_000
CLIPBOARD = "\x1b]52;c;cm0gLXJm\x07"
TUINET = [sys.executable, "-m", "tuinet"]
SOURCES = Path(__file__).parents[1] / "tuinet"


def find(ways: Iterable[str], round_: int, folder: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """Try each way with a name: what went out that ought not to."""
    findings = []
    for number, way in enumerate(ways):
        place = folder / f"{round_}-{number}"
        place.mkdir()
        patch.chdir(place)
        name = hostile(random.Random(f"{way} {round_}"))
        made = WAYS[way](place, name)
        out, err, status = call(made.arguments, made.environ)
        faults = faults_of(out, is_data=made.is_data) + faults_of(err, is_data=False)
        if "Traceback" in err:
            faults.append(f"a traceback: {err[-300:]!a}")
        if status not in (0, 1, 2):
            faults.append(f"exit status {status}")
        if faults:
            findings.append(f"{way}: {name[:200]!a}: {', '.join(faults)}")
    return findings


def test_no_name_reaches_the_terminal_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(sorted(WAYS)[::3], 0, tmp_path, monkeypatch) == []


@pytest.mark.long
def test_thousands_of_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries, round_, findings = 0, 0, []
    while tries < LONG_TRIES:
        round_ += 1
        findings += find(sorted(WAYS), round_, tmp_path, monkeypatch)
        tries += len(WAYS)
    with capsys.disabled():
        print(f"\n{tries:,} hostile names in {len(WAYS)} ways: {len(findings)} findings")
    assert findings == []


def test_the_fuzzer_finds_what_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "shown_line", lambda text: text)
    monkeypatch.setattr(output, "visible", lambda text: text)
    ways = ["command", "option", "TERM for doctor", "share", "a table for train --epochs 0"]
    found = [find(ways, round_, tmp_path, monkeypatch) for round_ in range(5)]
    assert sum(map(len, found)) > 10


def test_a_message_shows_controls_and_stays_one_line(tmp_path: Path) -> None:
    _, err, status = call(["train", f"--{CLIPBOARD}\u202ex"], {})
    assert status == 2
    assert err == "tuinet: No such option '--\\x1b]52;c;cm0gLXJm\\x07\\u202ex'.\n"
    _, err, _ = call(["share", "two\nlines"], {})
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["lesson"], ["train", "--epochs", "0", "--save"], ["record", "--epochs", "1", "--out"], ["share"]]
)
def test_a_name_that_is_too_long_for_a_file_is_one_line(arguments: list[str]) -> None:
    out, err, status = call([*arguments, "y" * 5000], {})
    assert (out, status, err.count("\n")) == ("", 2, 1)
    assert len(err) < 1_000


def test_right_to_left_words_are_isolated_on_a_terminal_only() -> None:
    _, err, _ = call(["train", "--load", "שלום עולם/שם.npz"], {})
    assert "\u2068שלום עולם\u2069/\u2068שם\u2069.npz" in err
    done = subprocess.run(
        [*TUINET, "train", "--load", "שלום.npz"], capture_output=True, text=True, timeout=60, check=False
    )
    assert "\u2068" not in done.stderr
    assert "שלום" in done.stderr


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("日本語", "é", "e\u0301", "👩\u200d👩\u200d👧", "✊🏽", "❤\ufe0f"):
        _, err, _ = call(["train", "--load", f"{name}.npz"], {})
        assert f"{name}.npz" in err


def test_what_goes_to_a_pipe_is_not_altered() -> None:
    """A line still names its file; JSON has escapes; a table of numbers has the bytes of its names."""
    name = f"{CLIPBOARD}\x1b[31mé.csv"
    line = subprocess.run(
        [*TUINET, "share", json.dumps({"format": "tuinet run", "version": 1, "experiment": {"dataset": name}})],
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout.decode()
    assert line.isprintable() or line[:-1].isprintable()
    assert call(["share", line], {})[0] == line
    words = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, timeout=60, check=True).stdout
    assert name.encode() in words.split(b"\0")
    code = "import sys; from tuinet.output import write_data; write_data(sys.argv[1])"
    given = os.fsdecode(f"{name}\u202e".encode() + b"\x9b\n")
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    piped = subprocess.run([sys.executable, "-c", code, given], capture_output=True, env=env, timeout=60, check=True)
    assert piped.stdout == os.fsencode(given) + b"\n"


def test_a_traceback_and_a_warning_show_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError(f"oh {CLIPBOARD}\nFORGED")

    monkeypatch.setattr("tuinet.cli.share._shared", break_down)
    _, err, status = call(["share", "x"], {})
    assert status == 1
    assert "RuntimeError: oh \\x1b]52" in err
    assert faults_of(err.replace("\nFORGED", ""), is_data=False) == []
    assert "\x1b" not in output._warning(f"{CLIPBOARD}", UserWarning, f"{CLIPBOARD}.py", 1)


async def test_the_last_words_of_a_broken_dashboard_show_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> None:
        raise RuntimeError(f"oh \x9b31m{CLIPBOARD}\u202e")

    error = FakeTerminal()
    app = make_app(SteppedRunner(Session(Experiment())))
    monkeypatch.setattr(app.error_console, "file", error)
    with pytest.raises(RuntimeError):
        async with app.run_test(size=(120, 40)) as pilot:
            app.call_later(break_down)
            await pilot.pause()
    shown = re.sub("\x1b\\[[\\d;]*m", "", error.written().decode())
    assert "oh \\x9b31m\\x1b]52" in shown
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown)


@pytest.mark.parametrize("round_", range(4))
async def test_the_dashboard_and_its_pictures_draw_no_control(round_: int, tmp_path: Path) -> None:
    source = random.Random(round_)
    path = tmp_path / f"{of_file(hostile(source))[:20]}\x1b[31m\u202e\udc9b.csv"
    label = "l" + of_text(hostile(source)).replace('"', "")
    rows = [f'"n{label}",b,y', *(f'{x},{-x},"{label if x % 2 else "other"}"' for x in range(8))]
    path.write_text("\n".join(rows), newline="")
    session = Session(Experiment(dataset=str(path), hidden=(2,)))
    app = make_app(SteppedRunner(session))
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("", "m", "y", "j", "escape", "c", "v", "d", "escape", "e", "escape", "question_mark"):
            if key:
                await pilot.press(key)
            await pilot.pause()
            assert faults_of("\n".join(_drawn(app)), is_data=True) == [], key
            assert faults_of(app.export_screenshot(), is_data=True) == [], key
        assert faults_of(app.clipboard, is_data=True) == []


def _drawn(app: TuinetApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def test_the_command_line_writes_in_one_place() -> None:
    """No function of the program prints by itself, but the one for it."""
    elsewhere = []
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"):
                elsewhere.append(f"{path.relative_to(SOURCES)}: {called}")
    assert {place.partition(":")[0] for place in elsewhere} == {"output.py"}
