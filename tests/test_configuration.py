"""The configuration file: what it does, and how what is wrong with it is told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.inline import run_inline
from tests.manual.written import blocks
from tests.terminal import CTRL_Q, Terminal
from tuinet import configuration
from tuinet.cli.main import cli
from tuinet.configuration import Configuration
from tuinet.errors import ConfigurationError
from tuinet.experiment.experiment import FIELDS
from tuinet.manual.pages import find_page
from tuinet.options import KNOWN, default_map
from tuinet.tui.configured_keys import make_keymap

TUINET = [sys.executable, "-m", "tuinet"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def run(file: Path | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_inline(*(["--config", str(file)] if file else []), *arguments)


def experiment(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[0])["experiment"]
    return values


TRAIN = ("train", "--epochs", "1", "--json")


def test_defaults_go_before_the_preset_and_behind_the_command_line(file: Path) -> None:
    file.write_text('[defaults]\ndataset = "spiral"\nhidden = [3, 2]\nlearning_rate = 0.07\nl2 = 1e-3\nseed = 9\n')
    found = experiment(run(file, *TRAIN, "--seed", "4"))
    assert (found["dataset"], found["hidden"], found["learning_rate"]) == ("spiral", [3, 2], 0.07)
    assert (found["l2"], found["seed"]) == (1e-3, 4)
    assert found["activation"] == ["tanh"]  # the preset of the dataset that the file names


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tuinet"
    folder.mkdir()
    (folder / "config.toml").write_text("[defaults]\nseed = 5\n")
    other = tmp_path / "other.toml"
    other.write_text("[defaults]\nseed = 6\n")
    monkeypatch.delenv(configuration.VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def seed(*before: str, **environ: str) -> int:
        return int(experiment(run_inline(*before, *TRAIN, **environ))["seed"])

    assert seed() == 5
    assert seed("--no-config") == 1
    assert seed("--config", str(other)) == 6
    assert seed(TUINET_CONFIG=str(other)) == 6
    assert seed(TUINET_CONFIG="") == 1
    assert seed(XDG_CONFIG_HOME=str(tmp_path / "nowhere")) == 1


def test_both_options_together_are_refused(file: Path) -> None:
    done = run(file, "--no-config", "train")
    assert done.returncode == 2
    assert done.stderr == "tuinet: --config and --no-config: give one of them\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[defaults]\n\nfps = 100\n", "line 3: fps = 100: 100 is not in the range 1<=x<=60."),
        ("[defaults]\nlearning-rate = -1\n", "line 2: learning-rate = -1: -1.0 is not a number above 0"),
        (
            '[defaults]\nlearning-rte = "x"\n',
            "line 2: learning-rte = \"x\": no such option; did you mean 'learning-rate'?",
        ),
        ('[defaults]\nascii = "yes"\n', 'line 2: ascii = "yes": neither true nor false'),
        ('[defaults]\nhidden = [8, "x"]\n', "line 2: hidden = [8, \"x\"]: '8,x' is not a list of whole numbers"),
        ("[defaults]\nseed = 2020-01-01\n", "line 2: seed = 2020-01-01: not a text, a number, true or false, or"),
        ('[defaults]\noptimizer = "adem"\n', "line 2: optimizer = \"adem\": 'adem' is not one of sgd, momentum"),
        ("[defaults]\nload = 3\n", "line 2: load = 3: no such option"),
        ('theme = "dark"\n', 'line 1: theme = "dark": unknown; a configuration has the tables [defaults] and [keys]'),
        ("keys = 3\n", "line 1: keys = 3: not a table; write [keys], and the values below it"),
        ("[kyes]\nq = 'x'\n", "line 1: kyes = {…}: unknown; a configuration has"),
        ("[defaults\n", "not TOML: Expected ']' at the end of a table declaration (at line 1, column 10)"),
        ("[keys]\nquit = 3\n", 'line 2: quit = 3: not the name of a key, such as "p", "f2" or "ctrl+g"'),
    ],
)
def test_what_is_wrong_is_one_line(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    for arguments in (("train",), ()):
        done = run(file, *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith(f"tuinet: {file}: {message}"), done.stderr
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""


def test_a_file_that_is_not_there_or_not_text(file: Path) -> None:
    done = run(file, "train")
    assert (done.returncode, done.stderr) == (
        2,
        f"tuinet: {file}: there is no such file; check its name and its directory\n",
    )
    file.write_bytes(b"a = '\xff'")
    assert run(file, "train").stderr == f"tuinet: {file}: not UTF-8 text (byte 5); save it as UTF-8\n"
    assert "it is a directory; name a configuration in TOML" in run(file.parent, "train").stderr


def test_what_shows_what_is_wrong_works_beside_it(file: Path) -> None:
    file.write_text("[defaults\n")
    assert run(file, "datasets").returncode == 0
    assert run(file, "completion", "bash").returncode == 0
    assert run(file, "--help").returncode == 0
    assert run(file, "config", "--example").returncode == 0
    assert run(file, "config").returncode == 2


def test_values_that_do_not_go_together_name_the_file(file: Path) -> None:
    file.write_text('[defaults]\nactivation = ["tanh", "relu"]\n')
    assert "--activation (from the configuration file): 2 names for 1 hidden layers" in run(file, "train").stderr
    assert run(file, *TRAIN, "--hidden", "3,3").returncode == 0


def test_a_saved_run_is_what_it_was(file: Path, tmp_path: Path) -> None:
    saved = tmp_path / "run.npz"
    assert run(None, *TRAIN, "--seed", "3", "--save", str(saved)).returncode == 0
    file.write_text("[defaults]\nseed = 9\nhidden = 5\n")
    found = experiment(run(file, "train", "--load", str(saved), "--epochs", "2", "--json"))
    assert (found["seed"], found["hidden"]) == (3, [2])
    assert run(file, "train", "--load", str(saved), "--seed", "4").returncode == 2
    assert run(file, "explain", "--example", "mazur").returncode == 0


USUAL = "[defaults]\nseed = 9\nhidden = 5\nspeed = 7\nepochs = 3\npaused = true\n"


def test_a_shared_run_is_what_it_was(file: Path) -> None:
    file.write_text(USUAL)
    line = "tuinet --defaults 1 --dataset xor --seed 4 --at 20"
    found = experiment(run(file, "train", "--from", line, "--json"))
    assert (found["seed"], found["hidden"]) == (4, [2])
    found = experiment(run(file, "train", *line.split()[1:], "--json"))  # as it is pasted
    assert (found["seed"], found["hidden"]) == (4, [2])
    found = experiment(run(file, "train", "--seed", "4", "--at", "20", "--json"))
    assert (found["seed"], found["hidden"]) == (4, [5])
    changed = run(file, "train", "--from", line, "--hidden", "5")
    assert changed.stderr == "tuinet: changed at step 20: hidden 2 → 5\n"


def test_the_dashboard_shows_a_shared_run_as_it_was(file: Path) -> None:
    file.write_text(USUAL)
    line = "tuinet --defaults 1 --dataset xor --seed 4 --speed 50 --epochs 30"
    with Terminal([*TUINET, "--config", file, "--from", line], columns=120, rows=36) as terminal:
        terminal.wait_for("2-2-1")
        terminal.wait_for("seed 4")
        terminal.wait_for("epoch 30")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_saved_runs_are_exported_and_recorded_as_they_were(file: Path, tmp_path: Path) -> None:
    saved = tmp_path / "run.npz"
    assert run(None, *TRAIN, "--seed", "3", "--save", str(saved)).returncode == 0
    file.write_text(USUAL)
    out = tmp_path / "out"
    done = run(file, "export", str(saved), "--to", "json", "--out", str(out))
    assert done.returncode == 0, done.stderr
    done = run(file, "record", str(saved), "--out", str(tmp_path / "recording.npz"))
    assert done.returncode == 0, done.stderr
    changed = run(file, "record", str(saved), "--l2", "0.5", "--out", str(tmp_path / "other.npz"))
    assert changed.stderr.startswith("tuinet: changed at step ")


def test_an_interrupted_run_goes_on_as_it_was(file: Path, tmp_path: Path) -> None:
    file.write_text('[defaults]\nhidden = 5\nspeed = "max"\n')
    env = {"XDG_STATE_HOME": str(tmp_path)}
    with Terminal([*TUINET, "--no-config", "--epochs", "40", "--speed", "max"], env=env) as terminal:
        terminal.wait_for("epoch 40")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.exit_status() == 143
    with Terminal([*TUINET, "--config", file, "--resume", "--epochs", "50"], env=env) as terminal:
        terminal.wait_for("epoch 50")
        assert "2-2-1" in terminal.text()
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_unlimited_speed_can_be_usual(file: Path) -> None:
    file.write_text('[defaults]\nspeed = "max"\n')
    assert default_map(cli, configuration.read(file)) == {"speed": "max"}
    with Terminal([*TUINET, "--config", file, "--epochs", "3000"], columns=120, rows=36) as terminal:
        terminal.wait_for("epoch 3,000", 15)  # at the usual speed it would take half a minute
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_lessons_and_recordings_have_the_keys_and_the_look(file: Path, tmp_path: Path) -> None:
    recording = str(tmp_path / "recording.npz")
    assert run(None, "record", "--epochs", "20", "--out", recording).returncode == 0
    file.write_text(
        '[defaults]\nascii = true\n[keys]\nquit = "ctrl+x"\n[keys.in_lesson]\nstep_before = "f5"\nlesson = "f6"\n'
    )
    for arguments in (("lesson", "1"), ("replay", recording)):
        with Terminal([*TUINET, "--config", str(file), *arguments], columns=120, rows=36) as terminal:
            is_lesson = arguments[0] == "lesson"
            terminal.wait_until(lambda screen: "ctrl+x quit" in screen and (not is_lesson or "f5 back" in screen))  # noqa: B023
            assert terminal.text().isascii()
            assert ("f5 back" in terminal.text()) == is_lesson
            terminal.press("q\x18")
            assert terminal.exit_status() == 0


def test_compare_takes_them_except_what_it_varies(file: Path) -> None:
    file.write_text('[defaults]\noptimizer = "adam"\nhidden = 3\n')
    done = run(file, "compare", "--vary", "optimizer=sgd,adam", "--seeds", "1", "--epochs", "2", "--json")
    assert done.returncode == 0, done.stderr
    assert '"hidden": [3]' in done.stdout


def test_defaults_reach_the_dashboard(file: Path) -> None:
    file.write_text('[defaults]\npaused = true\nascii = true\nstats = true\nhidden = 4\n[keys]\nquit = "ctrl+x"\n')
    with Terminal([*TUINET, "--config", file], columns=80, rows=24) as terminal:
        terminal.wait_for("frames/s")
        assert "2-4-1" in terminal.text()
        assert terminal.text().isascii()
        terminal.wait_for("ctrl+x quit")
        terminal.press("q\x18")
        assert terminal.exit_status() == 0


def test_what_compare_opens_has_the_keys_and_nothing_else_of_the_file(file: Path) -> None:
    file.write_text('[defaults]\nhidden = 4\n[keys]\nquit = "ctrl+x"\n[keys.in_compare]\nreverse = "f5"\n')
    command = [*TUINET, "--config", str(file), "compare", "--seeds", "2", "--epochs", "5", "--hidden", "3"]
    with Terminal(command, columns=100, rows=30) as terminal:
        terminal.wait_for("f5 reverse")
        terminal.wait_for("ctrl+x quit")
        terminal.wait_for("all 2 runs done")
        terminal.press("\r")
        terminal.wait_for("2-3-1")
        terminal.wait_for("ctrl+x quit")
        terminal.press("\x18")
        terminal.wait_until(lambda screen: "f5 reverse" in screen and "all 2 runs done" in screen)
        terminal.press("\x18")
        assert terminal.exit_status() == 0
    with Terminal([*TUINET, "--no-defaults", "--no-question", "--config", file], columns=80, rows=24) as terminal:
        terminal.wait_for("ctrl+x quit")
        assert "2-2-1" in terminal.text()
        terminal.press("\x18")
        assert terminal.exit_status() == 0


def test_every_field_and_no_path_of_a_run_can_have_a_default() -> None:
    assert {field.replace("_", "-") for field in FIELDS} < set(KNOWN)
    assert not {"load", "resume", "config"} & set(KNOWN)


def test_config_shows_what_the_file_says(file: Path) -> None:
    text = '[defaults]\ntheme = "projector"\nhidden = [8, 8]\nascii = false\n\n[keys]\nquit = "f4"\n"s" = "f5"\n'
    file.write_text(text)
    assert run(file, "config").stdout == f"{file}\n\n{text.replace(chr(34) + 's' + chr(34), 's')}"
    assert run(None, "config").stdout == "no configuration file is used\n"


def test_the_example_is_all_comments_and_right_without_them(file: Path) -> None:
    text = run(None, "config", "--example").stdout
    read = tomllib.loads(text)
    assert read == {"defaults": {}, "keys": {}}
    entry = re.compile(r"# (?=[\w-]+ = [^:]*$|\[)")
    lines = [entry.sub("", line) for line in text.splitlines()]
    file.write_text("\n".join(lines))
    found = configuration.read(file)
    assert found.defaults["hidden"] == [8, 8]
    assert found.keys["pause_or_resume"] == "space"
    assert found.keys["in_weights.nudge_up"] == "]"
    default_map(cli, found)
    make_keymap(found)


def test_the_file_of_the_manual_works(file: Path) -> None:
    (text,) = blocks("toml", find_page("configuration").text)
    file.write_text(text)
    found = configuration.read(file)
    assert default_map(cli, found)["hidden"] == (8, 8)
    assert make_keymap(found).names["training.step_one_epoch"] == "f5"


def test_lines_are_found_in_their_tables() -> None:
    text = 'a = 1\n[defaults]\n"fps"=3 # x\n [ keys ]\nfps = 4\n[keys.weights]\nfps= 5\n'
    assert [configuration.line_of(text, table, "fps") for table in ("defaults", "keys", "keys.weights", "")] == [
        3,
        5,
        7,
        None,
    ]
    assert "[keys] x = " in str(Configuration(Path("f"), text=text).error("keys", "x", "y", "no"))


def test_an_unreadable_text_is_still_one_line() -> None:
    assert configuration.toml('a"\n\x1b') == '"a\\"\\u000a\\u001b"'
    with pytest.raises(ConfigurationError, match="there is no such file"):
        configuration.read(Path("/nowhere/config.toml"), must_exist=True)
