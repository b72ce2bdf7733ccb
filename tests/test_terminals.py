"""The dashboard in pseudo-terminals that can show little: every byte that is sent counts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.terminal import CTRL_Q, ENTER, ESCAPE, Terminal

ROOT = Path(__file__).parents[1]
CTRL_P = "\x10"
TUINET = [sys.executable, "-m", "tuinet"]
NO_COLOR = {"NO_COLOR": "1"}
SIXTEEN = {"TERM": "xterm", "COLORTERM": ""}

TOUR: tuple[tuple[str, str], ...] = (
    (" ", "paused"),
    ("nn", "forward"),
    ("?", "keys: training"),
    ("\x1b[6~", "keys: "),
    ("\x1b[F", " "),
    (ESCAPE, "sample 1"),
    (CTRL_P, "Search for commands"),
    ("theme d", "Theme d"),
    (ESCAPE, "sample 1"),
    ("m", "neuron"),
    ("n", "digits"),
    (ESCAPE, "gradients"),
    ("g", "relative error"),
    (ESCAPE, "gradients"),
    ("w", "choose"),
    (ENTER, "enter sets it"),
    ("x" + ENTER, "is not a number"),
    (ESCAPE, "choose"),
    (ESCAPE, "reinit"),
    ("1", "decision boundary"),
    ("2", "loss"),
    ("3", "layer 3"),
    ("4", "gradients"),
    ("5", "network"),
    ("6", "hidden space"),
    ("7", "gradient flow"),
    ("8", "confusion"),
    ("9", "samples"),
    (ESCAPE, "sample 1"),
    ("e", "settings"),
    (ENTER, "esc leave"),
    (ESCAPE, "esc close"),
    (ESCAPE, "sample 1"),
    ("l", "log scale"),
    ("t", "sample 1"),
    ("b,u", "decision boundary"),
)
"""Keys, and what is on the screen then: every screen, full redraws and changes of a few cells."""


def tour(options: list[str], env: Mapping[str, str]) -> bytes:
    """All bytes that the terminal gets on a walk through all screens."""
    with Terminal([*TUINET, *options], 80, 24, env, ROOT) as terminal:
        terminal.wait_for("epoch")
        terminal.wait_until(lambda screen: "epoch 0 · not trained yet" not in screen)
        for keys, wanted in TOUR:
            terminal.press(keys)
            terminal.wait_for(wanted)
            terminal.pump(0.15)
        terminal.resize(120, 36)
        terminal.wait_for("quit")
        terminal.pump(0.5)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        return bytes(terminal.raw)


def colours_in(raw: bytes) -> Iterator[bytes]:
    """Sequences that set a colour of text, ground or underline, or ask for the terminal's own."""
    for sequence in re.finditer(rb"\x1b\[([0-9;:]*)m", raw):
        numbers = [int(number) for number in re.split(rb"[;:]", sequence[1]) if number]
        if any(30 <= number <= 49 or 58 <= number <= 59 or 90 <= number <= 107 for number in numbers):
            yield sequence[0]


def attributes_in(raw: bytes) -> set[int]:
    """The numbers of all such sequences."""
    sequences = re.findall(rb"\x1b\[([0-9;]*)m", raw)
    return {int(number) for sequence in sequences for number in sequence.split(b";") if number}


def test_ascii_is_seven_bits_on_every_screen() -> None:
    raw = tour(["--ascii", "--dataset", "spiral"], {})
    assert raw.isascii()
    assert any(colours_in(raw)), "colours are another matter"
    for drawn in (b"+- decision boundary", b"|dL/dW|"):
        assert drawn in re.sub(rb"\x1b\[[0-9;:]*m", b"", raw)


def test_no_color_sends_no_colour_on_any_screen() -> None:
    raw = tour(["--dataset", "spiral"], NO_COLOR)
    assert not list(colours_in(raw))
    assert attributes_in(raw) <= {0, 1, 2, 4, 7}
    assert 7 in attributes_in(raw)
    assert not raw.isascii()


def test_both_at_once() -> None:
    raw = tour(["--ascii", "--dataset", "rings:3"], NO_COLOR)
    assert raw.isascii()
    assert not list(colours_in(raw))


@pytest.mark.parametrize(("options", "env"), [(["--theme", "ansi"], {}), (["--theme", "light"], SIXTEEN)])
def test_sixteen_colours_are_sent_by_their_numbers(options: list[str], env: Mapping[str, str]) -> None:
    with Terminal([*TUINET, "--paused", *options], 80, 24, env, ROOT) as terminal:
        terminal.wait_for("wrong: A")
        terminal.press(CTRL_P)
        terminal.wait_for("Search for commands")
        terminal.pump(0.3)
        assert not {38, 48} & attributes_in(bytes(terminal.raw))
        assert {39, 49} <= attributes_in(bytes(terminal.raw)) or env


def test_256_colours() -> None:
    with Terminal([*TUINET, "--paused", "--theme", "dusk"], 80, 24, {"COLORTERM": ""}, ROOT) as terminal:
        terminal.wait_for("wrong: A")
        terminal.press(CTRL_P)
        terminal.wait_for("Search for commands")
        terminal.pump(0.3)
        assert b"38;2;" not in terminal.raw
        assert b"38;5;" in terminal.raw


def test_a_locale_that_is_not_utf8_gets_ascii_by_itself() -> None:
    env = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    with Terminal([*TUINET, "--paused"], 80, 24, env, ROOT) as terminal:
        terminal.wait_for("+- decision boundary")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        assert terminal.raw.isascii()


def test_the_console_of_linux_gets_blocks_and_lines_but_no_braille() -> None:
    with Terminal([*TUINET, "--dataset", "circle"], 80, 24, {"TERM": "linux"}, ROOT) as terminal:
        terminal.wait_until(lambda screen: "┌─ decision boundary" in screen and "█" in screen)
        terminal.pump(1.0)
        text = terminal.raw.decode()
        assert not [character for character in text if "\u2800" <= character <= "\u28ff"]
        drawn = {character for character in text if not character.isascii()}
        assert drawn <= set(bytes(range(128, 256)).decode("cp437") + "•○♦♥♣♠►◄▲▼↑↓→←")


def test_a_terminal_that_cannot_draw_is_told_where_to_go() -> None:
    with Terminal(TUINET, 160, 24, {"TERM": "dumb"}, ROOT) as terminal:
        assert terminal.exit_status() == 2
        said = terminal.text().strip()
    assert said == (
        "tuinet: a terminal of type 'dumb' (TERM) cannot show the dashboard; `tuinet train` and `tuinet explain` work "
        "there"
    )


def run(*arguments: str, config: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": str(config), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*TUINET, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def own_themes(config: Path, *files: tuple[str, str, str]) -> None:
    folder = config / "tuinet" / "themes"
    folder.mkdir(parents=True)
    text = (ROOT / "themes" / "dark.toml").read_text(encoding="utf-8")
    for name, old, new in files:
        assert old in text
        (folder / f"{name}.toml").write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_list_of_themes_is_plain_names_in_a_pipe(tmp_path: Path) -> None:
    own_themes(tmp_path, ("mine", 'name = "dark"', 'name = "mine"'), ("bad", 'axis = "#8a8a8a"', "axis = 3"))
    result = run("themes", config=tmp_path)
    assert result.returncode == 0
    assert result.stdout.split("\n")[:2] == ["dark", "light"]
    assert "mine" in result.stdout.split("\n")
    assert "bad" not in result.stdout
    assert result.stderr == "tuinet: theme bad.toml: tuinet.axis: 3 is not a colour such as #1f77b4\n"


def test_the_list_of_themes_shows_their_colours_on_a_terminal(tmp_path: Path) -> None:
    own_themes(tmp_path, ("mine", 'name = "dark"', 'name = "mine"'))
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    with Terminal([*TUINET, "themes"], 100, 24, env, ROOT) as terminal:
        assert terminal.exit_status() == 0
        lines = terminal.text().split("\n")
        assert re.match(r"dark +dark +tuinet .*●○◆◇.*\+2\.1 -0\.8", lines[0])
        assert any(re.match(r"mine +dark +mine\.toml ", line) for line in lines)
        assert b"48;2;26;113;197" in terminal.raw
        assert str(tmp_path) in "".join(lines)


def test_a_theme_of_ones_own_is_drawn_and_a_broken_one_is_one_line(tmp_path: Path) -> None:
    own_themes(
        tmp_path, ("mine", 'background = "#121212"', 'background = "#010203"'), ("bad", "dark = true", "dark = 7")
    )
    text = (tmp_path / "tuinet" / "themes" / "mine.toml").read_text(encoding="utf-8")
    (tmp_path / "tuinet" / "themes" / "mine.toml").write_text(text.replace('"dark"', '"mine"', 1), encoding="utf-8")
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    with Terminal([*TUINET, "--paused", "--theme", "mine"], 80, 24, env, ROOT) as terminal:
        terminal.wait_for("wrong: A")
        assert b"48;2;1;2;3" in terminal.raw
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    with Terminal([*TUINET, "--paused", "--theme", "bad"], 80, 24, env, ROOT) as terminal:
        assert terminal.exit_status() == 2
        assert terminal.text().strip() == "tuinet: theme bad.toml: dark: 7 is neither true nor false"
